import { sortOrder } from '../../statistics/sort-order.ts'
import { binCounts, quantileEdges } from '../../statistics/traffic/population-stability.ts'

/** Fewer rows than this are not shown on their own, neither as a category nor as a bin: they could be one person's. */
export const LEAST_ROWS = 10

/**
 * Edges between at most `bins` bins of equal share of the values, each of ten rows or more: quantiles. A value that is so frequent that
 * several of them fall on it (0 of what is mostly 0) has a bin of its own, and the others share what is left: else all that is
 * not 0 would be one with it, however much more of it there is one day.
 *
 * @param values finite, at least one
 *
 * `frozenEdges([...900 zeros, 1, 2, … 100], 10)` is `[0, 1, 12, 23, 34, 45, 56, 67, 78, 89]`
 */
export function frozenEdges(values: ArrayLike<number>, bins: number): number[] {
  const most = Math.min(bins, Math.floor(values.length / LEAST_ROWS))
  if (most < 2) return []
  const isWhole = Array.prototype.every.call(values, Number.isInteger)
  const ordered = ascending(values)
  const frequent = frequentIn(ordered, most)
  const edges =
    frequent.length === 0 ? quantileEdges(ordered, most) : edgesAround(ordered, frequent, most, isWhole)
  // Between whole numbers a quantile may lie anywhere: at the one above, it says what its bin holds.
  return withoutFew(roundedDown(isWhole ? [...new Set(edges.map(Math.ceil))] : edges), ordered)
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

/** By the order that metrics have asked for before, where there is one for these very numbers. */
function ascending(values: ArrayLike<number>): Float64Array {
  if (!(values instanceof Float64Array)) return Float64Array.from(values).sort()
  const order = sortOrder(values)
  const ordered = new Float64Array(order.length)
  for (let rank = 0; rank < ordered.length; rank++) ordered[rank] = values[order[rank]!]!
  return ordered
}

/** Whole numbers up to this are the same in 32 bits. */
const EXACT = 2 ** 24

/** Rows of one value, of those in order: from `from` on, before `to`. */
interface Run {
  value: number
  from: number
  to: number
}

/** Values on which two quantiles or more fall. */
function frequentIn(ordered: Float64Array, bins: number): Run[] {
  const least = ordered.length / bins
  const runs: Run[] = []
  for (let from = 0, to = 1; from < ordered.length; from = to++) {
    const value = ordered[from]!
    while (to < ordered.length && ordered[to] === value) to++
    const quantiles = Math.floor((to - 1) / least) - Math.floor((from - 1) / least)
    if (to - from >= least && quantiles > 1) runs.push({ value, from, to })
  }
  return runs
}

/** Each frequent value in a bin of its own, and bins of ten rows or more of what lies between them. */
function edgesAround(
  ordered: Float64Array,
  frequent: readonly Run[],
  bins: number,
  isWhole: boolean,
): number[] {
  const others = ordered.length - frequent.reduce((sum, { from, to }) => sum + to - from, 0)
  const left = Math.max(1, bins - frequent.length)
  const edges = new Set<number>()
  for (let index = 0; index <= frequent.length; index++) {
    const below = frequent[index - 1]
    const above = frequent[index]
    const part = ordered.subarray(below?.to ?? 0, above?.from)
    const isShown = part.length >= LEAST_ROWS
    if (isShown) {
      if (below) edges.add(part[0]!)
      const share = Math.floor(Math.min((left * part.length) / others, part.length / LEAST_ROWS))
      if (share >= 2) for (const edge of quantileEdges(part, share)) edges.add(edge)
    }
    // So few that they are not shown belong to the value below them, and where there is none, to the one above.
    if (above && (below || isShown || part.length === 0)) edges.add(above.value)
    if (!above && part.length === 0) edges.add(aboveAll(below!.value, isWhole))
  }
  return [...edges]
}

/** Bins of fewer than ten rows are one with the smaller of their neighbours: among values that are often the same a quantile makes such. */
function withoutFew(edges: readonly number[], values: Float64Array): number[] {
  const counts = binCounts(values, edges)
  const left = [...edges]
  for (let bin = counts.findIndex(isFew); bin >= 0 && left.length > 0; bin = counts.findIndex(isFew)) {
    const [below, above] = [counts[bin - 1], counts[bin + 1]]
    const isBelow = above === undefined || (below !== undefined && below <= above)
    const edge = isBelow ? bin - 1 : bin
    left.splice(edge, 1)
    counts.splice(edge, 2, counts[edge]! + counts[edge + 1]!)
  }
  return left
}

function isFew(rows: number): boolean {
  return rows > 0 && rows < LEAST_ROWS
}

/** Whatever is above the greatest value is seen, also where a server gives that in 32 bits. */
function aboveAll(greatest: number, isWhole: boolean): number {
  if (isWhole) return greatest + 1
  return greatest + (Math.abs(greatest) || 1) / 1e5
}

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
