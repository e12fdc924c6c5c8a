import type { ByteSource } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'

/** What stands in a tar archive. */
export interface TarEntry {
  name: string
  /** A link to a place, where it is one. */
  link?: string
  /** Where its bytes begin. */
  from: number
  size: number
}

/** Whether it begins with a header whose checksum is right: the oldest archives have no other mark, and readers ask for none. */
export function isTar(source: ByteSource): boolean {
  const header = source.read(0, BLOCK)
  return header.length === BLOCK && header[0] !== 0 && hasChecksum(header)
}

/**
 * The entries of an archive (POSIX.1-1988 `ustar`, with the long names of GNU and of POSIX.1-2001), and where it ends.
 *
 * @throws Unscannable it cannot be read, or holds what no model does: devices, parts of files, names that two readers read in two ways
 */
export function tarEntries(source: ByteSource): { entries: TarEntry[]; end: number } {
  const entries: TarEntry[] = []
  let long: { name?: string; link?: string; size?: number } = {}
  let at = 0
  for (; at < source.size; ) {
    const header = source.read(at, BLOCK).slice()
    if (header.every(byte => byte === 0)) return { entries, end: at }
    if (header.length < BLOCK || !hasChecksum(header)) throw new Unscannable('archive', at)
    if (entries.length >= MOST_ENTRIES) throw new Unscannable('archive', at)
    const type = String.fromCharCode(header[156]!)
    const size = long.size ?? sizeIn(header, at)
    const from = at + BLOCK
    if (from + size > source.size) throw new Unscannable('ends', source.size)
    at = from + Math.ceil(size / BLOCK) * BLOCK
    // What fills up a block is of no entry, and nobody looks into it.
    if (source.read(from + size, at - from - size).some(byte => byte !== 0))
      throw new Unscannable('headers', from + size)
    if (type === 'L' || type === 'K') {
      long = { ...long, [type === 'L' ? 'name' : 'link']: zeroEnded(longText(source, from, size), 0, size) }
      continue
    }
    if (type === 'x') {
      long = { ...long, ...extended(longText(source, from, size), from) }
      continue
    }
    if (!'\u00000125'.includes(type)) throw new Unscannable('archive', from - BLOCK)
    const link = long.link ?? zeroEnded(header, 157, 100)
    const isLink = type === '1' || type === '2'
    if (isLink && size > 0) throw new Unscannable('headers', from)
    entries.push({ name: long.name ?? nameIn(header), from, size, ...(isLink && { link }) })
    long = {}
  }
  return { entries, end: source.size }
}

// --- internal ---

const BLOCK = 512
const MOST_ENTRIES = 100_000
const LONGEST_TEXT = 1024 * 1024

/** The sum of all bytes of the header, those of the sum itself counted as spaces. */
function hasChecksum(header: Uint8Array): boolean {
  const said = /^[ 0]*([0-7]{1,7})[\0 ]/.exec(Buffer.from(header.subarray(148, 156)).toString('latin1'))?.[1]
  if (said === undefined) return false
  let sum = 8 * 32
  for (let index = 0; index < BLOCK; index++) if (index < 148 || index >= 156) sum += header[index]!
  return Number.parseInt(said, 8) === sum
}

/** Octal digits; what is too large for them is a number of base 256, as GNU writes it. */
function sizeIn(header: Uint8Array, at: number): number {
  if ((header[124]! & 0x80) !== 0) {
    const size = header.subarray(125, 136).reduce((sum, byte) => sum * 256 + byte, header[124]! & 0x7f)
    if (!Number.isSafeInteger(size)) throw new Unscannable('archive', at)
    return size
  }
  const digits = /^ *([0-7]+)[\0 ]*$/.exec(Buffer.from(header.subarray(124, 136)).toString('latin1'))?.[1]
  if (digits === undefined) throw new Unscannable('archive', at)
  return Number.parseInt(digits, 8)
}

function nameIn(header: Uint8Array): string {
  const isUstar = zeroEnded(header, 257, 6) === 'ustar'
  const [prefix, name] = [isUstar ? zeroEnded(header, 345, 155) : '', zeroEnded(header, 0, 100)]
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Records such as `30 path=archive/data.pkl\n`, each behind its own length (POSIX.1-2001). */
function extended(bytes: Uint8Array, at: number): { name?: string; link?: string; size?: number } {
  const found: { name?: string; link?: string; size?: number } = {}
  for (let from = 0; from < bytes.length; ) {
    const head = /^(\d{1,7}) ([^=\n]+)=/.exec(Buffer.from(bytes.subarray(from, from + 300)).toString('utf8'))
    const length = Number(head?.[1])
    if (!head || bytes[from + length - 1] !== LINE_FEED) throw new Unscannable('headers', at + from)
    const value = Buffer.from(bytes.subarray(from, from + length - 1))
      .toString('utf8')
      .slice(head[0].length)
    if (head[2] === 'path') found.name = value
    else if (head[2] === 'linkpath') found.link = value
    else if (head[2] === 'size') {
      if (!/^\d{1,15}$/.test(value)) throw new Unscannable('headers', at + from)
      found.size = Number(value)
      // Parts of a file that stand for holes, or a file whose bytes are not those that are read.
    } else if (head[2]!.startsWith('GNU.sparse')) throw new Unscannable('archive', at + from)
    from += length
  }
  return found
}

function longText(source: ByteSource, from: number, size: number): Uint8Array {
  if (size > LONGEST_TEXT) throw new Unscannable('archive', from)
  return source.read(from, size).slice()
}

function zeroEnded(bytes: Uint8Array, from: number, length: number): string {
  const part = bytes.subarray(from, from + length)
  const end = part.indexOf(0)
  return Buffer.from(end < 0 ? part : part.subarray(0, end)).toString('utf8')
}

const LINE_FEED = 10
