import type { Difference, Estimate } from '../../statistics/estimate.ts'
import { detectableDifference, sizeNeeded } from '../../statistics/intervals/power.ts'

export interface CompareOptions {
  /** Confidence level, e.g. 0.95. */
  level: number
  /** Of the resampling: the same seed and rows give the same bits. */
  seed: number
  /** How much worse is acceptable; given, the difference says how many rows would settle it if the two were equally good. */
  margin?: number
  /** Default 2,000. Fewer are drawn where rows × resamples would take long. */
  resamples?: number
  /** Rows × resamples that may be drawn; beyond, a method without resampling takes over. */
  draws?: number
  /** Leave out each side's own interval, where that costs drawings of its own. */
  valuesOnly?: boolean
  /** Only these rows. */
  rows?: Uint32Array
  /** Of how many rows they are some, where both sides answer every one of those alike: what is one model is one in a part too. */
  alike?: number
}

/** Both sides' own values and their difference, candidate − baseline in the unit of the metric. */
export interface Compared {
  candidate: Estimate
  baseline: Estimate
  difference: Difference
}

/** What a method found out about a difference, before what follows from it for every method. */
export interface Finding {
  value: number
  /** Both sides' own values. */
  own: { candidate: number; baseline: number }
  low: number
  high: number
  p: number
  se: number
  method: string
  rows: number
  /** How many of the rows, or groups of rows, are independent of one another; default `rows`. */
  independent?: number
  /** What rows that were not seen could do: so many more could move the difference by `reach`, and `se` without them. */
  unseen?: { rows: number; reach: number; se: number }
  counts?: Record<string, number>
  seed?: number
  resamples?: number
}

/** A difference with its power: what it would have shown, and how many rows would settle `margin`. */
export function differenceOf(finding: Finding, options: CompareOptions): Difference {
  const { own: _, low, high, se, p, independent = finding.rows, unseen: floor, ...shown } = finding
  const detectable = detectableDifference(se, 0.8, options.level)
  const unseen = floor && {
    rows: floor.rows,
    reach: floor.reach,
    spread: detectableDifference(floor.se, 0.8, options.level),
  }
  const evidence = { have: finding.rows, detectable, unseen }
  const count = options.margin ? sizeNeeded(evidence, options.margin) : undefined
  return {
    ...shown,
    interval: intervalAround(finding.value, finding, options.level),
    // n pairs that all agree are the strongest evidence there is; nothing estimated may claim more.
    p: Math.min(1, Math.max(p, 2 ** (1 - independent))),
    paired: true,
    detectable,
    ...(unseen && { unseen }),
    needed: count === undefined ? undefined : { count, unit: 'rows' },
  }
}

/** An interval that holds its own value: percentiles of a skewed resampling need not. */
export function intervalAround(value: number, bounds: { low: number; high: number }, level: number) {
  return { low: Math.min(bounds.low, value), high: Math.max(bounds.high, value), level }
}
