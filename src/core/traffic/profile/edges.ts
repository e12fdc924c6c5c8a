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

// --- internal ---

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
