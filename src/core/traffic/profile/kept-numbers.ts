import { cutFloats, grownFloats } from '../../inputs/predictions/cells/grow.ts'
import { mulberry32 } from '../../statistics/random.ts'

/** Of more numbers than this, quantiles are those of a sample: a rank is off by 0.14 % of the rows (one standard deviation). */
const SAMPLE = 131_072

/**
 * Numbers in bounded memory: all of them up to `most`, beyond that as many, drawn with equal chance (Algorithm L, Li 1994,
 * doi:10.1145/198429.198435). The same numbers in the same order give the same draw.
 */
export class KeptNumbers {
  seen = 0
  readonly #most: number
  #values: Float64Array<ArrayBuffer>
  #random = mulberry32(1)
  #weight = 1
  #next: number

  /** @param expected how many there will be, where it is known: memory that grows is half as much again for a while */
  constructor(most: number, expected = 1024) {
    this.#most = most
    this.#values = new Float64Array(Math.max(1, Math.min(most, expected)))
    this.#next = most
    this.#skip()
  }

  add(value: number): void {
    if (this.seen < this.#most) {
      if (this.seen === this.#values.length) this.#values = grownFloats(this.#values)
      this.#values[this.seen] = value
    } else if (this.seen === this.#next) {
      this.#values[Math.floor(this.#random() * this.#most)] = value
      this.#skip()
    }
    this.seen++
  }

  /** All numbers that were seen, where they are kept. */
  get whole(): Float64Array | undefined {
    return this.seen <= this.#most ? this.#values.subarray(0, this.seen) : undefined
  }

  /** What quantiles are taken of. */
  sample(): Float64Array {
    const kept = this.#values.subarray(0, Math.min(this.seen, this.#most))
    if (kept.length <= SAMPLE) return kept
    const drawn = new Float64Array(SAMPLE)
    for (let index = 0; index < SAMPLE; index++)
      drawn[index] = kept[Math.floor(this.#random() * kept.length)]!
    return drawn
  }

  /** Frees what is not needed any more. */
  forget(): void {
    this.#values = cutFloats(this.#values, 0)
  }

  #skip(): void {
    this.#weight *= Math.exp(Math.log(this.#random()) / this.#most)
    this.#next += 1 + Math.floor(Math.log(this.#random()) / Math.log1p(-this.#weight))
  }
}
