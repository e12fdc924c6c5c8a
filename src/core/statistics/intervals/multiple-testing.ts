import { requireShare } from '../checks.ts'

/**
 * P-values adjusted for the family-wise error rate without assumptions; never weaker than Bonferroni (Holm 1979). In the
 * order of the input, which is not changed. Each is the smallest error rate at which its hypothesis would be rejected. Same
 * numbers as R's `p.adjust`.
 */
export function holm(p: readonly number[]): number[] {
  for (const value of p) requireShare(value, 'A p-value')
  const ascending = p.map((_, index) => index).sort((i, j) => p[i]! - p[j]!)
  const adjusted = new Array<number>(p.length)
  let largest = 0
  for (const [rank, index] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, p[index]! * (p.length - rank)))
    adjusted[index] = largest
  }
  return adjusted
}
