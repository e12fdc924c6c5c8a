import type { DecodedArray } from 'hyparquet'
import { readVarInt } from 'hyparquet/src/thrift.js'

/**
 * What most columns of tables are, decoded into typed arrays at once: which rows have a value, and where values stand in a dictionary.
 * Encodings: https://parquet.apache.org/docs/file-format/data-pages/encodings/. The lengths of the runs have been checked.
 */

/** 1 where a row has a value. Undefined: all of them have. */
export type Presence = Uint8Array | undefined

/** @throws RangeError where the bytes end before all rows are told, or a row is said to be anything but there or not */
export function readPresence(bytes: Uint8Array, rows: number): Presence {
  const present = new Uint8Array(rows)
  readHybrid(bytes, 1, present)
  let isWhole = true
  for (let row = 0; row < rows; row++) {
    // A run has a whole byte for its one bit; whoever counts what is there relies on it.
    if (present[row]! > 1) throw new RangeError('a level that a column of single values does not have')
    isWhole &&= present[row] === 1
  }
  return isWhole ? undefined : present
}

/**
 * Where the value of each row stands in the dictionary, -1 where there is none.
 *
 * @param bytes the width of a code in bits, and then the codes of those rows that have a value
 * @throws RangeError where one is not in the dictionary, or the bytes end early
 */
export function readCodes(bytes: Uint8Array, rows: number, present: Presence, entries: number): Int32Array {
  const count = present ? present.reduce((sum, one) => sum + one, 0) : rows
  const codes = new Int32Array(count)
  const [width = 0] = bytes
  // A dictionary of one value needs no bits to say so, but a width of none.
  if (count > 0 && bytes.length === 0) throw new RangeError('a page of codes that has none')
  if (width > 0) readHybrid(bytes.subarray(1), width, codes)
  for (let at = 0; at < count; at++)
    if (codes[at]! < 0 || codes[at]! >= entries)
      throw new RangeError('a code that the dictionary does not have')
  if (!present) return codes
  const spread = new Int32Array(rows)
  let next = 0
  for (let row = 0; row < rows; row++) spread[row] = present[row] === 1 ? codes[next++]! : -1
  return spread
}

/** One after the other, null where a row has none. */
export function withNulls(values: DecodedArray, present: Presence): DecodedArray {
  if (!present) return values
  let next = 0
  return Array.from(present, one => (one === 1 ? values[next++] : null))
}

/** Where each text of a page stands, as texts do one after the other with their length before them; all of them ASCII. */
export interface PlainTexts {
  page: Buffer
  starts: Uint32Array
  ends: Uint32Array
}

/** Undefined where there is another byte than of ASCII. @throws RangeError where a text goes beyond the page */
export function plainTextsOf(bytes: Uint8Array, rows: number): PlainTexts | undefined {
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! > 0x7f) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const starts = new Uint32Array(rows)
  const ends = new Uint32Array(rows)
  let at = 0
  for (let row = 0; row < rows; row++) {
    starts[row] = at + 4
    at += 4 + view.getUint32(at, true)
    ends[row] = at
  }
  if (at > bytes.length) throw new RangeError('a text that goes beyond its page')
  return { page: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), starts, ends }
}

// --- internal ---

/** Runs of equal numbers, and groups of eight packed by their bits, until all are told. */
function readHybrid(bytes: Uint8Array, width: number, into: Int32Array | Uint8Array): void {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  for (let seen = 0; seen < into.length; ) {
    const header = readVarInt(reader)
    const isPacked = (header & 1) === 1
    const count = isPacked ? (header >>> 1) * 8 : header >>> 1
    const size = isPacked ? (count / 8) * width : (width + 7) >> 3
    const taken = Math.min(count, into.length - seen)
    if (isPacked) unpack(bytes, reader.offset, width, into, seen, taken)
    else into.fill(runValue(bytes, reader.offset, size), seen, seen + taken)
    seen += count
    reader.offset += size
  }
}

function runValue(bytes: Uint8Array, at: number, size: number): number {
  if (at + size > bytes.length) throw new RangeError('a run that is cut off')
  let value = 0
  for (let index = 0; index < size; index++) value |= bytes[at + index]! << (8 * index)
  return value
}

function unpack(
  bytes: Uint8Array,
  start: number,
  width: number,
  into: Int32Array | Uint8Array,
  first: number,
  count: number,
): void {
  // The last group may lack what nobody reads.
  if (start + Math.ceil((count * width) / 8) > bytes.length)
    throw new RangeError('packed numbers that are cut off')
  const mask = width === 32 ? -1 : (1 << width) - 1
  let at = start
  let shift = 0
  for (let index = first; index < first + count; index++) {
    let value = bytes[at]! >>> shift
    for (let have = 8 - shift, next = at + 1; have < width; have += 8, next++) value |= bytes[next]! << have
    into[index] = value & mask
    shift += width
    at += shift >> 3
    shift &= 7
  }
}
