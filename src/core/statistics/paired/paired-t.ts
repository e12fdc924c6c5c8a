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
