import type { Direction } from '../evaluation.ts'
import type { Difference, Estimate, Verdict } from '../report/result.ts'

/**
 * From an interval to a verdict. Every rule is written as "passes if and only if", so that a NaN, wherever it
 * came from, can never pass.
 */

/** The smallest true change worth asking about, in the unit of the metric. */
export interface RelativeRule {
  kind: 'not_worse' | 'better'
  /** `not_worse`: how much worse is acceptable. `better`: by how much it must be better. Never negative. */
  by: number
}

/** The difference turned so that positive means the candidate is better. */
export function orient(
  difference: Difference,
  direction: Direction,
): { value: number; low: number; high: number } {
  const { low, high } = difference.interval
  if (direction === 'higher') return { value: difference.value, low, high }
  return { value: -difference.value, low: -high, high: -low }
}

/**
 * Non-inferiority passes when the whole interval lies above −margin, superiority when it lies above `by`. Either
 * fails when the interval rules the claim out: wholly below 0 (significantly worse), or wholly below `by`.
 */
export function judgeDifference(difference: Difference, direction: Direction, rule: RelativeRule): Verdict {
  const { low, high } = orient(difference, direction)
  const exact = low === high && difference.method === 'exact'
  if (rule.kind === 'not_worse') {
    if (low > -rule.by || (exact && low >= -rule.by)) return 'pass'
    return high < 0 ? 'fail' : 'inconclusive'
  }
  if (low > rule.by) return 'pass'
  return high < rule.by || exact ? 'fail' : 'inconclusive'
}

/** A floor or ceiling passes when the value's whole interval is on the right side of it; a bare number is its own interval. */
export function judgeEstimate(estimate: Estimate, rule: { at_least?: number; at_most?: number }): Verdict {
  const low = estimate.interval?.low ?? estimate.value
  const high = estimate.interval?.high ?? estimate.value
  if (rule.at_least !== undefined) {
    if (low >= rule.at_least) return 'pass'
    return high < rule.at_least ? 'fail' : 'inconclusive'
  }
  if (rule.at_most !== undefined) {
    if (high <= rule.at_most) return 'pass'
    return low > rule.at_most ? 'fail' : 'inconclusive'
  }
  return 'inconclusive'
}

/** Whether a difference is shown at its level, and which way. */
export function judgementOf(
  difference: Difference | undefined,
  direction: Direction | undefined,
): 'better' | 'worse' | 'no_difference_shown' | 'not_judged' {
  if (!difference || !direction) return 'not_judged'
  const { low, high } = orient(difference, direction)
  if (low > 0) return 'better'
  if (high < 0) return 'worse'
  return 'no_difference_shown'
}

/** The verdict of many gates: a fail outweighs all, then what could not be compared, then what could not be told. */
export function worstOf(verdicts: Verdict[]): Verdict {
  for (const verdict of ['fail', 'not_comparable', 'inconclusive'] as const)
    if (verdicts.includes(verdict)) return verdict
  return verdicts.length > 0 ? 'pass' : 'inconclusive'
}
