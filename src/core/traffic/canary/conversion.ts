import { errorAt, promisedReach, promisedSequence } from '../../statistics/traffic/promised-sequence.ts'
import type { CanaryCounts } from './counts.ts'
import { differenceAlpha, rateOf } from './harm.ts'
import type { CanaryRules, ConversionEvidence, Rate, SliceEvidence } from './verdict.ts'

/** Conversion of both arms, and how long it would take to tell. Spans in milliseconds, but what a verdict needs, in seconds. */

/** Fewer converted units than this in either arm are no ground to pass on: their number is too skewed. */
export const LEAST_CONVERTED = 20

/** What part of the time is over in which units can mature. Not above 0: none has yet. */
export function elapsedOf(
  { since, asOf }: Pick<CanaryCounts, 'since' | 'asOf'>,
  { conversion, horizon }: CanaryRules,
): number {
  return (asOf - since - conversion.within) / (horizon - conversion.within)
}

/** Undefined before there are matured units of both. */
export function conversionEvidence(counts: CanaryCounts, rules: CanaryRules): ConversionEvidence | undefined {
  const challenger = rateOf(counts, 'challenger', 'conversion')
  const champion = rateOf(counts, 'champion', 'conversion')
  const elapsed = elapsedOf(counts, rules)
  if (challenger.units === 0 || champion.units === 0 || !(elapsed > 0)) return undefined
  const { difference, low, high } = promisedSequence({
    ...proportions({ challenger, champion }),
    elapsed,
    alpha: differenceAlpha(rules),
  })
  const better = low > 0 ? 'challenger' : high < 0 ? 'champion' : undefined
  return {
    challenger,
    champion,
    difference,
    low,
    high,
    margin: rules.conversion.margin,
    ...(better && { better }),
  }
}

/** Of each slice, each with its part of the 5 %: that one of ten looks bad by chance is not likelier than of one. */
export function sliceEvidence(counts: CanaryCounts, rules: CanaryRules): SliceEvidence[] {
  const elapsed = elapsedOf(counts, rules)
  const { slices = [] } = counts
  return slices.map(({ name, arms }) => {
    const rate = ({ converted, matured }: { converted: number; matured: number }): Rate => ({
      events: converted,
      units: matured,
    })
    const rates = { challenger: rate(arms.challenger), champion: rate(arms.champion) }
    if (!(elapsed > 0) || tooFew(rates)) return { name, ...rates }
    return {
      name,
      ...rates,
      change: promisedSequence({ ...proportions(rates), elapsed, alpha: 0.05 / slices.length }),
    }
  })
}

/** The arm with fewer converted units than can be told anything by; undefined where both have enough. */
export function tooFew({
  challenger,
  champion,
}: Pick<ConversionEvidence, 'challenger' | 'champion'>):
  | { arm: 'challenger' | 'champion'; events: number }
  | undefined {
  const [arm, { events }] =
    challenger.events <= champion.events
      ? (['challenger', challenger] as const)
      : (['champion', champion] as const)
  return events < LEAST_CONVERTED ? { arm, events } : undefined
}

/**
 * How many seconds more until it passes, if units go on to come and to convert as they did: where the challenger is better, as if the two
 * were equally good. Undefined where the difference seen is as large as the margin, or nobody has converted.
 */
export function neededSeconds(
  { challenger, champion, difference, margin }: ConversionEvidence,
  counts: CanaryCounts,
  rules: CanaryRules,
): number | undefined {
  const gap = margin + Math.min(difference, 0)
  const elapsed = elapsedOf(counts, rules)
  const over = elapsed * (rules.horizon - rules.conversion.within)
  const mean = (challenger.events + champion.events) / (challenger.units + champion.units)
  if (gap <= 0 || mean === 0) return undefined
  // The reach of the interval falls as time goes on, in proportion.
  const reach = promisedReach(elapsed) * errorAt(-margin, proportions({ challenger, champion }))
  const untilClear = over * (reach / gap - 1)
  const untilEnough = Math.max(...[challenger, champion].map(arm => over * missing(arm, mean)))
  return Math.ceil(Math.max(0, untilClear, untilEnough) / 1000)
}

// --- internal ---

function proportions({ challenger, champion }: { challenger: Rate; champion: Rate }) {
  const of = ({ events, units }: Rate) => ({ successes: events, n: units })
  return { canary: of(challenger), champion: of(champion) }
}

/** How many times what there is must still come until there are enough converted units. */
function missing({ events, units }: Rate, mean: number): number {
  return events >= LEAST_CONVERTED ? 0 : (LEAST_CONVERTED - events) / (mean * units)
}
