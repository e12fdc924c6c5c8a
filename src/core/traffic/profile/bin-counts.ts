import { numberFromBytes, textFromBytes } from '../../inputs/predictions/cells/cell.ts'
import type { Sink } from '../../inputs/predictions/cells/sinks.ts'
import { EdgeGrid } from '../../statistics/traffic/edge-grid.ts'
import { edgesAtMost } from '../../statistics/traffic/population-stability.ts'
import { binNames, binOf } from './bins.ts'
import type { Bins } from './feature.ts'

/** Counts the cells of a column in the bins of a feature, in the order of `binNames`. */
export class BinCounts implements Sink {
  rows = 0
  readonly counts: Float64Array
  readonly #bins: Bins
  readonly #edges: EdgeGrid | undefined
  #last: { dictionary: ArrayLike<unknown>; bins: Uint8Array } | undefined

  constructor(bins: Bins) {
    this.#bins = bins
    this.#edges = bins.type === 'number' ? new EdgeGrid(bins.edges) : undefined
    this.counts = new Float64Array(binNames(bins).length)
  }

  addBytes(bytes: Buffer, start: number, end: number): undefined {
    const number = this.#bins.type === 'number' ? numberFromBytes(bytes, start, end) : Number.NaN
    this.addValue(Number.isNaN(number) ? (textFromBytes(bytes, start, end) ?? '\ufffd') : number)
  }

  addValue(value: unknown): undefined {
    this.rows++
    const bins = this.#bins
    const isPlain = bins.type === 'number' && typeof value === 'number' && Number.isFinite(value)
    this.counts[isPlain ? edgesAtMost(bins.edges, value) : binOf(bins, value)]!++
  }

  addValues(values: ArrayLike<unknown>): void {
    if (this.#edges) this.#addDoubles(doublesOf(values) ?? numbersIn(values), values)
    else for (let row = 0; row < values.length; row++) this.addValue(values[row])
  }

  addCodes(codes: Int32Array, dictionary: ArrayLike<unknown>): void {
    const doubles = this.#edges && doublesOf(dictionary)
    if (doubles) {
      const values = new Float64Array(codes.length)
      for (let row = 0; row < codes.length; row++) values[row] = doubles[codes[row]!] ?? Number.NaN
      this.#addDoubles(values)
      return
    }
    const { counts } = this
    const bins = this.#binsOf(dictionary)
    const ofNull = binOf(this.#bins, null)
    this.rows += codes.length
    for (let row = 0; row < codes.length; row++) counts[bins[codes[row]!] ?? ofNull]!++
  }

  /** @param values what they were made of */
  #addDoubles(doubles: Float64Array, values: ArrayLike<unknown> = doubles): void {
    this.rows += doubles.length
    // Nearly always all of them are.
    const finite = this.#edges!.count(doubles, this.counts)
    if (finite === doubles.length) return
    for (let row = 0; row < doubles.length; row++)
      if (!Number.isFinite(doubles[row])) this.counts[binOf(this.#bins, values[row])]!++
  }

  /** A column has one dictionary for many pages. */
  #binsOf(dictionary: ArrayLike<unknown>): Uint8Array {
    if (this.#last?.dictionary !== dictionary) {
      const bins = new Uint8Array(dictionary.length)
      for (let code = 0; code < bins.length; code++) bins[code] = binOf(this.#bins, dictionary[code])
      this.#last = { dictionary, bins }
    }
    return this.#last.bins
  }
}

// --- internal ---

/** Numbers of a column that has nothing else, as they are. */
function doublesOf(values: ArrayLike<unknown>): Float64Array | undefined {
  if (values instanceof Float64Array) return values
  if (values instanceof Float32Array || values instanceof Int32Array) return Float64Array.from(values)
  return undefined
}

/** The numbers among values of any kind, NaN in place of the others. */
function numbersIn(values: ArrayLike<unknown>): Float64Array {
  const numbers = new Float64Array(values.length)
  for (let row = 0; row < numbers.length; row++) {
    const value = values[row]
    numbers[row] = typeof value === 'number' ? value : Number.NaN
  }
  return numbers
}
