import { numberFromBytes, textFromBytes } from '../../core/inputs/predictions/cells/cell.ts'
import type { Sink } from '../../core/inputs/predictions/cells/sinks.ts'
import type { BinCounts } from '../../core/traffic/profile/bin-counts.ts'
import { binNames, binOf } from '../../core/traffic/profile/bins.ts'
import type { Bins } from '../../core/traffic/profile/feature.ts'

/** What counts a column of rows in the bins of a feature. */
export type CountingSink = Sink & Pick<BinCounts, 'counts'>

/** Counts, and remembers the bin of each row: for two columns that are to be held together. */
export class RememberedBins implements CountingSink {
  rows = 0
  readonly counts: Float64Array
  readonly #of: Bins
  #bins = new Uint8Array(4096)

  constructor(bins: Bins) {
    this.#of = bins
    this.counts = new Float64Array(binNames(bins).length)
  }

  addBytes(bytes: Buffer, start: number, end: number): undefined {
    this.addValue(this.#of.type === 'number' ? valueIn(bytes, start, end) : textIn(bytes, start, end))
  }

  addValue(value: unknown): undefined {
    if (this.rows === this.#bins.length) {
      const grown = new Uint8Array(this.#bins.length * 2)
      grown.set(this.#bins)
      this.#bins = grown
    }
    const bin = binOf(this.#of, value)
    this.#bins[this.rows++] = bin
    this.counts[bin]!++
  }

  binAt(row: number): number {
    return this.#bins[row]!
  }
}

/** The class of each score, where the accepted predictions were made so. */
export class ClassCounts extends RememberedBins {
  readonly #classOf: (score: unknown) => unknown

  constructor(bins: Bins, classOf: (score: unknown) => unknown) {
    super(bins)
    this.#classOf = classOf
  }

  override addBytes(bytes: Buffer, start: number, end: number): undefined {
    this.addValue(valueIn(bytes, start, end))
  }

  override addValue(value: unknown): undefined {
    super.addValue(this.#classOf(value))
  }
}

/** Rows by what came true, in each bin of the score and of the prediction; those without an outcome, or a score, are left out. */
export function outcomesOf(
  {
    score,
    prediction,
    label,
  }: { score?: RememberedBins; prediction?: RememberedBins; label: RememberedBins },
  classes: readonly string[],
): { labels?: Map<string, Float64Array>; predicted?: Map<string, Float64Array> } {
  const bins = score ? score.counts.length - 2 : 0
  const countsIn = (size: number) => classes.map(() => new Float64Array(size))
  const labels = countsIn(bins)
  const predicted = countsIn(prediction?.counts.length ?? 0)
  for (let row = 0; row < label.rows; row++) {
    const bin = score?.binAt(row)
    const truth = label.binAt(row)
    if (truth >= classes.length || (bin !== undefined && bin >= bins)) continue
    if (bin !== undefined) labels[truth]![bin]!++
    if (prediction) predicted[truth]![prediction.binAt(row)]!++
  }
  const byLabel = (counts: Float64Array[]) => new Map(counts.map((of, index) => [classes[index]!, of]))
  return { ...(score && { labels: byLabel(labels) }), ...(prediction && { predicted: byLabel(predicted) }) }
}

// --- internal ---

/** A cell as a number where it is one, else its text. */
function valueIn(bytes: Buffer, start: number, end: number): unknown {
  const number = numberFromBytes(bytes, start, end)
  return Number.isNaN(number) ? textIn(bytes, start, end) : number
}

/** What is no UTF-8 is something, and no value that there is. */
function textIn(bytes: Buffer, start: number, end: number): string {
  return textFromBytes(bytes, start, end) ?? '\ufffd'
}
