import { requireFinite, requireInnerShare, requireSome } from '../checks.ts'
import { mean, variance } from '../describe.ts'
import { tQuantile, tSf } from '../distributions/distributions.ts'

export interface MeanTest {
  mean: number
  /** Standard error of the mean. */
  se: number
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
  const centre = mean(differences)
  const se = Math.sqrt(variance(differences, 1, centre) / differences.length)
  return meanTest(centre, se, differences.length - 1, level)
}

/**
 * The mean of differences that come in clusters, such as the rows of a session or the trials of an item, with its cluster-robust
 * standard error √(g/(g − 1) · Σ S²)/n, S the sum of d − d̄ over a cluster, and t of g − 1 degrees of freedom (Cameron & Miller,
 * "A Practitioner's Guide to Cluster-Robust Inference", J. Human Resources 2015; of evaluations of language models: Miller,
 * arXiv 2411.00640). Of clusters of one size it is the paired t of their means. At least 2 clusters.
 *
 * @param codes the number of each difference's cluster, from 0 to `count` − 1
 */
export function clusteredT(
  differences: ArrayLike<number>,
  { codes, count }: { codes: ArrayLike<number>; count: number },
  level = 0.95,
): MeanTest {
  requireDifferences(differences, level)
  if (count < 2) throw new RangeError('The clusters must be at least 2.')
  const centre = mean(differences)
  const sums = new Float64Array(count)
  for (let i = 0; i < differences.length; i++) sums[codes[i]!]! += differences[i]! - centre
  let squares = 0
  for (let cluster = 0; cluster < count; cluster++) squares += sums[cluster]! ** 2
  const se = Math.sqrt((squares * count) / (count - 1)) / differences.length
  return meanTest(centre, se, count - 1, level)
}

/** Test and interval of a mean from its standard error. */
export function meanTest(centre: number, se: number, df: number, level: number): MeanTest {
  if (se === 0) {
    const t = centre === 0 ? 0 : Math.sign(centre) * Number.POSITIVE_INFINITY
    return { mean: centre, se, t, df, p: centre === 0 ? 1 : 0, low: centre, high: centre }
  }
  const t = centre / se
  const half = tQuantile(1 - (1 - level) / 2, df) * se
  return {
    mean: centre,
    se,
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
