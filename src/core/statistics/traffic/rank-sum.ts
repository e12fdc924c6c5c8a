import { requireCounts, requireEqualLengths } from '../checks.ts'
import { chiSquareSf } from '../distributions/distributions.ts'

export interface RankSum {
  /** Of one degree of freedom. */
  chiSquare: number
  p: number
}

/**
 * Whether live values lie higher or lower than the reference's: Wilcoxon's rank sum over ordered bins, each value with the middle
 * rank of its bin (Mann & Whitney 1947; variance with ties, Lehmann 1975). Of what moves all values one way it wants fewer
 * rows than chi-square, which looks at each bin for itself; of what spreads them it sees nothing.
 *
 * @returns undefined where one row is empty, all are in one bin, or the sum is too skewed for the normal law to hold in the tail:
 *   few rows, nearly all of them in one bin
 *
 * `rankSum([100, 100, 100], [5, 10, 20])` has the chi-square 8.62
 */
export function rankSum(reference: ArrayLike<number>, live: ArrayLike<number>): RankSum | undefined {
  requireEqualLengths(reference, live, 'The two rows of counts')
  requireCounts(reference, 'The reference counts')
  requireCounts(live, 'The live counts')
  let [m, n] = [0, 0]
  for (let bin = 0; bin < live.length; bin++) {
    m += reference[bin]!
    n += live[bin]!
  }
  const all = m + n
  if (m === 0 || n === 0) return undefined
  let before = 0
  let [sum, squares, cubes] = [0, 0, 0]
  for (let bin = 0; bin < live.length; bin++) {
    const both = reference[bin]! + live[bin]!
    // Shares of the way from the lowest to the highest, less their mean.
    const rank = (before + both / 2) / all - 0.5
    sum += live[bin]! * rank
    squares += both * rank ** 2
    cubes += both * rank ** 3
    before += both
  }
  const variance = squares / all
  if (variance < 1e-12) return undefined
  const skewness = ((cubes / all / variance ** 1.5) * (m - n)) / Math.sqrt(m * n * all)
  if (Math.abs(skewness) > MOST_SKEWNESS) return undefined
  const chiSquare = sum ** 2 / ((variance * m * n) / (all - 1))
  return { chiSquare, p: chiSquareSf(chiSquare, 1) }
}

// --- internal ---

/** By Edgeworth's first term the tail at four standard deviations is then off by less than it. */
const MOST_SKEWNESS = 0.1
