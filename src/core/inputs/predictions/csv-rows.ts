import { formatCount } from '../../text/numbers.ts'
import { whyNoText } from './no-text.ts'

/**
 * RFC 4180 over bytes, for files that do not fit into memory: rows are found in the bytes as they come, cells are
 * offsets, and no string is made. (The CSV package used elsewhere makes every cell a string, which for a million
 * rows is more garbage than the whole result.) UTF-8 needs no decoding here: no byte of a longer character is ASCII.
 */
export interface CsvRow {
  /** Cell `i` is `bytes[starts[i]..ends[i])`: quotes, doubled quotes and outer spaces are gone. Valid during the call. */
  bytes: Buffer
  starts: Uint32Array
  ends: Uint32Array
  cells: number
  /** The line of the file it starts in, from 1. */
  line: number
}

/** A row may have this many bytes: a quote that is never closed would otherwise swallow the file. */
export const MAX_ROW_BYTES = 1024 * 1024
const MAX_CELLS = 4096

/**
 * Takes the bytes of a file piece by piece. Empty lines are skipped; the delimiter is the one of `,` `;` tab `|`
 * that is most frequent in the first line.
 */
export class CsvRows {
  #onRow: (row: CsvRow) => void
  #onBroken: (problem: string, line: number, fix: string) => never
  #row: CsvRow
  #bytes = Buffer.alloc(65_536)
  #from = 0
  #filled = 0
  #line = 1
  #delimiter = 0
  #separator: string | undefined
  #escaped: number[] = []
  #linesInRow = 1

  /**
   * @param onRow gets every row, the header as any other
   * @param onBroken is told where the text stops being CSV, and throws
   * @param separator between cells, where it is known
   */
  constructor(
    onRow: (row: CsvRow) => void,
    onBroken: (problem: string, line: number, fix: string) => never,
    separator?: string,
  ) {
    this.#separator = separator
    this.#onRow = onRow
    this.#onBroken = onBroken
    const cells = { starts: new Uint32Array(MAX_CELLS), ends: new Uint32Array(MAX_CELLS), cells: 0 }
    this.#row = { bytes: this.#bytes, ...cells, line: 1 }
  }

  push(piece: Uint8Array): void {
    for (let offset = 0; offset < piece.length; ) {
      this.#makeRoom()
      // One byte is left for the line break behind the last.
      const taken = Math.min(this.#bytes.length - 1 - this.#filled, piece.length - offset)
      this.#bytes.set(piece.subarray(offset, offset + taken), this.#filled)
      this.#filled += taken
      offset += taken
      this.#readRows(false)
    }
  }

  /** The last row need not end in a line break. */
  end(): void {
    this.#readRows(true)
  }

  #readRows(isLast: boolean): void {
    if (this.#delimiter === 0 && !this.#begin(isLast)) return
    this.#bytes[this.#filled] = LF
    while (this.#from < this.#filled && this.#readRow(isLast)) {
      const { starts, ends, cells } = this.#row
      if (cells > 1 || starts[0] !== ends[0]) this.#onRow(this.#row)
    }
    if (this.#filled - this.#from > MAX_ROW_BYTES)
      this.#broken(
        `a row of more than ${formatCount(MAX_ROW_BYTES)} bytes`,
        'Look whether a quote is opened there and never closed.',
      )
  }

  /** Moves the row that is not whole yet to the front, into twice the space where it fills more than half of it. */
  #makeRoom(): void {
    const kept = this.#filled - this.#from
    const target = kept * 2 > this.#bytes.length ? Buffer.alloc(this.#bytes.length * 2) : this.#bytes
    this.#bytes.copy(target, 0, this.#from, this.#filled)
    this.#bytes = target
    this.#row.bytes = target
    this.#filled = kept
    this.#from = 0
  }

