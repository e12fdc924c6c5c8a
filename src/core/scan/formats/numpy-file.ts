import type { ByteSource } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'

/** Whether it is an array as `numpy.save` writes it. */
export function isNumpyFile(source: ByteSource): boolean {
  return Buffer.from(source.read(0, 6)).toString('latin1') === '\x93NUMPY'
}

/**
 * Where the pickle begins that holds its objects; undefined: its items are numbers or text, and nothing is loaded.
 *
 * @throws Unscannable its header cannot be read
 */
export function pickleInNumpyFile(source: ByteSource): number | undefined {
  const head = source.read(0, 12).slice()
  const refused = new Unscannable('array', 0)
  if (head.length < 12) throw refused
  const [major] = [head[6]!]
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const from = major === 1 ? 10 : 12
  if (major < 1 || major > 3 || length > LONGEST_HEADER || from + length > source.size) throw refused
  const header = Buffer.from(source.read(from, length)).toString('latin1')
  const descr = /^\s*\{\s*'descr':\s*(\[[^\]]*\]|'[^']*')/.exec(header)?.[1]
  // Fields that hold further ones are not looked into: any of them may hold objects.
  if (descr === undefined) throw refused
  return /['|<>=]O\d*'/.test(descr) || descr === "'O'" ? from + length : undefined
}

// --- internal ---

const LONGEST_HEADER = 1024 * 1024
