import type { ByteSource } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'

/** Bytes of a file, whose numbers are little-endian. */
export interface Block {
  size: number
  byte(from: number): number
  /** A whole number of 1, 2, 4 or 8 bytes. */
  number(from: number, width: number): number
  /** A place in the file, or `UNDEFINED`. */
  place(from: number): number
  /** One character a byte. */
  text(from: number, length: number): string
}

/** What stands for no place: all bits. */
export const UNDEFINED = Number.POSITIVE_INFINITY

/** What the header of an object says. */
export interface Message {
  type: number
  /** It stands elsewhere, and is the same for several. */
  isShared: boolean
  block: Block
  at: number
}

/** @throws Unscannable there are not so many bytes; those of the block that is given throw so too */
export function blockAt(source: ByteSource, at: number, size: number): Block {
  if (!Number.isSafeInteger(at) || !Number.isSafeInteger(size) || at + size > source.size)
    throw new Unscannable('ends', Math.min(source.size, Number.isFinite(at) ? at : source.size))
  if (size > MOST_BYTES) throw new Unscannable('malformed', at)
  const bytes = Buffer.from(source.read(at, size))
  const within = (from: number, length: number) => {
    if (from < 0 || length < 0 || from + length > size) throw new Unscannable('malformed', at)
  }
  const number = (from: number, width: number) => {
    within(from, width)
    return width === 8 ? Number(bytes.readBigUInt64LE(from)) : bytes.readUIntLE(from, width)
  }
  return {
    size,
    byte: from => number(from, 1),
    number,
    place(from) {
      const value = number(from, 8)
      return value >= 2 ** 64 ? UNDEFINED : value
    },
    text(from, length) {
      within(from, length)
      return bytes.toString('latin1', from, from + length)
    },
  }
}

/**
 * All that the header of an object says, with what stands in its continuations (versions 1 and 2).
 *
 * @throws Unscannable it is none
 */
export function messagesAt(source: ByteSource, at: number): Message[] {
  const messages: Message[] = []
  const chunks = [firstChunk(source, at)]
  const seen = new Set<number>()
  for (let chunk = chunks.pop(); chunk; chunk = chunks.pop()) {
    if (seen.has(chunk.from)) throw new Unscannable('malformed', chunk.from)
    seen.add(chunk.from)
    for (const message of inChunk(source, chunk)) {
      if (messages.length >= MOST_MESSAGES) throw new Unscannable('malformed', at)
      messages.push(message)
      if (message.type === CONTINUATION)
        chunks.push(continuation(source, chunk, message.block.place(0), message.block.number(8, 8)))
    }
  }
  return messages
}

// --- internal ---

const MOST_BYTES = 64 * 1024 * 1024
const MOST_MESSAGES = 100_000
const CONTINUATION = 16

interface Chunk {
  from: number
  size: number
  isNew: boolean
  /** Of newer headers: the order in which each was made. */
  hasOrder: boolean
}

function firstChunk(source: ByteSource, at: number): Chunk {
  const head = blockAt(source, at, 16)
  if (head.text(0, 4) === 'OHDR') {
    const flags = head.byte(5)
    if (head.byte(4) !== 2) throw new Unscannable('version', at)
    const next = 6 + ((flags & 32) === 0 ? 0 : 16) + ((flags & 16) === 0 ? 0 : 4)
    const width = 1 << (flags & 3)
    const size = blockAt(source, at + next, width).number(0, width)
    return { from: at + next + width, size, isNew: true, hasOrder: (flags & 4) !== 0 }
  }
  if (head.byte(0) !== 1) throw new Unscannable('malformed', at)
  return { from: at + 16, size: head.number(8, 4), isNew: false, hasOrder: false }
}

function continuation(source: ByteSource, { isNew, hasOrder }: Chunk, at: number, size: number): Chunk {
  if (!isNew) return { from: at, size, isNew, hasOrder }
  if (blockAt(source, at, 4).text(0, 4) !== 'OCHK') throw new Unscannable('malformed', at)
  // A checksum stands behind it.
  return { from: at + 4, size: size - 8, isNew, hasOrder }
}

function* inChunk(source: ByteSource, { from, size, isNew, hasOrder }: Chunk): Generator<Message> {
  const head = isNew ? (hasOrder ? 6 : 4) : 8
  const block = blockAt(source, from, size)
  // What is too short for a message is a gap.
  for (let at = 0; at + head <= size; ) {
    const type = isNew ? block.byte(at) : block.number(at, 2)
    const length = isNew ? block.number(at + 1, 2) : block.number(at + 2, 2)
    const flags = isNew ? block.byte(at + 3) : block.byte(at + 4)
    yield {
      type,
      isShared: (flags & 2) !== 0,
      block: blockAt(source, from + at + head, length),
      at: from + at + head,
    }
    at += head + length
    if (at > size) throw new Unscannable('malformed', from + at)
  }
}
