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
  /** Whether a value is held against one edge at most, as no cell has two. */
  readonly #isSingle: boolean

  constructor(edges: readonly number[]) {
    this.#edges = Float64Array.of(...edges, Number.POSITIVE_INFINITY)
    this.#low = edges[0] ?? 0
    const scale = CELLS / ((edges.at(-1) ?? 0) - this.#low)
    this.#scale = Number.isFinite(scale) ? scale : 0
    const inside = new Uint16Array(CELLS + 1)
    for (const edge of edges) inside[cellOf(edge, this.#low, this.#scale)]!++
    for (let cell = 0; cell < CELLS; cell++) this.#before[cell + 1] = this.#before[cell]! + inside[cell]!
    this.#isSingle = Math.max(...inside) <= 1
  }

  /** How many edges are at most this finite value. */
  binOf(value: number): number {
    const edges = this.#edges
    let below = this.#before[cellOf(value, this.#low, this.#scale)]!
    while (edges[below]! <= value) below++
    return below
  }

  /** Adds each value to the count of the edges that are at most it. @returns how many are finite: the others are not counted */
  count(values: Float64Array, counts: Float64Array): number {
    const found = new Uint32Array(this.#edges.length)
    const finite =
      this.#isSingle && areFinite(values) ? this.#countFinite(values, found) : this.#countAny(values, found)
    for (let bin = 0; bin < found.length; bin++) counts[bin]! += found[bin]!
    return finite
  }

  /** Without a branch: which way a value goes cannot be guessed, and a wrong guess costs as much as five values. */
  #countFinite(values: Float64Array, found: Uint32Array): number {
    const edges = this.#edges
    const low = this.#low
    const scale = this.#scale
    const before = this.#before
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!
      const below = before[cellOf(value, low, scale)]!
      found[below + (edges[below]! <= value ? 1 : 0)]!++
    }
    return values.length
  }

  #countAny(values: Float64Array, found: Uint32Array): number {
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
      found[below]!++
    }
    return finite
  }
}

// --- internal ---

const CELLS = 256

/** Of a span that is too wide or too narrow to be cut, the first. */
function cellOf(value: number, low: number, scale: number): number {
  return Math.max(0, Math.min(CELLS, (value - low) * scale)) | 0
}

/** What is not finite makes the sum NaN; by two sums, as each waits for itself. */
function areFinite(values: Float64Array): boolean {
  let [even, odd] = [0, 0]
  for (let index = 0; index < values.length; index += 2) {
    const next = index + 1 < values.length ? values[index + 1]! : 0
    even += values[index]! - values[index]!
    odd += next - next
  }
  return even + odd === 0
}
