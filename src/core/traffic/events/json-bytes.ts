import { fromDigits, numberFromBytes } from '../../inputs/predictions/cells/cell.ts'
import { hashedWith, NO_HASH } from './text-table.ts'

/** What a value is; less than these, a word. `NOTHING`: this reads none there. */
export const [TEXT, NUMBER, NOTHING] = [3, 4, 5] as const

/**
 * Reads JSON out of its bytes piece by piece, with no string for what nobody asks for. It reads less than JSON may be, a text that
 * has nothing escaped, and nothing that is no JSON. Whether bytes beyond ASCII are UTF-8 is left to whoever takes a text.
 */
export class JsonBytes {
  bytes: Buffer = Buffer.alloc(0)
  /** Where the last text lies, without quotes, its hash, and whether it is ASCII. */
  from = 0
  to = 0
  hash = 0
  isAscii = true
  #at = 0
  /** The last number. */
  number = 0

  begin(bytes: Uint8Array): void {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#at = 0
  }

  /** Passes over a byte, with the space before it, where it is that. */
  is(byte: number): boolean {
    if (this.#peek() !== byte) return false
    this.#at++
    return true
  }

  /** Passes over these bytes, with the space before them, where they are those. */
  isAll(wanted: Uint8Array): boolean {
    this.#peek()
    const { bytes } = this
    const start = this.#at
    const { length } = wanted
    if (start + length > bytes.length) return false
    for (let at = 0; at < length; at++) if (wanted[at] !== bytes[start + at]) return false
    this.#at = start + length
    return true
  }

  /** Whether nothing but space is left. */
  isEnd(): boolean {
    while (this.#at < this.bytes.length) if (!isSpace(this.bytes[this.#at++]!)) return false
    return true
  }

  /** Passes over a text. */
  isText(): boolean {
    return this.#peek() === QUOTE && this.#text()
  }

  /** Passes over a value, and says what it is. */
  scalar(): number {
    const first = this.#peek()
    if (first === QUOTE) return this.#text() ? TEXT : NOTHING
    if (first === undefined) return NOTHING
    if (first === MINUS || isDigit(first)) return this.#isNumber() ? NUMBER : NOTHING
    const word = WORDS.findIndex(bytes => bytes[0] === first)
    return word >= 0 && this.isAll(WORDS[word]!) ? word : NOTHING
  }

  /** What was passed over last: `kind` is what `scalar` said. A text is ASCII. */
  value(kind: number): unknown {
    if (kind === NUMBER) return this.number
    if (kind === TEXT) return this.bytes.toString('latin1', this.from, this.to)
    return WORD_VALUES[kind]
  }

  #text(): boolean {
    const { bytes } = this
    let at = this.#at + 1
    let hash = NO_HASH
    let all = 0
    this.from = at
    for (let byte = bytes[at]!; byte !== QUOTE; byte = bytes[++at]!) {
      // Also where there is none any more.
      if (!(byte >= SPACE) || byte === BACKSLASH) return false
      all |= byte
      hash = hashedWith(hash, byte)
    }
    this.to = at
    this.#at = at + 1
    this.hash = hash
    this.isAscii = all < 0x80
    return true
  }

  /** As JSON has it: no plus, no zero before other digits, digits on both sides of a point. What ends with the bytes is none here. */
  #isNumber(): boolean {
    const { bytes } = this
    const { length } = bytes
    const isNegative = bytes[this.#at] === MINUS
    const whole = isNegative ? this.#at + 1 : this.#at
    let at = whole
    let mantissa = 0
    for (; at < length && isDigit(bytes[at]!); at++) mantissa = mantissa * 10 + bytes[at]! - ZERO
    if (at === whole || at === length || (bytes[whole] === ZERO && at > whole + 1)) return false
    let decimals = 0
    if (bytes[at] === POINT) {
      const point = at++
      for (; at < length && isDigit(bytes[at]!); at++) mantissa = mantissa * 10 + bytes[at]! - ZERO
      decimals = at - point - 1
      if (decimals === 0 || at === length) return false
    }
    const value = fromDigits(mantissa, decimals)
    this.number = isNegative ? -value : value
    const exponent = bytes[at] === SMALL_E || bytes[at] === LARGE_E
    if (exponent) {
      const sign = bytes[at + 1]
      const digits = sign === MINUS || sign === PLUS ? at + 2 : at + 1
      at = digits
      while (at < length && isDigit(bytes[at]!)) at++
      if (at === digits) return false
    }
    if (exponent || Number.isNaN(value)) this.number = numberFromBytes(bytes, this.#at, at)
    this.#at = at
    return true
  }

  /** The byte behind any space. */
  #peek(): number | undefined {
    const { bytes } = this
    while (this.#at < bytes.length && isSpace(bytes[this.#at]!)) this.#at++
    return bytes[this.#at]
  }
}

// --- internal ---

/** Values that are words: `scalar` says their index. */
const WORD_VALUES = [null, true, false]
const WORDS = WORD_VALUES.map(value => new Uint8Array(Buffer.from(String(value))))

const [QUOTE, BACKSLASH, MINUS, PLUS, POINT, ZERO, SMALL_E, LARGE_E, SPACE] = Buffer.from(
  '"\\-+.0eE ',
) as unknown as readonly [number, number, number, number, number, number, number, number, number]

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9
}

/** Space, tab and ends of lines. */
function isSpace(byte: number): boolean {
  return byte === SPACE || byte === 10 || byte === 13 || byte === 9
}
