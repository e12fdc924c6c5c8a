import { requireFinite, requireSome } from '../checks.ts'
import { mean, variance } from '../describe.ts'

/**
 * Standardised mean difference second − first by the pooled standard deviation (Cohen's d), and with Hedges' correction
 * for small samples. Without any variance: 0 for equal means, else infinite.
 */
export function standardizedDifference(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): { cohensD: number; hedgesG: number } {
  for (const sample of [first, second]) {
    requireSome(sample, 'A sample', 2)
    requireFinite(sample, 'A sample')
  }
  const df = first.length + second.length - 2
  const pooled = Math.sqrt(
    ((first.length - 1) * variance(first) + (second.length - 1) * variance(second)) / df,
  )
  const difference = mean(second) - mean(first)
  const cohensD = difference === 0 ? 0 : difference / pooled
  return { cohensD, hedgesG: cohensD * (1 - 3 / (4 * df - 1)) }
}
