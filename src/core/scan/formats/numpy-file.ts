import type { ByteSource } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'
import { type NumpyHeader, readNumpyHeader } from './numpy-header.ts'

/** Whether it is an array as `numpy.save` writes it. */
export function isNumpyFile(source: ByteSource): boolean {
  return Buffer.from(source.read(0, 6)).toString('latin1') === '\x93NUMPY'
}

/** Where what follows the header begins, and what that is: a pickle of its objects, or numbers and text until the byte where they end. */
export type NumpyData = { kind: 'pickle'; from: number } | { kind: 'plain'; end: number }

/** @throws Unscannable its header is not as NumPy writes it, or there is less than it says */
export function dataOfNumpyFile(source: ByteSource): NumpyData {
  const head = source.read(0, 12).slice()
  if (head.length < 12) throw new Unscannable('ends', head.length)
  const major = head[6]!
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const from = major === 1 ? 10 : 12
  if (major < 1 || major > 3 || head[7] !== 0 || length > LONGEST_HEADER)
    throw new Unscannable('malformed', 6)
  if (from + length > source.size) throw new Unscannable('ends', source.size)
  const text = Buffer.from(source.read(from, length)).toString(major === 3 ? 'utf8' : 'latin1')
  const header: NumpyHeader | undefined = readNumpyHeader(text)
  if (!header) throw new Unscannable('malformed', from)
  const begin = from + length
  if (header.hasObjects) return { kind: 'pickle', from: begin }
  if (BigInt(begin) + header.bytes > BigInt(source.size)) throw new Unscannable('ends', source.size)
  return { kind: 'plain', end: begin + Number(header.bytes) }
}

// --- internal ---

const LONGEST_HEADER = 1024 * 1024
