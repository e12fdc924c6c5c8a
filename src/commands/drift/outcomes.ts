import { numberFromBytes, textFromBytes } from '../../core/inputs/predictions/cell.ts'
import type { Sink } from '../../core/inputs/predictions/sinks.ts'
import { BinCounts } from '../../core/traffic/profile/bin-counts.ts'
import { binNames, binOf } from '../../core/traffic/profile/bins.ts'
import type { Bins } from '../../core/traffic/profile/feature.ts'

/** What counts a column of rows in the bins of a feature. */
export type CountingSink = Sink & Pick<BinCounts, 'counts'>

/** The class of each score, where the accepted predictions were made so. */
export class ClassCounts implements CountingSink {
  readonly #counted: BinCounts
  readonly #classOf: (score: unknown) => unknown

  constructor(bins: Bins, classOf: (score: unknown) => unknown) {
    this.#counted = new BinCounts(bins)
    this.#classOf = classOf
  }

  get rows(): number {
    return this.#counted.rows
  }

  get counts(): Float64Array {
    return this.#counted.counts
  }

  addBytes(bytes: Buffer, start: number, end: number): undefined {
    this.addValue(valueIn(bytes, start, end))
  }

  addValue(value: unknown): undefined {
    this.#counted.addValue(this.#classOf(value))
  }
}

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

/** Rows in each bin of the score by what came true; those without a score or an outcome are left out. */
export function outcomesOf(
  score: RememberedBins,
  label: RememberedBins,
  classes: readonly string[],
): Map<string, Float64Array> {
  const bins = score.counts.length - 2
  const counts = classes.map(() => new Float64Array(bins))
  for (let row = 0; row < score.rows; row++) {
    const bin = score.binAt(row)
    const outcome = counts[label.binAt(row)]
    if (outcome && bin < bins) outcome[bin]!++
  }
  return new Map(counts.map((of, index) => [classes[index]!, of]))
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
