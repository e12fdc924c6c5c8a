import { requireEqualLengths, requireFinite, requireSome } from '../checks.ts'

/** Distances between two discrete distributions. Both are normalised first; counts will do. */

export interface DistributionDistances {
  /** In bits; its square root is the distance. 0..1. */
  jensenShannonDivergence: number
  /** Base 2, 0..1. */
  jensenShannonDistance: number
  /** Base e: smaller by √ln 2 = 0.83, so the same threshold means something else. */
  jensenShannonDistanceNatural: number
  hellinger: number
  totalVariation: number
  /** The largest difference of one share. */
  largestDifference: number
}

export function distributionDistances(
  first: readonly number[],
  second: readonly number[],
): DistributionDistances {
  requireEqualLengths(first, second, 'The two distributions')
  const p = normalised(first)
  const q = normalised(second)
  const divergence = jensenShannon(p, q)
  const gaps = p.map((share, index) => Math.abs(share - q[index]!))
  const roots = p.reduce((sum, share, index) => sum + (Math.sqrt(share) - Math.sqrt(q[index]!)) ** 2, 0)
  return {
    jensenShannonDivergence: divergence / Math.LN2,
    jensenShannonDistance: Math.sqrt(divergence / Math.LN2),
    jensenShannonDistanceNatural: Math.sqrt(divergence),
    hellinger: Math.sqrt(roots / 2),
    totalVariation: gaps.reduce((sum, gap) => sum + gap, 0) / 2,
    largestDifference: Math.max(...gaps),
  }
}

// --- internal ---

function normalised(weights: readonly number[]): number[] {
  requireSome(weights, 'A distribution')
  requireFinite(weights, 'A distribution')
  if (weights.some(weight => weight < 0)) throw new RangeError('A distribution cannot have a weight below 0.')
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (sum === 0) throw new RangeError('A distribution must have a weight above 0.')
  return weights.map(weight => weight / sum)
}

/** In nats, never below 0 by rounding. */
function jensenShannon(p: number[], q: number[]): number {
  const half = (share: number, middle: number) => (share === 0 ? 0 : share * Math.log(share / middle))
  const sum = p.reduce((total, share, index) => {
    const middle = (share + q[index]!) / 2
    return total + half(share, middle) + half(q[index]!, middle)
  }, 0)
  return Math.max(0, sum / 2)
}
