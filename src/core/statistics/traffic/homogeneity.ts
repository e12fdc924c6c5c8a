import { requireCounts, requireEqualLengths } from '../checks.ts'
import { chiSquareSf } from '../distributions/distributions.ts'

export interface Homogeneity {
  chiSquare: number
  /** Bins that were told apart, less one. 0: all fell into one bin, and nothing can be said. */
  df: number
  p: number
}

/**
 * Pearson's chi-square test that two rows of counts come from the same shares. Bins whose expected count is below
 * `leastExpected` in either row are taken together, and with the next smallest where they are still too few: without that
 * the law does not hold at some hundred rows (Cochran 1954). A row without counts tells nothing: df 0, p 1.
 */
export function homogeneity(
  reference: ArrayLike<number>,
  live: ArrayLike<number>,
  leastExpected = 5,
): Homogeneity {
  requireEqualLengths(reference, live, 'The two rows of counts')
  requireCounts(reference, 'The reference counts')
  requireCounts(live, 'The live counts')
  const m = sum(reference)
  const n = sum(live)
  if (n === 0 || m === 0) return { chiSquare: 0, df: 0, p: 1 }
  const bins = pooled(reference, live, fewestToTell(m, n, leastExpected))
  let chiSquare = 0
  for (const [there, here] of bins) {
    const off = here - ((there + here) * n) / (n + m)
    // Both cells of a bin are off by the same count: Σ off²·(1/expected live + 1/expected reference).
    chiSquare += (off * off * (n + m) * (n + m)) / ((there + here) * n * m)
  }
  const df = bins.length - 1
  return { chiSquare, df, p: df === 0 ? 1 : chiSquareSf(chiSquare, df) }
}

/** Counts in both rows together from which on a bin is told apart: `leastExpected` of them are expected in the smaller row. */
export function fewestToTell(m: number, n: number, leastExpected = 5): number {
  return (leastExpected * (n + m)) / Math.min(n, m)
}

// --- internal ---

type Bin = [reference: number, live: number]

/** Bins with at least `fewest` counts in both rows together; those with fewer are one bin. */
function pooled(reference: ArrayLike<number>, live: ArrayLike<number>, fewest: number): Bin[] {
  const bins: Bin[] = []
  const rest: Bin = [0, 0]
  for (let bin = 0; bin < reference.length; bin++) {
    const one: Bin = [reference[bin]!, live[bin]!]
    if (one[0] + one[1] >= fewest) bins.push(one)
    else add(rest, one)
  }
  if (rest[0] + rest[1] === 0) return bins
  if (rest[0] + rest[1] >= fewest || bins.length === 0) return [...bins, rest]
  add(
    bins.reduce((least, one) => (one[0] + one[1] < least[0] + least[1] ? one : least)),
    rest,
  )
  return bins
}

function add(to: Bin, one: Bin): void {
  to[0] += one[0]
  to[1] += one[1]
}

function sum(counts: ArrayLike<number>): number {
  let all = 0
  for (let index = 0; index < counts.length; index++) all += counts[index]!
  return all
}
