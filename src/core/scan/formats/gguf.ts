import type { ByteSource } from '../bytes/byte-source.ts'
import { Cursor } from '../bytes/cursor.ts'
import type { Finding } from '../found/finding.ts'
import { Unscannable } from '../found/unscannable.ts'
import { reachesOut } from './chat-template.ts'

export function isGguf(source: ByteSource): boolean {
  return Buffer.from(source.read(0, 4)).toString('latin1') === 'GGUF'
}

/**
 * What its metadata (GGUF, versions 2 and 3) would do: a server runs a chat template for every request, and one that reaches into Python's own
 * names (`__class__`, `|attr`) gets out of the template.
 *
 * @throws Unscannable it is not as the format says
 */
export function ggufFindings(source: ByteSource): Finding[] {
  const cursor = new Cursor(source, 4)
  const version = cursor.uint32()
  if (version !== 2 && version !== 3) throw new Unscannable('version', 4)
  cursor.uint64()
  const count = cursor.uint64()
  if (count > MOST_KEYS) throw new Unscannable('malformed', cursor.at)
  const findings: Finding[] = []
  for (let index = 0; index < count; index++) {
    const key = text(cursor, LONGEST_KEY)
    const type = cursor.uint32()
    if (type === TEXT && /\btokenizer\.chat_template\b/.test(key)) {
      const template = text(cursor, LONGEST_TEMPLATE)
      if (reachesOut(template)) findings.push({ kind: 'template', name: key })
    } else skipValue(cursor, type, 0)
  }
  return findings
}

// --- internal ---

const MOST_KEYS = 1_000_000
const LONGEST_KEY = 65_535
const LONGEST_TEMPLATE = 1024 * 1024
const TEXT = 8
const LIST = 9
/** Bytes of a value of each type; text and lists say their length. */
const SIZES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

function text(cursor: Cursor, most: number): string {
  const length = cursor.uint64()
  if (length > most) throw new Unscannable('long', cursor.at)
  return Buffer.from(cursor.bytes(length)).toString('utf8')
}

function skipValue(cursor: Cursor, type: number, depth: number): void {
  const size = SIZES[type]
  if (size !== undefined) cursor.skip(size)
  else if (type === TEXT) cursor.skip(cursor.uint64())
  else if (type === LIST) skipList(cursor, depth)
  else throw new Unscannable('malformed', cursor.at)
}

function skipList(cursor: Cursor, depth: number): void {
  if (depth > 3) throw new Unscannable('deep', cursor.at)
  const type = cursor.uint32()
  const count = cursor.uint64()
  const size = SIZES[type]
  if (size !== undefined) cursor.skip(size * count)
  else for (let index = 0; index < count; index++) skipValue(cursor, type, depth + 1)
}
