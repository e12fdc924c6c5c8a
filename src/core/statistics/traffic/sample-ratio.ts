import { requireCounts, requireEqualLengths, requireSome } from '../checks.ts'
import { chiSquareFit } from './chi-square.ts'

/**
 * Whether units were split as declared, at one planned look (Pearson's chi-square; below `alpha` is a mismatch).
 * For a check that runs again and again use `shareEvidence`. `shares` are normalised.
 */
export function sampleRatio(
  observed: readonly number[],
  shares: readonly number[],
  alpha = 0.001,
): { chiSquare: number; p: number; mismatch: boolean } {
  requireEqualLengths(observed, shares, 'Observed counts and declared shares')
  requireSome(observed, 'Observed counts', 2)
  requireCounts(observed, 'Observed counts')
  const total = observed.reduce((sum, count) => sum + count, 0)
  if (total === 0) throw new RangeError('A split cannot be checked without units.')
  const sum = shares.reduce((all, share) => all + share, 0)
  const { chiSquare, p } = chiSquareFit(
    observed,
    shares.map(share => (total * share) / sum),
  )
  return { chiSquare, p, mismatch: p < alpha }
}
