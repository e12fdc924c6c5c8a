import { shortened, visible } from '../../../text/visible-text.ts'
import { numberFromBytes, numberFromText, numberWithComma, textFromBytes, textFromValue } from './cell.ts'
import { closeUp, cutCodes, cutFloats, grownCodes, grownFloats } from './grow.ts'
import { markOf } from './marks.ts'
import type { TextCodes } from './text-codes.ts'

/** Takes the cells of one column, row after row, from CSV bytes or Parquet values. Both say what is wrong with one. */
export interface Sink {
  addBytes(bytes: Buffer, start: number, end: number): string | undefined
  addValue(value: unknown): string | undefined
  /** As `addValue` of each. */
  addValues?(values: ArrayLike<unknown>, wrong: WrongValue): void
  /** The same of values by where they stand in a dictionary; -1 is null. */
  addCodes?(codes: Int32Array, dictionary: ArrayLike<unknown>, wrong: WrongValue): void
  /** To it a text of ASCII and its bytes are the same. */
  readonly takesBytes?: true
  /** From now on a comma stands before the decimals of a number in bytes. */
  useDecimalComma?(): void
  /** Takes these rows out again, ascending from 0. */
  leaveOut?(rows: readonly number[]): void
  readonly rows: number
}

/** Is told which of several values is wrong, from 0. */
export type WrongValue = (row: number, problem: string) => void

/** Characters that a text may have. */
export const MAX_TEXT = 200

/** Finite numbers; words of right and wrong are 1 or 0 where `marks` says so. */
export class NumberSink implements Sink {
  rows = 0
  readonly #marks: boolean
  #values = new Float64Array(4096)
  #read = numberFromBytes
  #last: { dictionary: ArrayLike<unknown>; numbers: Float64Array } | undefined

  constructor({ marks = false } = {}) {
    this.#marks = marks
  }

  useDecimalComma(): void {
    this.#read = numberWithComma
  }

