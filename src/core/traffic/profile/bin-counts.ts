import { numberFromBytes, textFromBytes } from '../../inputs/predictions/cell.ts'
import type { Sink } from '../../inputs/predictions/sinks.ts'
import { edgesAtMost } from '../../statistics/traffic/population-stability.ts'
import { binNames, binOf } from './bins.ts'
import type { Bins } from './feature.ts'

/** Counts the cells of a column in the bins of a feature, in the order of `binNames`. */
export class BinCounts implements Sink {
  rows = 0
  readonly counts: Float64Array
  readonly #bins: Bins

  constructor(bins: Bins) {
    this.#bins = bins
    this.counts = new Float64Array(binNames(bins).length)
  }

  addBytes(bytes: Buffer, start: number, end: number): undefined {
    const bins = this.#bins
    const number = bins.type === 'number' ? numberFromBytes(bytes, start, end) : Number.NaN
    if (bins.type === 'number' && Number.isFinite(number)) {
      this.rows++
      this.counts[edgesAtMost(bins.edges, number)]!++
    } else this.addValue(textFromBytes(bytes, start, end) ?? '\ufffd')
  }

  addValue(value: unknown): undefined {
    this.rows++
    const bins = this.#bins
    const isPlain = bins.type === 'number' && typeof value === 'number' && Number.isFinite(value)
    this.counts[isPlain ? edgesAtMost(bins.edges, value) : binOf(bins, value)]!++
  }
}
