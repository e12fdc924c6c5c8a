import type { ByteSource } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'

/**
 * Some loaders look for their format at other places than the first byte, and find it behind anything else: those of HDF5 at 512 bytes, 1024,
 * 2048 … (HDF5 File Format 3.0, II.A).
 *
 * @param entries where the entries of an archive begin, each of which is looked into by itself
 * @throws Unscannable there is one
 */
export function refuseHiddenHdf5(source: ByteSource, entries: ReadonlySet<number>): void {
  for (let at = 512; at < source.size; at *= 2)
    if (!entries.has(at) && Buffer.from(source.read(at, 8)).equals(HDF5))
      throw new Unscannable('two_formats', at)
}

/**
 * Those of zip look for its end in the last 64 KiB (APPNOTE 4.3.16).
 *
 * @throws Unscannable there is one, with a list of entries before it
 */
export function refuseHiddenZip(source: ByteSource): void {
  const from = Math.max(0, source.size - 22 - 0xffff)
  const tail = Buffer.from(source.read(from, source.size - from))
  for (let at = tail.indexOf(END); at >= 0 && at + 22 <= tail.length; at = tail.indexOf(END, at + 1)) {
    const list = from + at - tail.readUInt32LE(at + 12)
    const isWide = at >= 20 && tail.subarray(at - 20, at - 16).equals(WIDE)
    const hasList = list >= 0 && Buffer.from(source.read(list, 4)).equals(LIST)
    if (isWide || hasList) throw new Unscannable('two_formats', from + at)
  }
}

// --- internal ---

const HDF5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')
const [END, WIDE, LIST] = ['PK\x05\x06', 'PK\x06\x07', 'PK\x01\x02'].map(text => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
]
