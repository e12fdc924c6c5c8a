import { requireEqualLengths } from '../checks.ts'
import { type MeanTest, meanTest, requireDifferences } from './paired-t.ts'

/** A weighted mean's test, and of how many rows (or clusters) of one weight it is. */
export interface WeightedTest extends MeanTest {
  effective: number
}

/**
 * The weighted mean Σwd / Σw of differences of rows that were drawn with their weights, by Taylor linearisation: its standard
 * error is √(n / (n − 1) · Σ w²(d − d̄)²) / Σw (Cochran, Sampling Techniques, 1977, 6.4: of a ratio of two means; Särndal,
 * Swensson & Wretman 1992, 5.7), with n = (Σw)² / Σw² (Kish 1965) for the number of rows, and t of n − 1 degrees of freedom. Where
 * rows come in clusters the sums over these stand in the place of rows, as in `clusteredT`. Of equal weights it is `pairedT`.
 *
 * @param weights above 0, at least two of them
 */
export function weightedT(
  differences: ArrayLike<number>,
  weights: ArrayLike<number>,
  clusters: { codes: ArrayLike<number>; count: number } | undefined,
  level = 0.95,
): WeightedTest {
  requireDifferences(differences, level)
  requireEqualLengths(differences, weights, 'Differences and weights')
  let all = 0
  let sum = 0
  for (let i = 0; i < differences.length; i++) {
    all += weights[i]!
    sum += weights[i]! * differences[i]!
  }
  const centre = sum / all
  const units = clusters?.count ?? differences.length
  const shares = new Float64Array(units)
  const moves = new Float64Array(units)
  for (let i = 0; i < differences.length; i++) {
    const unit = clusters ? clusters.codes[i]! : i
    shares[unit]! += weights[i]!
    moves[unit]! += weights[i]! * (differences[i]! - centre)
  }
  let squares = 0
  let spread = 0
  for (let unit = 0; unit < units; unit++) {
    squares += shares[unit]! ** 2
    // A heavy row draws the mean to itself, so that its own distance is too small (HC2; MacKinnon & White 1985).
    spread += moves[unit]! ** 2 / Math.max(1 - shares[unit]! / all, Number.EPSILON)
  }
  const effective = all ** 2 / squares
  // Of hardly more than one row nothing is known of the spread.
  const freedom = Math.max(1, effective - 1)
  const se = Math.sqrt(spread) / all
  return { ...meanTest(centre, se, freedom, level), effective }
}
