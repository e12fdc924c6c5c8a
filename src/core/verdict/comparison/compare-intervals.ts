import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { differenceFromIntervals } from '../../statistics/intervals/mover.ts'
import { detectableDifference } from '../../statistics/intervals/power.ts'
import { newcombe, type Proportion, wilson } from '../../statistics/intervals/proportions.ts'

/**
 * Against what a record keeps: a share of all rows by Newcombe, anything else with an interval by recovering the variances from
 * the two. As if the rows were not the same: low power. Undefined where a side has no interval of the level, or one without a width.
 */
export function compareIntervals(
  candidate: Estimate,
  baseline: Estimate,
  rows: [candidate: number | undefined, baseline: number | undefined],
): Difference | undefined {
  const [ours, theirs] = [candidate.interval, baseline.interval]
  if (!ours || !theirs || Math.abs(ours.level - theirs.level) > 1e-9) return undefined
  if (!(ours.low < ours.high && theirs.low < theirs.high)) return undefined
  const { level } = ours
  const shares = [candidate, baseline].map((estimate, at) => shareOf(estimate, rows[at]))
  const [own, other] = shares
  if (own && other) {
    const test = newcombe(own, other, level)
    const variance = ({ successes, n }: Proportion) => (successes / n) * (1 - successes / n) * (1 / n)
    return {
      value: test.difference,
      interval: { low: test.low, high: test.high, level },
      p: test.p,
      method: 'newcombe',
      paired: false,
      ...(own.n === other.n && { rows: own.n }),
      counts: { candidate_successes: own.successes, baseline_successes: other.successes },
      detectable: detectableDifference(Math.sqrt(variance(own) + variance(other))),
    }
  }
  const inside = [
    { value: candidate.value, ...ours },
    { value: baseline.value, ...theirs },
  ].every(({ value, low, high }) => low <= value && value <= high && Number.isFinite(high - low))
  if (!inside) return undefined
  const test = differenceFromIntervals(
    { value: candidate.value, ...ours },
    { value: baseline.value, ...theirs },
    level,
  )
  return {
    value: test.difference,
    interval: { low: test.low, high: test.high, level },
    p: test.p,
    method: 'mover',
    paired: false,
    ...(rows[0] !== undefined && rows[0] === rows[1] && { rows: rows[0] }),
    detectable: detectableDifference(test.se),
  }
}

// --- internal ---

/** The counts behind a share of all rows, undefined for what is none: Wilson's interval of them is the value's own. */
function shareOf({ value, interval }: Estimate, n: number | undefined): Proportion | undefined {
  if (n === undefined || n < 1 || !interval || !(value >= 0 && value <= 1)) return undefined
  const successes = Math.round(value * n)
  const { low, high } = wilson(successes, n, interval.level)
  const isSame = (a: number, b: number) => Math.abs(a - b) < 1e-9
  const agrees = isSame(successes / n, value) && isSame(low, interval.low) && isSame(high, interval.high)
  return agrees ? { successes, n } : undefined
}
