import { quantileEdges } from '../../statistics/traffic/population-stability.ts'

/** Fewer rows than this are not shown on their own, neither as a category nor as a bin: they could be one person's. */
export const LEAST_ROWS = 10

/**
 * Edges between at most `bins` bins of equal share of the values, each of ten rows or more: quantiles, duplicates dropped.
 *
 * @param values finite, at least one
 */
export function frozenEdges(values: ArrayLike<number>, bins: number): number[] {
  const most = Math.min(bins, Math.floor(values.length / LEAST_ROWS))
  if (most < 2) return []
  const edges = quantileEdges(values, most)
  // Between whole numbers a quantile may lie anywhere: at the one above, it says what its bin holds.
  return roundedDown(
    Array.prototype.every.call(values, Number.isInteger) ? [...new Set(edges.map(Math.ceil))] : edges,
  )
}

/**
 * Edges moved down by less than a hundredth of the way to the next one, to few digits. Values that are often equal to an edge stay
 * above it, also where a server gives them in 32 bits (0.7 is 0.699999988 then), and no row's exact number is shown.
 *
 * @param edges ascending; so are those that are returned
 */
export function roundedDown(edges: readonly number[]): number[] {
  const rounded = edges.map((edge, index) => {
    const gap = Math.min(
      edge - (edges[index - 1] ?? Number.NEGATIVE_INFINITY),
      (edges[index + 1] ?? Number.POSITIVE_INFINITY) - edge,
    )
    return oneRoundedDown(edge, Number.isFinite(gap) ? gap : Math.abs(edge))
  })
  return [...new Set(rounded)].sort((a, b) => a - b)
}

/**
 * Edges that give each of a few whole numbers a bin of its own, and bins below the least and above the greatest. Undefined where
 * they are not whole, or more than `most`. A number of fewer than ten rows belongs to the one below it.
 */
export function wholeEdges(values: ArrayLike<number>, most: number): number[] | undefined {
  const counts = new Map<number, number>()
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (!Number.isInteger(value) || Math.abs(value) > EXACT) return undefined
    counts.set(value + 0, (counts.get(value + 0) ?? 0) + 1)
    if (counts.size > most) return undefined
  }
  const frequent = [...counts].flatMap(([value, rows]) => (rows >= LEAST_ROWS ? [value] : []))
  if (frequent.length === 0) return undefined
  const ascending = frequent.sort((a, b) => a - b)
  const greatest = ascending.at(-1)!
  // A rare value above would be shown by an edge of its own.
  return [...counts.keys()].some(value => value > greatest) ? ascending : [...ascending, greatest + 1]
}

// --- internal ---

/** Whole numbers up to this are the same in 32 bits. */
const EXACT = 2 ** 24

function oneRoundedDown(edge: number, gap: number): number {
  const exponent = Math.floor(Math.log10(gap)) - 2
  const single = Math.fround(edge)
  const least = single < edge && edge - single < gap / 100 ? single : edge
  const units = Math.floor(least / 10 ** exponent)
  if (!Number.isSafeInteger(units)) return edge
  const rounded = Number(`${units}e${exponent}`)
  // The division itself rounds, at times to the whole number above.
  const below = rounded > least ? Number(`${units - 1}e${exponent}`) : rounded
  return Number.isFinite(below) ? below + 0 : edge
}
