import {
  canonicalLabel,
  numberFromBytes,
  textFromBytes,
  textFromValue,
} from '../../inputs/predictions/cells/cell.ts'
import type { Sink } from '../../inputs/predictions/cells/sinks.ts'
import { TextCodes } from '../../inputs/predictions/cells/text-codes.ts'
import { numberOf } from './bins.ts'
import { LONGEST_NAME } from './feature.ts'
import { KeptNumbers } from './kept-numbers.ts'

/** How much of a column is kept. */
export interface TallyLimits {
  /** How many there are, where it is known. */
  rows?: number
  numbers: number
  /** Different texts; those that come first after so many others are counted together. */
  texts: number
}

/**
 * What a column holds, told from its cells in one pass and in bounded memory. It begins as one of numbers, and becomes one of texts
 * where a text comes before any number. No cell is wrong here: what is neither is counted.
 */
export class ColumnTally implements Sink {
  rows = 0
  missing = 0
  /** Of a column of numbers, what is none and yet something; of texts, those that are not kept. */
  others = 0
  /** Whether values are moments, as a column of Parquet says. */
  hasMoments = false
  /** Whole numbers, each above the one before. */
  isRising = true
  readonly numbers: KeptNumbers
  texts: { codes: TextCodes; counts: number[]; fullAfter?: number } | undefined
  #most: number
  #isFixed: boolean
  #last = Number.NEGATIVE_INFINITY
  #codes: { dictionary: ArrayLike<unknown>; codes: Int32Array } | undefined
  /** How this column writes that there is no number: should it turn out to be one of texts, they are its texts. */
  #noNumber = new Map<string, number>()

  /** @param type where it is known */
  constructor(limits: TallyLimits, type?: 'number' | 'category') {
    this.numbers = new KeptNumbers(limits.numbers, limits.rows)
    this.#most = limits.texts
    this.#isFixed = type !== undefined
    if (type === 'category') this.#becomeTexts()
  }

  addBytes(bytes: Buffer, start: number, end: number): undefined {
    if (!this.texts) {
      const number = numberFromBytes(bytes, start, end)
      if (!Number.isNaN(number)) {
        this.rows++
        this.#addNumber(number)
        return
      }
      this.addValue(textFromBytes(bytes, start, end) ?? NOT_UTF8)
      return
    }
    this.rows++
    if (start === end) this.#addCode(MISSING)
    else if (end - start > 4 * LONGEST_NAME) this.#addCode(NO_NAME)
    else this.#addCode(this.texts.codes.codeOfBytes(bytes, start, end))
  }

  addValue(value: unknown): undefined {
    this.rows++
    // Nearly every cell of nearly every column of numbers: half the time of a profile otherwise.
    if (typeof value === 'number' && !this.texts && Number.isFinite(value)) return this.#addNumber(value)
    if (this.texts) this.#addCode(this.#codeOf(value))
    else {
      const number = numberOf(value)
      if (number === undefined) this.#addMissing(value)
      else if (Number.isFinite(number)) this.#addNumber(number)
      else if (this.#isFixed || this.numbers.seen > 0 || typeof value === 'number') this.others++
      else {
        this.#becomeTexts()
        for (const [text, rows] of this.#noNumber) this.#addAgain(text, rows)
        this.#addCode(this.#codeOf(value))
      }
    }
  }

  addCodes(codes: Int32Array, dictionary: ArrayLike<unknown>): void {
    let row = 0
    for (; row < codes.length && !this.texts; row++) this.addValue(dictionary[codes[row]!])
    if (row === codes.length) return
    const known = this.#codesIn(dictionary)
    for (; row < codes.length; row++) {
      const at = codes[row]!
      this.rows++
      if (at >= 0 && known[at] === UNKNOWN) known[at] = this.#codeOf(dictionary[at])
      this.#addCode(at < 0 ? MISSING : known[at]!)
    }
  }

  /** A column has one dictionary for many pages; what is in it is looked up once. */
  #codesIn(dictionary: ArrayLike<unknown>): Int32Array {
    if (this.#codes?.dictionary !== dictionary)
      this.#codes = { dictionary, codes: new Int32Array(dictionary.length).fill(UNKNOWN) }
    return this.#codes.codes
  }

  #becomeTexts(): void {
    this.texts = { codes: new TextCodes(canonicalLabel, this.#most), counts: [] }
  }

  #addNumber(number: number): undefined {
    this.isRising &&= number > this.#last && Number.isInteger(number)
    this.#last = number
    this.numbers.add(number)
  }

  #addMissing(value: unknown): void {
    this.missing++
    const text = typeof value === 'string' ? value.trim() : ''
    if (text !== '' && (this.#noNumber.has(text) || this.#noNumber.size < 50))
      this.#noNumber.set(text, (this.#noNumber.get(text) ?? 0) + 1)
  }

  #addAgain(text: string, rows: number): void {
    this.missing -= rows
    for (let row = 0; row < rows; row++) this.#addCode(this.#codeOf(text))
  }

  #codeOf(value: unknown): number {
    this.hasMoments ||= value instanceof Date
    if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value)))
      return MISSING
    const text = textFromValue(value)?.trim()
    if (text === '') return MISSING
    if (text === undefined || text.length > LONGEST_NAME) return NO_NAME
    return this.texts!.codes.codeOfText(text)
  }

  #addCode(code: number): void {
    const texts = this.texts!
    if (code >= 0) texts.counts[code] = (texts.counts[code] ?? 0) + 1
    else if (code === MISSING) this.missing++
    else {
      this.others++
      if (code !== NO_NAME) texts.fullAfter ??= this.rows
    }
  }
}

// --- internal ---

const NOT_UTF8 = '\ufffd'
/** Beside the codes of texts, and what stands there for those that get none (`TextCodes`). */
const MISSING = -10
const NO_NAME = -11
const UNKNOWN = -12
