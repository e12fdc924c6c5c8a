import { requireShare } from '../checks.ts'

/**
 * Each hypothesis with its p-value adjusted for the family-wise error rate without assumptions; never weaker than Bonferroni
 * (Holm 1979). In the order of the input, which is not changed. Each is the smallest error rate at which its hypothesis would be
 * rejected. Same numbers as R's `p.adjust`.
 */
export function holm<T extends { p: number }>(hypotheses: readonly T[]): (T & { adjustedP: number })[] {
  for (const { p } of hypotheses) requireShare(p, 'A p-value')
  const adjusted = new Map<T, number>()
  let largest = 0
  for (const [rank, one] of hypotheses.toSorted((a, b) => a.p - b.p).entries()) {
    largest = Math.max(largest, Math.min(1, one.p * (hypotheses.length - rank)))
    adjusted.set(one, largest)
  }
  return hypotheses.map(one => ({ ...one, adjustedP: adjusted.get(one)! }))
}

/**
 * Benjamini and Hochberg's step up (1995): each value with the smallest level at which it would be rejected while the share of
 * false ones among the rejected stays below it. `weight` (mean 1 over all) as Genovese, Roeder & Wasserman 2006: what matters more
 * is rejected earlier, at the cost of the rest. Takes p-values, and with them anything that is proportional to the chance of a
 * false alarm: so nothing is cut off at 1.
 */
export function benjaminiHochberg<T extends { p: number; weight: number }>(
  hypotheses: readonly T[],
): (T & { adjustedP: number })[] {
  for (const { p, weight } of hypotheses)
    if (!(p >= 0 && weight > 0)) throw new RangeError(`A p-value of ${p} with a weight of ${weight} is none.`)
  const adjusted = new Map<T, number>()
  let least = Number.POSITIVE_INFINITY
  const ranked = hypotheses.toSorted((a, b) => a.p / a.weight - b.p / b.weight)
  for (const [rank, one] of [...ranked.entries()].reverse()) {
    least = Math.min(least, (one.p / one.weight) * (hypotheses.length / (rank + 1)))
    adjusted.set(one, least)
  }
  return hypotheses.map(one => ({ ...one, adjustedP: adjusted.get(one)! }))
}
