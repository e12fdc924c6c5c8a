import { expectedRises } from '../../statistics/traffic/moving-window.ts'
import { aucOfBins, conditionalChange, type Outcomes } from '../../statistics/traffic/outcomes.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { classesOf } from '../profile/class-of.ts'
import type { ModelProfile } from '../profile/profile.ts'
import { isHeld } from './budget.ts'
import { total } from './shares.ts'
import type { ConceptDrift, HeldLevel } from './verdict.ts'
import { boundsWords } from './words.ts'

/** Whether a score still means the outcome that it meant when the model was accepted. */

/**
 * A share of outcomes that is off by so much is worth an alarm, however many outcomes prove a smaller one; of a rare class by so much
 * of its share.
 */
const LARGE_GAP = 0.02
const LARGE_OF_SHARE = 0.2
/** Fewer show nothing but the roughest change. */
const LEAST_OUTCOMES = 300

/** Undefined where the profile has no score, or nobody tells of outcomes. */
export function conceptOf(
  profile: ModelProfile,
  labels: ReadonlyMap<string, ArrayLike<number>> | undefined,
  windows: number,
  budget: number,
): ConceptDrift | undefined {
  const { score } = profile
  const classes = classesOf(profile)
  if (!score || !classes || !labels) return undefined
  const [negative, positive] = classes.map(label => score.labels[label]!) as [number[], number[]]
  const accepted: Outcomes = { positive, negative }
  const none = new Float64Array(positive.length)
  const live: Outcomes = {
    negative: labels.get(classes[0]) ?? none,
    positive: labels.get(classes[1]) ?? none,
  }
  const outcomes = total(live.positive) + total(live.negative)
  const { chiSquare, df, p, gap } = conditionalChange(accepted, live)
  const before = aucOfBins(accepted)
  const now = aucOfBins(live)
  const auc = before !== undefined && now !== undefined ? { accepted: before, live: now } : undefined
  const bins = positive.map((_, bin) => ({
    words: boundsWords(score.edges, bin),
    accepted: outcomesIn(accepted, bin),
    live: outcomesIn(live, bin),
    mean: score.means[bin]!,
  }))
  const about = { outcomes, p, gap, auc, bins }
  const few = `${count(outcomes, 'outcome')} tell of no change of concept: ${LEAST_OUTCOMES} are needed`
  const rows = total(positive) + total(negative)
  if (df === 0) {
    const reason = outcomes < LEAST_OUTCOMES ? few : rareWords(classes, accepted, live)
    return { ...about, state: 'unknown', holds: false, reason }
  }
  const share = Math.min(total(positive), total(negative)) / rows
  const large = Math.min(LARGE_GAP, LARGE_OF_SHARE * share)
  const falseAlarms = expectedRises(chiSquare, { df, windows, moving: rows / (rows + outcomes) })
  const holds: HeldLevel | false = isHeld(p) && (gap >= large / 2 ? 'critical' : 'warn')
  const judged = { ...about, falseAlarms, holds }
  if (falseAlarms <= budget) return { ...judged, state: gap >= large ? 'critical' : 'warn' }
  return outcomes < LEAST_OUTCOMES
    ? { ...judged, state: 'unknown', reason: few }
    : { ...judged, state: 'steady' }
}

// --- internal ---

/** Enough outcomes, and too few of one class among them. */
function rareWords(
  [negative, positive]: readonly [string, string],
  accepted: Outcomes,
  live: Outcomes,
): string {
  const all = total(accepted.positive) + total(accepted.negative)
  if (all === 0) return 'the profile has no outcomes of the accepted evaluation'
  const isRare = total(accepted.positive) <= total(accepted.negative)
  const [label, now] = isRare ? [positive, total(live.positive)] : [negative, total(live.negative)]
  return `${count(total(live.positive) + total(live.negative), 'outcome')} tell of no change of concept: ${formatCount(now)} of them are ${label}, and about five must be expected`
}

function outcomesIn({ positive, negative }: Outcomes, bin: number): ConceptDrift['bins'][number]['live'] {
  return { rows: positive[bin]! + negative[bin]!, positive: positive[bin]! }
}
