import { crc32, inflateRawSync } from 'node:zlib'
import { type ByteSource, bytesInMemory, partOf, piecesOf } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'

/** An entry of a zip archive, of which both lists that the archive has say the same. */
export interface ZipEntry {
  name: string
  method: number
  crc: number
  compressed: number
  size: number
  /** Where its bytes begin. */
  from: number
}

/**
 * The entries of an archive. A reader may go by the list at its end or by what stands before each entry: where the two differ, it is two
 * archives, so it is none here. A library shows the one list only.
 *
 * @throws Unscannable it cannot be read, is encrypted, has a name twice, or hides something between its entries
 */
export function zipEntries(source: ByteSource): ZipEntry[] {
  const { count, from, size, end } = directoryOf(source)
  if (count > MOST_ENTRIES || size > MOST_DIRECTORY || from + size > end)
    throw new Unscannable('archive', end)
  const bytes = view(source.read(from, size).slice())
  const entries: ZipEntry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + 46 > size || bytes.getUint32(at, true) !== 0x02014b50)
      throw new Unscannable('archive', from + at)
    const [flags, method] = [bytes.getUint16(at + 8, true), bytes.getUint16(at + 10, true)]
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map(offset =>
      bytes.getUint16(at + offset, true),
    ) as [number, number, number]
    if ((flags & ENCRYPTED) !== 0) throw new Unscannable('encrypted', from + at)
    const name = decoded(bytes, at + 46, nameSize)
    const wide = wideFields(bytes, at + 46 + nameSize, extraSize)
    const wideOr = (offset: number) => {
      const short = bytes.getUint32(at + offset, true)
      return short === 0xffffffff ? wide() : short
    }
    const uncompressed = wideOr(24)
    const compressed = wideOr(20)
    const header = wideOr(42)
    const crc = bytes.getUint32(at + 16, true)
    const entry = { name, method, crc, compressed, size: uncompressed, from: 0 }
    entries.push({ ...entry, from: bytesFrom(source, header, entry, flags) })
    at += 46 + nameSize + extraSize + commentSize
  }
  if (at !== size) throw new Unscannable('headers', from + at)
  refuseHidden(entries, from)
  if (new Set(entries.map(({ name }) => name)).size !== entries.length) throw new Unscannable('headers', from)
  return entries
}

/**
 * The bytes of an entry.
 *
 * @param most so many are unpacked
 * @throws Unscannable they are compressed otherwise, more, or not those that its checksum is of
 */
export function entryBytes(source: ByteSource, entry: ZipEntry, most: number): ByteSource {
  if (entry.method === STORED) {
    if (entry.compressed !== entry.size) throw new Unscannable('headers', entry.from)
    const part = partOf(source, entry.from, entry.size)
    let crc = 0
    for (const piece of piecesOf(part)) crc = crc32(piece, crc)
    if (crc !== entry.crc) throw new Unscannable('checksum', entry.from)
    return part
  }
  if (entry.method !== DEFLATED) throw new Unscannable('compressed', entry.from)
  if (entry.size > most || entry.compressed > most) throw new Unscannable('bomb', entry.from)
  const bytes = inflated(source.read(entry.from, entry.compressed), entry.size, entry.from)
  if (bytes.length !== entry.size) throw new Unscannable('headers', entry.from)
  if (crc32(bytes) !== entry.crc) throw new Unscannable('checksum', entry.from)
  return bytesInMemory(bytes)
}

// --- internal ---

const MOST_ENTRIES = 1_000_000
const MOST_DIRECTORY = 256 * 1024 * 1024
/** Encrypted, strongly encrypted, or with a hidden list. */
const ENCRYPTED = 0x2041
const STORED = 0
const DEFLATED = 8
/** What may stand behind the bytes of an entry: its sizes once more. */
const DESCRIPTOR = 24
const SIZES_FOLLOW = 0x8

