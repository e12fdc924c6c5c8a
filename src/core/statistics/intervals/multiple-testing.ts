import { requireShare } from '../checks.ts'

/**
 * Adjusted p-values, in the order of the input, which is not changed. Each is the smallest error rate at which its
 * hypothesis would be rejected. Same numbers as R's `p.adjust`.
 */

export function bonferroni(p: readonly number[]): number[] {
  requireShares(p)
  return p.map(value => Math.min(1, value * p.length))
}

/** Family-wise error rate without assumptions; never weaker than Bonferroni (Holm 1979). */
export function holm(p: readonly number[]): number[] {
  return stepDown(p, (value, rank) => value * (p.length - rank))
}

/** Family-wise error rate for independent or positively dependent tests (Hochberg 1988). */
export function hochberg(p: readonly number[]): number[] {
  return stepUp(p, (value, rank) => value * (p.length - rank))
}

/** False discovery rate for independent or positively dependent tests (Benjamini & Hochberg 1995). */
export function benjaminiHochberg(p: readonly number[]): number[] {
  return stepUp(p, (value, rank) => (value * p.length) / (rank + 1))
}

/** False discovery rate under any dependence (Benjamini & Yekutieli 2001). */
export function benjaminiYekutieli(p: readonly number[]): number[] {
  const harmonic = p.reduce((sum, _, index) => sum + 1 / (index + 1), 0)
  return stepUp(p, (value, rank) => (value * p.length * harmonic) / (rank + 1))
}

// --- internal ---

type Scale = (value: number, rank: number) => number

function requireShares(p: readonly number[]): void {
  for (const value of p) requireShare(value, 'A p-value')
}

function ranked(p: readonly number[]): number[] {
  requireShares(p)
  return p.map((_, index) => index).sort((i, j) => p[i]! - p[j]!)
}

/** From the smallest p upwards, never falling. */
function stepDown(p: readonly number[], scale: Scale): number[] {
  const adjusted = new Array<number>(p.length)
  let largest = 0
  for (const [rank, index] of ranked(p).entries()) {
    largest = Math.max(largest, Math.min(1, scale(p[index]!, rank)))
    adjusted[index] = largest
  }
  return adjusted
}

/** From the largest p downwards, never rising. */
function stepUp(p: readonly number[], scale: Scale): number[] {
  const adjusted = new Array<number>(p.length)
  const order = ranked(p)
  let smallest = 1
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const index = order[rank]!
    smallest = Math.min(smallest, scale(p[index]!, rank))
    adjusted[index] = smallest
  }
  return adjusted
}
