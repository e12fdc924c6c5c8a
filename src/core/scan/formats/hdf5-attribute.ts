import type { ByteSource } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'
import { blockAt, type Message } from './hdf5-header.ts'

/**
 * The text of an attribute, where its name is one of those that are asked for; undefined: it is another.
 *
 * @throws Unscannable it has one of the names, and is no single text
 */
export function attributeText(
  source: ByteSource,
  message: Message,
  names: readonly string[],
): string | undefined {
  const { block, isShared, at } = message
  const refused = new Unscannable('hdf5', at)
  if (isShared) throw refused
  const version = block.byte(0)
  if (version < 1 || version > 3) throw new Unscannable('version', at)
  // Before the third version each part ends at a multiple of eight bytes, but for the second.
  const padded = (length: number) => (version === 1 ? Math.ceil(length / 8) * 8 : length)
  const [nameSize, typeSize, spaceSize] = [2, 4, 6].map(from => block.number(from, 2)) as [
    number,
    number,
    number,
  ]
  const nameFrom = version === 3 ? 9 : 8
  const name = block.text(nameFrom, nameSize).split('\0')[0]!
  if (!names.includes(name)) return undefined
  const typeFrom = nameFrom + padded(nameSize)
  const spaceFrom = typeFrom + padded(typeSize)
  const from = spaceFrom + padded(spaceSize)
  // A type that stands elsewhere, and a list of texts.
  if (version > 1 && block.byte(1) !== 0) throw refused
  if (block.byte(spaceFrom + 1) !== 0) throw refused
  const [kind, detail, size] = [
    block.byte(typeFrom) & 15,
    block.byte(typeFrom + 1),
    block.number(typeFrom + 4, 4),
  ]
  if (kind === FIXED) return utf8(block.text(from, size))
  if (kind !== VARIABLE || (detail & 15) !== 1) throw refused
  return utf8(
    inHeap(source, block.place(from + 4), block.number(from + 12, 4)).slice(0, block.number(from, 4)),
  )
}

// --- internal ---

const [FIXED, VARIABLE] = [3, 9]

/** What stands in the global heap under that number. */
function inHeap(source: ByteSource, at: number, wanted: number): string {
  const head = blockAt(source, at, 16)
  if (head.text(0, 4) !== 'GCOL') throw new Unscannable('malformed', at)
  const size = head.number(8, 8)
  const heap = blockAt(source, at, size)
  for (let from = 16; from + 16 <= size; ) {
    const [index, length] = [heap.number(from, 2), heap.number(from + 8, 8)]
    if (index === wanted && index !== 0) return heap.text(from + 16, length)
    // What is free ends the list.
    if (index === 0) break
    from += 16 + Math.ceil(length / 8) * 8
  }
  throw new Unscannable('malformed', at)
}

/** Texts end at their first zero byte. */
function utf8(text: string): string {
  return Buffer.from(text.split('\0')[0]!, 'latin1').toString('utf8')
}
