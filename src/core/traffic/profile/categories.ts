import { canonicalLabel } from '../../inputs/predictions/cells/cell.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { LEAST_ROWS } from './edges.ts'
import { type Bins, isTrafficName, MOST_CATEGORIES } from './feature.ts'

/**
 * The categories that are named, of those that were counted, in the order of their names: the most frequent, of ten rows or more
 * each. All others are pooled, and so is what looks like somebody's address or number however frequent it is.
 *
 * @param counted each with its rows, none twice
 */
export function frequentCategories(
  counted: readonly (readonly [string, number])[],
  most = MOST_CATEGORIES,
  missing = 0,
): Extract<Bins, { type: 'category' }> {
  const byName = (a: readonly [string, number], b: readonly [string, number]) => (a[0] < b[0] ? -1 : 1)
  const named = counted
    .filter(([name, rows]) => rows >= LEAST_ROWS && mayBeNamed(name))
    .sort((a, b) => b[1] - a[1] || byName(a, b))
    .slice(0, most)
    .sort(byName)
  const all = counted.reduce((sum, [, rows]) => sum + rows, 0)
  const counts = named.map(([, rows]) => rows)
  return {
    type: 'category',
    categories: named.map(([name]) => name),
    counts,
    missing,
    pooled: all - counts.reduce((sum, rows) => sum + rows, 0),
  }
}

/** Bins with those categories pooled that `isSecret` says of. */
export function withoutCategories<T extends Bins>(bins: T, isSecret: (name: string) => boolean): T {
  if (bins.type === 'number') return bins
  const kept = bins.categories.map(name => !isSecret(name))
  const counts = bins.counts.filter((_, index) => kept[index])
  const hidden = bins.counts.reduce((sum, rows, index) => (kept[index] ? sum : sum + rows), 0)
  return {
    ...bins,
    categories: bins.categories.filter((_, index) => kept[index]),
    counts,
    pooled: bins.pooled + hidden,
  }
}

/** Whether a category may stand in a profile by its name. */
export function mayBeNamed(name: string): boolean {
  return isTrafficName(name) && canonicalLabel(name) === name && maskPersonalData(name) === name
}
