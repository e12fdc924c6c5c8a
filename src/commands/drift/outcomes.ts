import { numberFromBytes, textFromBytes } from '../../core/inputs/predictions/cell.ts'
import { BinCounts } from '../../core/traffic/profile/bin-counts.ts'
import { binOf } from '../../core/traffic/profile/bins.ts'
import type { Bins } from '../../core/traffic/profile/feature.ts'

/** The class of each score, where the accepted predictions were made so. */
export class ClassCounts extends BinCounts {
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

/** Counts, and remembers the bin of each row: for two columns that are to be held together. */
export class RememberedBins extends BinCounts {
  readonly #of: Bins
  #bins = new Uint8Array(4096)

  constructor(bins: Bins) {
    super(bins)
    this.#of = bins
  }

  override addBytes(bytes: Buffer, start: number, end: number): undefined {
    this.addValue(this.#of.type === 'number' ? valueIn(bytes, start, end) : textIn(bytes, start, end))
  }

  override addValue(value: unknown): undefined {
    if (this.rows === this.#bins.length) {
      const grown = new Uint8Array(this.#bins.length * 2)
      grown.set(this.#bins)
      this.#bins = grown
    }
    this.#bins[this.rows] = binOf(this.#of, value)
    super.addValue(value)
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