/** The list at the end (APPNOTE 4.3.16, and 4.3.14 for what is too large for it). Nothing may follow it, and nothing may stand before the archive. */
function directoryOf(source: ByteSource): { count: number; from: number; size: number; end: number } {
  const tailFrom = Math.max(0, source.size - 22 - 0xffff)
  const tail = view(source.read(tailFrom, source.size - tailFrom).slice())
  let at = tail.byteLength - 22
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at--
  if (at < 0 || at + 22 + tail.getUint16(at + 20, true) !== tail.byteLength)
    throw new Unscannable('archive', source.size)
  const end = tailFrom + at
  const short = {
    count: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    from: tail.getUint32(at + 16, true),
    end,
  }
  const isWide = short.count === 0xffff || short.size === 0xffffffff || short.from === 0xffffffff
  const directory =
    at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50
      ? wideDirectory(source, tail, at - 20, end)
      : short
  if (isWide && directory === short) throw new Unscannable('archive', end)
  const after = directory === short ? end : directory.end
  if (directory.from + directory.size !== after) throw new Unscannable('headers', directory.from)
  return directory
}

function wideDirectory(
  source: ByteSource,
  tail: DataView,
  at: number,
  end: number,
): { count: number; from: number; size: number; end: number } {
  const where = wide(tail, at + 8)
  if (where + 56 > end) throw new Unscannable('archive', end)
  const record = view(source.read(where, 56).slice())
  if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50)
    throw new Unscannable('archive', where)
  return { count: wide(record, 32), size: wide(record, 40), from: wide(record, 48), end: where }
}

/** Where its bytes begin, by what stands before them, which must say what the list does. */
function bytesFrom(source: ByteSource, header: number, entry: ZipEntry, flags: number): number {
  const refused = new Unscannable('headers', header)
  const fixed = view(source.read(header, 30).slice())
  if (fixed.byteLength < 30 || fixed.getUint32(0, true) !== 0x04034b50) throw refused
  const [nameSize, extraSize] = [fixed.getUint16(26, true), fixed.getUint16(28, true)]
  const named = view(source.read(header + 30, nameSize + extraSize).slice())
  if (named.byteLength < nameSize + extraSize) throw refused
  if (decoded(named, 0, nameSize) !== entry.name) throw refused
  if (fixed.getUint16(6, true) !== flags || fixed.getUint16(8, true) !== entry.method) throw refused
  const fields = wideFields(named, nameSize, extraSize)
  const sizes = [22, 18].map(offset => {
    const short = fixed.getUint32(offset, true)
    return short === 0xffffffff ? fields() : short
  })
  const crc = fixed.getUint32(14, true)
  const isSame = crc === entry.crc && sizes[0] === entry.size && sizes[1] === entry.compressed
  const follow = (flags & SIZES_FOLLOW) !== 0 && [crc, ...sizes].every(value => value === 0)
  if (!isSame && !follow) throw refused
  return header + 30 + nameSize + extraSize
}

/** Nothing stands twice, and nothing between two entries. */
function refuseHidden(entries: readonly ZipEntry[], directory: number): void {
  const inOrder = [...entries].sort((a, b) => a.from - b.from)
  let end = 0
  for (const { from, compressed, name } of inOrder) {
    const header = from - 30 - Buffer.byteLength(name)
    // The extra fields before the bytes are at most 64 KiB.
    if (from < end || header - end > DESCRIPTOR + 0xffff) throw new Unscannable('headers', from)
    end = from + compressed
  }
  if (end > directory || directory - end > DESCRIPTOR) throw new Unscannable('headers', end)
}

/** The sizes that are too large for their fields, in their order (APPNOTE 4.5.3). */
function wideFields(bytes: DataView, from: number, size: number): () => number {
  let [at, end] = [from, from + size]
  while (at + 4 <= end && bytes.getUint16(at, true) !== 1) at += 4 + bytes.getUint16(at + 2, true)
  if (at + 4 <= end) end = Math.min(end, at + 4 + bytes.getUint16(at + 2, true))
  at += 4
  return () => {
    if (at + 8 > end) throw new Unscannable('headers', from)
    at += 8
    return wide(bytes, at - 8)
  }
}

function wide(bytes: DataView, at: number): number {
  return Number(bytes.getBigUint64(at, true))
}

function inflated(bytes: Uint8Array, size: number, at: number): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size + 1) })
  } catch {
    throw new Unscannable('archive', at)
  }
}

function decoded(bytes: DataView, at: number, length: number): string {
  if (at + length > bytes.byteLength) throw new Unscannable('archive', at)
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('latin1')
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
