import { decodeUtf8 } from '../../../text/utf8.ts'

/** Reading one cell out of the bytes of a CSV file, without making a string where none is needed. */

/**
 * The number that ASCII decimal text stands for, correctly rounded, or NaN. Not a number: empty, hexadecimal,
 * `NaN`, `inf`, anything with separators.
 */
export function numberFromBytes(bytes: Buffer, start: number, end: number): number {
  let at = start
  const negative = bytes[at] === MINUS
  if (negative || bytes[at] === PLUS) at++
  let mantissa = 0
  let digits = 0
  let decimals = -1
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digits++
      if (decimals >= 0) decimals++
    } else if (bytes[at] === POINT && decimals < 0) decimals = 0
    else return numberFromText(bytes.toString('latin1', start, end))
  }
  const value = digits === 0 ? Number.NaN : fromDigits(mantissa, Math.max(0, decimals))
  if (Number.isNaN(value)) return numberFromText(bytes.toString('latin1', start, end))
  return negative && value !== 0 ? -value : value
}

/**
 * The number of whose digits this is what they make without a point, and how many stand behind it. NaN where that cannot be said:
 * both are exact in a double, so that one division rounds correctly, or the engine's own parser is to decide.
 */
export function fromDigits(mantissa: number, decimals: number): number {
  if (mantissa > Number.MAX_SAFE_INTEGER || decimals > 22) return Number.NaN
  return decimals > 0 ? mantissa / POWERS[decimals]! : mantissa
}

/** As `numberFromBytes`, a comma standing for the point. NaN where there is a point: it may be one of thousands. */
export function numberWithComma(bytes: Buffer, start: number, end: number): number {
  const text = bytes.toString('latin1', start, end)
  return text.includes('.') ? Number.NaN : numberFromText(text.replace(',', '.'))
}

/** As `numberFromBytes`, of text. */
export function numberFromText(text: string): number {
  return DECIMAL.test(text) ? Number(text) + 0 : Number.NaN
}

/** The text of a cell, or `undefined` where it is not UTF-8. A string of its own, not a slice of a larger one. */
export function textFromBytes(bytes: Buffer, start: number, end: number): string | undefined {
  for (let at = start; at < end; at++)
    if (bytes[at]! > 0x7f) {
      const decoded = decodeUtf8(bytes.subarray(start, end))
      return 'text' in decoded ? decoded.text : undefined
    }
  return bytes.toString('latin1', start, end)
}

/** The text of a value of a Parquet column; `undefined` for null and for what has no text, such as lists. */
export function textFromValue(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return value.toISOString().replace('T00:00:00.000Z', '')
  return undefined
}

/**
 * One spelling for one class: `1`, `1.0` and `True` are the same label, as are `0`, `-0`, `0.0` and `false`.
 * Numbers with leading zeros are names and stay.
 */
export function canonicalLabel(text: string): string {
  if (!MAY_BE_SPELT_OTHERWISE.has(text.charAt(0))) return text
  const whole = /^(-?(?:0|[1-9]\d*))(?:\.0*)?$/.exec(text)?.[1]
  if (whole !== undefined) return whole === '-0' ? '0' : whole
  if (/^true$/i.test(text)) return '1'
  return /^false$/i.test(text) ? '0' : text
}

// --- internal ---

const ZERO = 48
const MINUS = 45
const PLUS = 43
const POINT = 46
/** How a number, `true` or `false` begins. Most texts do not, and this is asked of every cell. */
const MAY_BE_SPELT_OTHERWISE = new Set('-0123456789tTfF')
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