  addBytes(bytes: Buffer, start: number, end: number): string | undefined {
    if (this.#add(this.#read(bytes, start, end))) return undefined
    return this.#problemOf(textFromBytes(bytes, start, end), this.#read === numberWithComma)
  }

  addValue(value: unknown): string | undefined {
    return this.#add(numberOf(value)) ? undefined : this.#problemOf(textFromValue(value) ?? '')
  }

  addValues(values: ArrayLike<unknown>, wrong: WrongValue): void {
    const isPlain =
      values instanceof Float64Array || values instanceof Float32Array || values instanceof Int32Array
    for (let row = 0; row < values.length; row++) {
      if (isPlain && this.#add(values[row]!)) continue
      // Of what is wrong the problem is told, in the place that it has.
      if (isPlain) this.rows--
      const problem = this.addValue(values[row])
      if (problem !== undefined) wrong(row, problem)
    }
  }

  addCodes(codes: Int32Array, dictionary: ArrayLike<unknown>, wrong: WrongValue): void {
    const numbers = this.#numbersIn(dictionary)
    for (let row = 0; row < codes.length; row++) {
      if (this.#add(numbers[codes[row]!] ?? Number.NaN)) continue
      this.rows--
      const problem = this.addValue(dictionary[codes[row]!])
      if (problem !== undefined) wrong(row, problem)
    }
  }

  /** A column has one dictionary for many pages. */
  #numbersIn(dictionary: ArrayLike<unknown>): Float64Array {
    if (this.#last?.dictionary !== dictionary) {
      const numbers = new Float64Array(dictionary.length)
      for (let at = 0; at < numbers.length; at++) numbers[at] = numberOf(dictionary[at])
      this.#last = { dictionary, numbers }
    }
    return this.#last.numbers
  }

  leaveOut(rows: readonly number[]): void {
    this.rows = closeUp(this.#values, this.rows, rows)
  }

  /** Those that were added so far, until `finish`. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.rows)
  }

  finish(): Float64Array<ArrayBuffer> {
    return cutFloats(this.#values, this.rows)
  }

  /** Of the text that was added last, which is no number; none where it is a mark. */
  #problemOf(text: string | undefined, withComma?: boolean): string | undefined {
    const mark = this.#marks && text !== undefined ? markOf(text) : undefined
    if (mark === undefined) return numberProblem(text, withComma)
    this.#values[this.rows - 1] = mark
    return undefined
  }

  #add(value: number): boolean {
    if (this.rows === this.#values.length) this.#values = grownFloats(this.#values)
    this.#values[this.rows++] = value + 0
    return Number.isFinite(value)
  }
}

export interface TextRules {
  /** Shown for an empty cell; without it an empty cell is a problem. */
  empty?: string
  /** Distinct values there may be, and what to say about more. */
  most?: { values: number; problem: string }
}

/** Texts as codes. Once there are too many distinct ones, that is said once and the rest is not looked at. */
export class CodeSink implements Sink {
  rows = 0
  readonly texts: TextCodes
  #rules: TextRules
  #codes = new Uint32Array(4096)
  #full = false
  #judged = 0
  #last: { dictionary: ArrayLike<unknown>; codes: Int32Array } | undefined

  constructor(texts: TextCodes, rules: TextRules) {
    this.texts = texts
    this.#rules = rules
  }

  addBytes(bytes: Buffer, start: number, end: number): string | undefined {
    if (start === end) return this.#addText('')
    return this.#add(this.#full ? 0 : this.texts.codeOfBytes(bytes, start, end))
  }

  addValue(value: unknown): string | undefined {
    const text = value === null || value === undefined ? '' : textFromValue(value)
    return text === undefined ? this.#add(-2) : this.#addText(text.trim())
  }

  addCodes(codes: Int32Array, dictionary: ArrayLike<unknown>, wrong: WrongValue): void {
    const known = this.#codesIn(dictionary)
    for (let row = 0; row < codes.length; row++) {
      const at = codes[row]!
      const code = known[at] ?? UNKNOWN
      if (code !== UNKNOWN) {
        this.#push(code)
        continue
      }
      const problem = this.addValue(dictionary[at])
      if (problem !== undefined) wrong(row, problem)
      else if (at >= 0 && !this.#full) known[at] = this.#codes[this.rows - 1]!
    }
  }

  /** A column has one dictionary for many pages; what is in it is looked up once, as it first comes. */
  #codesIn(dictionary: ArrayLike<unknown>): Int32Array {
    if (this.#last?.dictionary !== dictionary)
      this.#last = { dictionary, codes: new Int32Array(dictionary.length).fill(UNKNOWN) }
    return this.#last.codes
  }

  leaveOut(rows: readonly number[]): void {
    this.rows = closeUp(this.#codes, this.rows, rows)
  }

  finish(): Uint32Array<ArrayBuffer> {
    return cutCodes(this.#codes, this.rows)
  }

  #addText(text: string): string | undefined {
    if (text === '' && this.#rules.empty === undefined) {
      this.#push(0)
      return 'is empty'
    }
    return this.#add(this.#full ? 0 : this.texts.codeOfText(text === '' ? this.#rules.empty! : text))
  }

  #push(code: number): void {
    if (this.rows === this.#codes.length) this.#codes = grownCodes(this.#codes)
    this.#codes[this.rows++] = Math.max(0, code)
  }

  #add(code: number): string | undefined {
    this.#push(code)
    if (code === -1) return 'is not UTF-8'
    if (code === -2) return 'is not a single value'
    return code < this.#judged ? undefined : this.#judgeNew(code)
  }

  #judgeNew(code: number): string | undefined {
    this.#judged = code + 1
    const { most } = this.#rules
    if (most && code >= most.values) {
      this.#full = true
      return most.problem
    }
    const text = this.texts.values[code]!
    return text.length > MAX_TEXT ? `is longer than ${MAX_TEXT} characters` : undefined
  }
}

/** A foreign text as it may stand in a message. */
export function quoted(text: string): string {
  return `"${shortened(visible(text), 40)}"`
}

// --- internal ---

const UNKNOWN = -1
const AS_PRINTED = ': as Python prints it; write `float(…)` of it'
const FOR_A_COMMA = ': for a decimal comma set `predictions.csv: { decimal: "," }`'

function numberOf(value: unknown): number {
  if (typeof value === 'string') return numberFromText(value.trim())
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? Number(value)
    : Number.NaN
}

function numberProblem(text: string | undefined, hasComma = false): string {
  if (text === undefined) return 'is not UTF-8'
  if (text === '') return 'is empty where a number is expected'
  if (hasComma && text.includes('.')) return 'has a point, and the decimal sign is said to be a comma'
  const isMeant = !hasComma && /^[+-]?\d*,\d+$/.test(text)
  const isPrinted = /^\[?(?:\w+\.)?(?:\w+\(|\[)?[+-]?[\d.]+(?:e[+-]?\d+)?[\])]/i.test(text)
  return `is not a finite number: ${quoted(text)}${isMeant ? FOR_A_COMMA : isPrinted ? AS_PRINTED : ''}`
}
