import type { ByteSource } from '../bytes/byte-source.ts'
import { Cursor } from '../bytes/cursor.ts'
import { Unscannable } from '../found/unscannable.ts'
import type { Value } from './values.ts'

export function isLiteral(opcode: number): boolean {
  return LITERALS[opcode] !== NO_LITERAL
}

/** @throws Unscannable it ends before it does */
export function skipLiteral(cursor: Cursor, opcode: number): void {
  const length = LITERALS[opcode]!
  if (length > 0) cursor.skip(length)
  else if (length === BYTE) cursor.skip(cursor.byte())
  else if (length === UINT32) cursor.skip(cursor.uint32())
  else if (length === UINT64) cursor.skip(cursor.uint64())
  else if (length === LINE) cursor.skipLine()
}

/**
 * A place in the memo, as Python's `int` reads a line: white space around it, a sign, `_` between digits; its C reader stops at a NUL.
 *
 * @throws Unscannable it is no place to Python either (`memo`), or one that only some Pythons have (`long`)
 */
export function placeInMemo(cursor: Cursor): number {
  const line = cursor.line(LONGEST_PLACE, 'long')
  // As all picklers write it.
  if (/^\d{1,15}$/.test(line)) return Number(line)
  const [, sign, digits] = /^[\t-\r ]*([+-]?)(\d+(?:_\d+)*)[\t-\r ]*(?:\0.*)?$/s.exec(line) ?? []
  const place = digits === undefined ? Number.NaN : Number(digits.replaceAll('_', ''))
  if (Number.isNaN(place) || (sign === '-' && place > 0)) throw new Unscannable('memo', cursor.at)
  if (!Number.isSafeInteger(place)) throw new Unscannable('long', cursor.at)
  return place
}

/** The text that a value is; undefined: it is none, or longer than a name. */
export function textOf(source: ByteSource, value: Value | undefined): string | undefined {
  if (typeof value !== 'number') return undefined
  const cursor = literalAt(source, value)
  const opcode = cursor.byte()
  switch (opcode) {
    case 0x8c: // SHORT_BINUNICODE
      return sized(cursor, cursor.byte(), 'utf-8')
    case 0x58: // BINUNICODE
      return sized(cursor, cursor.uint32(), 'utf-8')
    case 0x8d: // BINUNICODE8
      return sized(cursor, cursor.uint64(), 'utf-8')
    case 0x55: // SHORT_BINSTRING
      return sized(cursor, cursor.byte(), 'latin1')
    case 0x54: // BINSTRING
      return sized(cursor, cursor.uint32(), 'latin1')
    case 0x56: // UNICODE
      return plainLine(cursor)
    case 0x53: // STRING
      return quoted(plainLine(cursor))
    default:
      return undefined
  }
}

/** The number that a value is; undefined: it is no whole one of at most four bytes. */
export function wholeOf(source: ByteSource, value: Value | undefined): number | undefined {
  if (typeof value !== 'number') return undefined
  const cursor = literalAt(source, value)
  switch (cursor.byte()) {
    case 0x4b: // BININT1
      return cursor.byte()
    case 0x4d: // BININT2
      return cursor.uint16()
    case 0x4a: // BININT
      return cursor.int32()
    case 0x49: // INT
      return decimal(plainLine(cursor))
    case 0x8a: // LONG1
      return little(cursor.bytes(cursor.byte()))
    default:
      return undefined
  }
}

export function isNone(source: ByteSource, value: Value | undefined): boolean {
  return typeof value === 'number' && literalAt(source, value).byte() === 0x4e
}

// --- internal ---

/** Longest name of a module or of something in it that is read from the stack. */
const LONGEST_NAME = 512
const LONGEST_PLACE = 4096

/** How long a literal is: so many bytes, or as many as the next one, four or eight say, or up to the end of the line. */
const [NO_LITERAL, BYTE, UINT32, UINT64, LINE] = [-1, -2, -3, -4, -5] as const
const LITERALS = new Int8Array(256).fill(NO_LITERAL)
for (const [length, opcodes] of [
  [0, [0x4e, 0x88, 0x89]], // NONE NEWTRUE NEWFALSE
  [1, [0x4b]], // BININT1
  [2, [0x4d]], // BININT2
  [4, [0x4a]], // BININT
  [8, [0x47]], // BINFLOAT
  [BYTE, [0x8c, 0x55, 0x43, 0x8a]], // SHORT_BINUNICODE SHORT_BINSTRING SHORT_BINBYTES LONG1
  [UINT32, [0x58, 0x54, 0x42, 0x8b]], // BINUNICODE BINSTRING BINBYTES LONG4
  [UINT64, [0x8d, 0x8e, 0x96]], // BINUNICODE8 BINBYTES8 BYTEARRAY8
  [LINE, [0x49, 0x46, 0x4c, 0x53, 0x56]], // INT FLOAT LONG STRING UNICODE
] as const)
  for (const opcode of opcodes) LITERALS[opcode] = length

/** Few bytes at once: most are names. */
function literalAt(source: ByteSource, at: number): Cursor {
  return new Cursor(source, at, 1024)
}

function sized(cursor: Cursor, length: number, encoding: 'utf-8' | 'latin1'): string | undefined {
  return length > LONGEST_NAME ? undefined : new TextDecoder(encoding).decode(cursor.bytes(length))
}

/** A line without escapes; one with them is no name. */
function plainLine(cursor: Cursor): string | undefined {
  const line = cursor.line(LONGEST_NAME)
  return line.includes('\\') ? undefined : line
}

function quoted(line: string | undefined): string | undefined {
  return line === undefined ? undefined : /^(['"])(.*)\1$/.exec(line.trim())?.[2]
}

function decimal(line: string | undefined): number | undefined {
  return line !== undefined && /^\d{1,9}$/.test(line) ? Number(line) : undefined
}

/** Two's complement, little-endian, as Python writes whole numbers. */
function little(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0) return 0
  if (bytes.length > 7 || bytes.at(-1)! > 127) return undefined
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0)
}
