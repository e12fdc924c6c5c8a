import { requireFinite, requireInnerShare, requireSome } from '../checks.ts'
import { mean, variance } from '../describe.ts'
import { type MeanTest, meanTest } from '../paired/paired-t.ts'

/**
 * Welch's t-test of two independent samples with unequal variances; `mean` is the difference first − second.
 * At least 2 values each. Without any variance the p is 1 for equal means, else 0.
 */
export function welchT(first: ArrayLike<number>, second: ArrayLike<number>, level = 0.95): MeanTest {
  for (const sample of [first, second]) {
    requireSome(sample, 'A sample', 2)
    requireFinite(sample, 'A sample')
  }
  requireInnerShare(level, 'The confidence level')
  const ofFirst = variance(first) / first.length
  const ofSecond = variance(second) / second.length
  const total = ofFirst + ofSecond
  const spread = ofFirst ** 2 / (first.length - 1) + ofSecond ** 2 / (second.length - 1)
  const df = total === 0 ? first.length + second.length - 2 : total ** 2 / spread
  return meanTest(mean(first) - mean(second), Math.sqrt(total), df, level)
}
