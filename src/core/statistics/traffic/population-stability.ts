import {
  requireCounts,
  requireEqualLengths,
  requireFinite,
  requireInnerShare,
  requireSome,
} from '../checks.ts'
import { sorted, sortedQuantile } from '../describe.ts'
import { chiSquareSf, chiSquareUpperQuantile } from '../distributions/distributions.ts'

export interface PopulationStability {
  psi: number
  /** psi/(1/n + 1/m): chi-square distributed with `df` while nothing drifts. */
  scaledChiSquare: number
  df: number
  p: number
  /** The psi that pure noise exceeds with probability `alpha`, for these sample sizes. */
  critical: number
}

/**
 * Population stability index Σ(a − e)·ln(a/e) over the shares of two rows of counts, with its noise.
 * `addToCounts` is added to every count: ½ (Jeffreys' prior) keeps empty bins finite without inventing drift; with 0
 * an empty bin on one side is a RangeError. A bin empty on both sides says nothing and is left out.
 */
export function populationStability(
  expected: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: { addToCounts?: number; alpha?: number } = {},
): PopulationStability {
  const { addToCounts = 0.5, alpha = 0.01 } = options
  requireInnerShare(alpha, 'alpha')
  const { psi, df } = stabilityIndex(expected, actual, addToCounts)
  const noise = 1 / total(expected) + 1 / total(actual)
  return {
    psi,
    scaledChiSquare: psi / noise,
    df,
    p: df === 0 ? 1 : chiSquareSf(psi / noise, df),
    critical: df === 0 ? 0 : chiSquareUpperQuantile(alpha, df) * noise,
  }
}

/** The index alone, and how many of the bins are in use, less one: for where its noise is asked for elsewhere. */
export function stabilityIndex(
  expected: ArrayLike<number>,
  actual: ArrayLike<number>,
  addToCounts = 0.5,
): Pick<PopulationStability, 'psi' | 'df'> {
  requireEqualLengths(expected, actual, 'Expected and actual counts')
  requireCounts(expected, 'Expected counts')
  requireCounts(actual, 'Actual counts')
  const [m, n] = [total(expected), total(actual)]
  if (m === 0 || n === 0) throw new RangeError('A stability index needs values on both sides.')
  let bins = 0
  for (let bin = 0; bin < expected.length; bin++) if (expected[bin]! + actual[bin]! > 0) bins++
  let psi = 0
  for (let bin = 0; bin < expected.length; bin++) {
    if (expected[bin]! + actual[bin]! === 0) continue
    const from = (expected[bin]! + addToCounts) / (m + addToCounts * bins)
    const to = (actual[bin]! + addToCounts) / (n + addToCounts * bins)
    if (from === 0 || to === 0)
      throw new RangeError('A bin is empty on one side: its stability index would be infinite.')
    psi += (to - from) * Math.log(to / from)
  }
  return { psi, df: bins - 1 }
}

/** Edges between `bins` bins of equal share of the reference: its quantiles (type 7), duplicates dropped. The outer bins are open. */
export function quantileEdges(reference: ArrayLike<number>, bins = 10): number[] {
  requireSome(reference, 'The reference')
  requireFinite(reference, 'The reference')
  if (!Number.isInteger(bins) || bins < 2) throw new RangeError(`There must be at least 2 bins, not ${bins}.`)
  const ordered = sorted(reference)
  const edges = Array.from({ length: bins - 1 }, (_, index) => sortedQuantile(ordered, (index + 1) / bins))
  return [...new Set(edges)]
}

/** How many values fall into each bin between ascending `edges`; a value on an edge belongs above it. */
export function binCounts(values: ArrayLike<number>, edges: readonly number[]): number[] {
  requireFinite(values, 'The values')
  const counts = new Array<number>(edges.length + 1).fill(0)
  for (let index = 0; index < values.length; index++) counts[edgesAtMost(edges, values[index]!)]!++
  return counts
}

/** The bin of a value between ascending edges: how many of them are at most the value. */
export function edgesAtMost(edges: readonly number[], value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

// --- internal ---

function total(counts: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < counts.length; index++) sum += counts[index]!
  return sum
}
