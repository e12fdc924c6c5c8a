import { normalSf, twoSidedZ } from '../distributions/distributions.ts'
import type { Bounds } from './proportions.ts'

/** A value with its own interval. */
export interface Bounded extends Bounds {
  value: number
}

/**
 * Difference of two values that are independent of each other, candidate minus baseline, from their own intervals alone: the
 * "method of variance estimates recovery" (Zou & Donner 2008, Statistics in Medicine 27, 1693–1702). With Wilson's intervals
 * it is Newcombe's. For values on the same rows it is too wide, never too narrow, as long as they rise and fall together.
 *
 * The two-sided p is that of a normal law with the half-width towards 0, so that p and interval agree.
 *
 * @throws RangeError where a value is not within its own interval
 */
export function differenceFromIntervals(
  candidate: Bounded,
  baseline: Bounded,
  level = 0.95,
): Bounds & { difference: number; p: number; se: number } {
  for (const { low, value, high } of [candidate, baseline])
    if (!(low <= value && value <= high && Number.isFinite(high - low)))
      throw new RangeError(`A value must be within its interval, but ${value} is not in ${low} to ${high}.`)
  const z = twoSidedZ(level)
  const difference = candidate.value - baseline.value
  const below = Math.hypot(candidate.value - candidate.low, baseline.high - baseline.value)
  const above = Math.hypot(candidate.high - candidate.value, baseline.value - baseline.low)
  const towardsZero = difference > 0 ? below : above
  return {
    difference,
    low: difference - below,
    high: difference + above,
    p:
      difference === 0
        ? 1
        : towardsZero === 0
          ? 0
          : Math.min(1, 2 * normalSf((Math.abs(difference) / towardsZero) * z)),
    se: (below + above) / (2 * z),
  }
}
