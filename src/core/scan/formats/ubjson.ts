import type { ByteSource } from '../bytes/byte-source.ts'
import { Cursor } from '../bytes/cursor.ts'
import { Unscannable } from '../found/unscannable.ts'

/** Whether it is an object of UBJSON with keys as XGBoost writes them: the length of each as eight bytes. */
export function isUbjson(source: ByteSource): boolean {
  return Buffer.from(source.read(0, 2)).toString('latin1') === '{L'
}

/**
 * Reads all of it: it holds numbers, texts and lists of them, and nothing that could be called. Lengths are big-endian (UBJSON, draft 12).
 *
 * @throws Unscannable it is not as the format says, or something follows
 */
export function readUbjson(source: ByteSource): void {
  const cursor = new Cursor(source)
  skipValue(cursor, cursor.byte(), 0)
  if (!cursor.isAtEnd) throw new Unscannable('malformed', cursor.at)
}

// --- internal ---

const DEEPEST = 200
/** Bytes of each type. */
const SIZES: Readonly<Record<string, number>> = {
  ...{ Z: 0, N: 0, T: 0, F: 0 },
  ...{ C: 1, i: 1, U: 1, I: 2, l: 4, d: 4, L: 8, D: 8 },
}

function skipValue(cursor: Cursor, type: number, depth: number): void {
  if (depth > DEEPEST) throw new Unscannable('deep', cursor.at)
  const letter = String.fromCharCode(type)
  const size = SIZES[letter]
  if (size !== undefined) cursor.skip(size)
  else if (letter === 'S' || letter === 'H') cursor.skip(lengthOf(cursor, cursor.byte()))
  else if (letter === '[' || letter === '{') skipList(cursor, letter === '{', depth)
  else throw new Unscannable('malformed', cursor.at)
}

/** Items up to the bracket, or as many as it says, all of one type where it says that too. */
function skipList(cursor: Cursor, hasKeys: boolean, depth: number): void {
  const end = (hasKeys ? '}' : ']').charCodeAt(0)
  let next = cursor.byte()
  let type: number | undefined
  if (next === TYPE) {
    type = cursor.byte()
    next = cursor.byte()
    if (next !== COUNT) throw new Unscannable('malformed', cursor.at)
  }
  const skipItem = (first: () => number) => {
    if (hasKeys) cursor.skip(lengthOf(cursor, first()))
    skipValue(cursor, type ?? (hasKeys ? cursor.byte() : first()), depth + 1)
  }
  if (next !== COUNT) {
    for (; next !== end; next = cursor.byte()) skipItem(() => next)
    return
  }
  const count = lengthOf(cursor, cursor.byte())
  const size = type === undefined ? undefined : SIZES[String.fromCharCode(type)]
  if (size !== undefined && !hasKeys) cursor.skip(size * count)
  else for (let index = 0; index < count; index++) skipItem(() => cursor.byte())
}

function lengthOf(cursor: Cursor, type: number): number {
  const size = { i: 1, U: 1, I: 2, l: 4, L: 8 }[String.fromCharCode(type)]
  if (size === undefined) throw new Unscannable('malformed', cursor.at)
  const length = cursor.bytes(size).reduce((sum, byte) => sum * 256 + byte, 0)
  if (!Number.isSafeInteger(length)) throw new Unscannable('malformed', cursor.at)
  return length
}

const [TYPE, COUNT] = [0x24, 0x23]
