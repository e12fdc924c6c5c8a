import { areProbabilities } from '../../inputs/predictions/labels/probabilities.ts'
import { aucOfBins, type Outcomes } from '../../statistics/traffic/outcomes.ts'
import { probabilityQuality } from '../../statistics/traffic/probabilities-in-bins.ts'
import { classesOf, truthLabels } from '../profile/class-of.ts'
import type { ModelProfile } from '../profile/profile.ts'
import { total } from './shares.ts'
import type { Quality, QualityMetric } from './verdict.ts'

/** What outcomes say of a model: live, beside the same of the accepted evaluation in the same bins. It decides nothing. */

/** Counts by the label of what came true. */
type ByLabel = ReadonlyMap<string, ArrayLike<number>>

/**
 * @param labels in each bin of the score
 * @param predicted in each bin of the prediction
 * @returns only what can be known; nothing without outcomes
 */
export function qualityOf(
  profile: ModelProfile,
  { labels, predicted }: { labels?: ByLabel | undefined; predicted?: ByLabel | undefined },
): Quality[] {
  return [...accuracyOf(profile, predicted), ...scoreQuality(profile, labels)]
}

// --- internal ---

/** The share of outcomes that are what was predicted; where nothing was predicted, an outcome is left out. */
function accuracyOf(profile: ModelProfile, predicted: ByLabel | undefined): Quality[] {
  const { prediction, accuracy } = profile
  if (!predicted || prediction?.type !== 'category') return []
  const classes = truthLabels(profile)
  const bins = classes.map(label => prediction.categories.indexOf(label))
  // Of a class that is not named, nobody knows when it was predicted.
  if (classes.length === 0 || bins.includes(-1)) return []
  const missing = prediction.categories.length
  let [outcomes, right] = [0, 0]
  for (const [index, label] of classes.entries()) {
    const counts = predicted.get(label)
    if (!counts) continue
    outcomes += total(counts) - counts[missing]!
    right += counts[bins[index]!]!
  }
  if (outcomes === 0) return []
  const accepted = accuracy && accuracy.rows > 0 ? accuracy.right / accuracy.rows : undefined
  return [
    { metric: 'accuracy', outcomes, live: right / outcomes, ...(accepted !== undefined && { accepted }) },
  ]
}

function scoreQuality({ score }: ModelProfile, labels: ByLabel | undefined): Quality[] {
  const classes = classesOf({ score })
  if (!score || !classes || !labels) return []
  const [negative, positive] = classes
  const none = new Float64Array(score.means.length)
  const live = { negative: labels.get(negative) ?? none, positive: labels.get(positive) ?? none }
  const then = { negative: score.labels[negative]!, positive: score.labels[positive]! }
  const outcomes = total(live.positive) + total(live.negative)
  const [now, before] = [live, then].map(counts => figuresOf(counts, score))
  return SCORE_METRICS.flatMap(metric => {
    const [value, accepted] = [now![metric], before![metric]]
    if (value === undefined) return []
    return [{ metric, outcomes, live: value, ...(accepted !== undefined && { accepted }) }]
  })
}

const SCORE_METRICS = ['roc_auc', 'brier', 'log_loss', 'calibration_error'] as const satisfies QualityMetric[]

function figuresOf(
  counts: Outcomes,
  score: NonNullable<ModelProfile['score']>,
): Partial<Record<(typeof SCORE_METRICS)[number], number | undefined>> {
  const of = isProbability(score) ? probabilityQuality(counts, score.means) : undefined
  return {
    roc_auc: aucOfBins(counts),
    brier: of?.brier,
    log_loss: of?.logLoss,
    calibration_error: of?.calibrationError,
  }
}

/** As far as bins can tell: a score that ranks, and says no probability, mostly leaves 0 to 1. */
function isProbability({ means, edges }: NonNullable<ModelProfile['score']>): boolean {
  return areProbabilities([...means, ...edges])
}
