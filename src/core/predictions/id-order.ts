/**
 * One total order of row names: shorter first, then by code unit. Ids that count up (`1`, `2`, … `10`) are then in
 * order as they stand, and neither the search for repeated ids nor the hash of the test set has to sort.
 */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** Whether every id comes after the one before it; then none is repeated either. */
export function isStrictlyOrdered(ids: readonly string[]): boolean {
  for (let row = 1; row < ids.length; row++) if (compareIds(ids[row - 1]!, ids[row]!) >= 0) return false
  return true
}

/** Ids that are there more than once, with the row (from 1) of the first and of each further one. Finds 1,000 at most. */
export function repeatedIds(ids: readonly string[]): { id: string; first: number; again: number }[] {
  if (isStrictlyOrdered(ids)) return []
  const seen = new Set<string>()
  const again: number[] = []
  for (let row = 0; row < ids.length && again.length < 1000; row++)
    if (seen.size === seen.add(ids[row]!).size) again.push(row)
  return again.map(row => ({ id: ids[row]!, first: ids.indexOf(ids[row]!) + 1, again: row + 1 }))
}