  /** Looks at the first line; false while it is not there yet. */
  #begin(isLast: boolean): boolean {
    const bytes = this.#bytes.subarray(0, this.#filled)
    const end = bytes.indexOf(LF)
    if (end < 0 && !isLast && this.#filled <= MAX_ROW_BYTES) return false
    const noText = whyNoText(bytes)
    if (noText) this.#broken(noText.what, noText.fix)
    if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf) this.#from = 3
    this.#delimiter =
      this.#separator?.charCodeAt(0) ?? mostFrequent(bytes.subarray(0, end < 0 ? bytes.length : end))
    return true
  }

  /** Finds the cells of one row; false when the bytes end before it does. Changes nothing until it is whole. */
  #readRow(isLast: boolean): boolean {
    const bytes = this.#bytes
    const filled = this.#filled
    const delimiter = this.#delimiter
    const { starts, ends } = this.#row
    let at = this.#from
    let cells = 0
    if (this.#escaped.length > 0) this.#escaped.length = 0
    this.#linesInRow = 1
    // One look at a byte is enough: behind the last one stands a line break.
    for (let byte = 0; ; ) {
      if (cells === MAX_CELLS)
        this.#broken(
          `more than ${MAX_CELLS} cells in a row`,
          'Write the columns that `predictions` names, and no others.',
        )
      byte = bytes[at]!
      if (byte === SPACE && delimiter !== SPACE) while (bytes[at] === SPACE) byte = bytes[++at]!
      if (byte === QUOTE) {
        starts[cells] = at + 1
        at = this.#afterQuoted(at + 1, cells, isLast)
        if (at < 0) return false
        byte = bytes[at]!
      } else {
        starts[cells] = at
        while (byte !== delimiter && byte !== LF) byte = bytes[++at]!
        const last = bytes[at - 1]!
        ends[cells] = last === CR || last === SPACE ? trimmed(bytes, starts[cells]!, at) : at
      }
      cells++
      if (at >= filled && !isLast) return false
      if (at >= filled || byte === LF) break
      at++
    }
    for (const cell of this.#escaped) ends[cell] = unescaped(bytes, starts[cell]!, ends[cell]!)
    this.#row.cells = cells
    this.#row.line = this.#line
    this.#line += this.#linesInRow
    this.#from = Math.min(at + 1, filled)
    return true
  }

  /** From behind an opening quote to the delimiter or line break behind the closing one; -1 when that is not there yet. */
  #afterQuoted(start: number, cell: number, isLast: boolean): number {
    const bytes = this.#bytes
    const filled = this.#filled
    let at = start
    let isEscaped = false
    let lineBreaks = 0
    for (; ; at++) {
      if (at >= filled) {
        if (isLast) this.#broken('a quote is opened here and never closed', QUOTES)
        return -1
      }
      if (bytes[at] === LF) lineBreaks++
      if (bytes[at] !== QUOTE) continue
      if (at + 1 >= filled || bytes[at + 1] !== QUOTE) break
      isEscaped = true
      at++
    }
    this.#row.ends[cell] = at
    if (isEscaped) this.#escaped.push(cell)
    this.#linesInRow += lineBreaks
    at++
    while (at < filled && (bytes[at] === SPACE || bytes[at] === CR)) at++
    if (at >= filled) return isLast ? at : -1
    if (bytes[at] !== this.#delimiter && bytes[at] !== LF)
      this.#broken('a quoted cell goes on after its closing quote', QUOTES)
    return at
  }

  #broken(problem: string, fix: string): never {
    return this.#onBroken(problem, this.#line, fix)
  }
}

// --- internal ---

const QUOTES = 'Close it, and write a quote inside a quoted cell twice: `""`.'
const QUOTE = 34
const LF = 10
const CR = 13
const SPACE = 32

function mostFrequent(line: Uint8Array): number {
  const counts = [',', ';', '\t', '|'].map(sign => {
    const code = sign.charCodeAt(0)
    return { code, count: line.reduce((count, byte) => count + (byte === code ? 1 : 0), 0) }
  })
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).code
}

function trimmed(bytes: Buffer, start: number, end: number): number {
  let at = end
  if (at > start && bytes[at - 1] === CR) at--
  while (at > start && bytes[at - 1] === SPACE) at--
  return at
}

/** Makes `""` one quote, in place; gives the new end. */
function unescaped(bytes: Buffer, start: number, end: number): number {
  let to = start
  for (let at = start; at < end; at++) {
    bytes[to++] = bytes[at]!
    if (bytes[at] === QUOTE) at++
  }
  return to
}
