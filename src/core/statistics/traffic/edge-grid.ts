/**
 * Ascending edges that millions of values are held against: says what `edgesAtMost` says, without its guesses. The span of the edges
 * is cut into cells of equal width; each knows how many edges lie in the cells before it, which are all at most any value in it, as
 * rounding never changes the order of two values.
 */
export class EdgeGrid {
  readonly #edges: Float64Array
  readonly #low: number
  readonly #scale: number
  readonly #before = new Uint16Array(CELLS + 1)

  constructor(edges: readonly number[]) {
    this.#edges = Float64Array.of(...edges, Number.POSITIVE_INFINITY)
    this.#low = edges[0] ?? 0
    const scale = CELLS / ((edges.at(-1) ?? 0) - this.#low)
    this.#scale = Number.isFinite(scale) ? scale : 0
    for (const edge of edges)
      for (let cell = cellOf(edge, this.#low, this.#scale) + 1; cell <= CELLS; cell++) this.#before[cell]!++
  }

  /** Adds each value to the count of the edges that are at most it. @returns how many are finite: the others are not counted */
  count(values: Float64Array, counts: Float64Array): number {
    const edges = this.#edges
    const low = this.#low
    const scale = this.#scale
    const before = this.#before
    let finite = 0
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!
      if (!Number.isFinite(value)) continue
      finite++
      let below = before[cellOf(value, low, scale)]!
      while (edges[below]! <= value) below++
      counts[below]!++
    }
    return finite
  }
}

// --- internal ---

const CELLS = 256

/** Of a span that is too wide or too narrow to be cut, the first. */
function cellOf(value: number, low: number, scale: number): number {
  return scale === 0 ? 0 : Math.trunc(Math.max(0, Math.min(CELLS, (value - low) * scale)))
}
