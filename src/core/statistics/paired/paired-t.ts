import { requireFinite, requireInnerShare, requireSome } from '../checks.ts'
import { mean, variance } from '../describe.ts'
import { tQuantile, tSf } from '../distributions/distributions.ts'

export interface MeanTest {
  mean: number
  t: number
  df: number
  /** Two-sided. */
  p: number
  low: number
  high: number
}

/**
 * Paired t-test on differences candidate − champion (seeds, or per-row losses). At least 2.
 * Differences that do not vary: p is 1 when they are 0, else 0, and the interval is the difference itself.
 */
export function pairedT(differences: ArrayLike<number>, level = 0.95): MeanTest {
  requireDifferences(differences, level)
  return meanTest(
    mean(differences),
    Math.sqrt(variance(differences) / differences.length),
    differences.length - 1,
    level,
  )
}

/**
 * Exact test of the same question without a normal distribution: the share of all 2^n sign patterns whose mean is at
 * least as far from 0. Its smallest p is 2^(1−n), so 5 differences cannot reach 0.05. 1 to 40 differences.
 */
export function signFlip(differences: ArrayLike<number>): { p: number } {
  requireSome(differences, 'The differences')
  requireFinite(differences, 'The differences')
  if (differences.length > 40)
    throw new RangeError(
      `A sign-flip test takes at most 40 differences, but there are ${differences.length}: use the paired t-test.`,
    )
  const all = Array.from(differences)
  const size = all.reduce((sum, value) => sum + Math.abs(value), 0)
  const observed = Math.abs(all.reduce((sum, value) => sum + value, 0))
  // Sums of the same numbers in another order differ in the last bits: those are ties.
  const least = observed - 1e-12 * size
  if (least <= 0) return { p: 1 }
  const middle = all.length >> 1
  const left = signedSums(all.slice(0, middle))
  const right = signedSums(all.slice(middle))
  return { p: (2 * pairsAtLeast(left, right, least)) / 2 ** all.length }
}

/** Test and interval of a mean from its standard error. */
export function meanTest(centre: number, se: number, df: number, level: number): MeanTest {
  if (se === 0) {
    const t = centre === 0 ? 0 : Math.sign(centre) * Number.POSITIVE_INFINITY
    return { mean: centre, t, df, p: centre === 0 ? 1 : 0, low: centre, high: centre }
  }
  const t = centre / se
  const half = tQuantile(1 - (1 - level) / 2, df) * se
  return {
    mean: centre,
    t,
    df,
    p: Math.min(1, 2 * tSf(Math.abs(t), df)),
    low: centre - half,
    high: centre + half,
  }
}

export function requireDifferences(differences: ArrayLike<number>, level: number): void {
  requireSome(differences, 'The differences', 2)
  requireFinite(differences, 'The differences')
  requireInnerShare(level, 'The confidence level')
}

// --- internal ---

/** Σ ±value over all sign patterns, sorted. */
function signedSums(values: number[]): Float64Array {
  const sums = new Float64Array(2 ** values.length)
  let filled = 1
  for (const value of values) {
    for (let index = 0; index < filled; index++) {
      const sum = sums[index]!
      sums[index] = sum - value
      sums[filled + index] = sum + value
    }
    filled *= 2
  }
  return sums.sort()
}

/** How many pairs (one of each) sum to `least` or more, in one pass over both. */
function pairsAtLeast(left: Float64Array, right: Float64Array, least: number): number {
  let count = 0
  let first = right.length
  for (const sum of left) {
    while (first > 0 && sum + right[first - 1]! >= least) first--
    count += right.length - first
  }
  return count
}
