import { requireCount } from '../checks.ts'
import { mean, variance } from '../describe.ts'
import { type MeanTest, meanTest, requireDifferences } from './paired-t.ts'

/**
 * Corrected resampled t-test on the score differences of folds or repeated splits (Nadeau & Bengio 2003).
 * Folds share training rows, so a plain t-test claims far too much: the variance is scaled by
 * 1/J + testRows/trainRows instead of 1/J.
 */
export function nadeauBengio(
  differences: ArrayLike<number>,
  trainRows: number,
  testRows: number,
  level = 0.95,
): MeanTest {
  requireDifferences(differences, level)
  requireCount(trainRows, 'The number of training rows', 1)
  requireCount(testRows, 'The number of test rows', 1)
  const se = Math.sqrt(variance(differences) * (1 / differences.length + testRows / trainRows))
  return meanTest(mean(differences), se, differences.length - 1, level)
}
