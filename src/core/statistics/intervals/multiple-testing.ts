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
