/** A packed file as it comes, cut behind each of the streams in it. */
export interface StreamCutter {
  /**
   * The bytes that come next, in their order, cut wherever a stream ends.
   *
   * @throws RangeError where none begins
   */
  cut(piece: Uint8Array): Uint8Array[]
  /** Whether each stream that began has ended. */
  readonly isWhole: boolean
}

/**
 * Where the frames of zstd end is told by their headers and those of their blocks, and nothing is unpacked: RFC 8878, 3.1. What is in
 * a block is left to whoever unpacks it.
 */
export function zstdFrames(): StreamCutter {
  let skipped = 0
  let head: Head | undefined = MAGIC
  let value = 0
  let read = 0
  return {
    cut(piece) {
      const cuts: Uint8Array[] = []
      let from = 0
      for (let at = 0; ; ) {
        const passed = Math.min(skipped, piece.length - at)
        skipped -= passed
        at += passed
        if (skipped > 0) break
        if (head === undefined) {
          cuts.push(piece.subarray(from, at))
          from = at
          head = MAGIC
        }
        if (at === piece.length) break
        value += piece[at++]! * 256 ** read++
        if (read < head.length) continue
        ;({ skipped, head } = head.next(value))
        value = 0
        read = 0
      }
      if (from < piece.length) cuts.push(piece.subarray(from))
      return cuts
    },
    get isWhole() {
      return skipped === 0 && head === MAGIC && read === 0
    },
  }
}

/** Whether the first four bytes of a file are those of a frame, be it one that is skipped. */
export function isZstd(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, length } = bytes
  return length >= 4 && afterMagic(new DataView(buffer, byteOffset).getUint32(0, true)) !== undefined
}

// --- internal ---

/** A number, its lowest byte first, and what stands behind it. */
interface Head {
  /** In bytes, at most 4. */
  length: number
  next(value: number): Next
}

interface Next {
  /** Bytes that say nothing of the length. */
  skipped: number
  /** Undefined where the frame ends. */
  head: Head | undefined
}

const FRAME = 0xfd2fb528
/** Any of sixteen, by its last four bits. */
const SKIPPABLE = 0x184d2a50
const RLE = 1

const MAGIC: Head = {
  length: 4,
  next(value) {
    const head = afterMagic(value)
    if (!head) throw new RangeError('no frame of zstd begins there')
    return { skipped: 0, head }
  },
}

function afterMagic(value: number): Head | undefined {
  if (value === FRAME) return DESCRIPTOR
  return value - (value % 16) === SKIPPABLE ? SKIPPED_SIZE : undefined
}

const SKIPPED_SIZE: Head = { length: 4, next: size => ({ skipped: size, head: undefined }) }

/** Of the window, the dictionary and the size of the content only the lengths count. */
const DESCRIPTOR: Head = {
  length: 1,
  next(value) {
    const isSingle = (value >> 5) & 1
    const window = 1 - isSingle
    const dictionary = [0, 1, 2, 4][value & 3]!
    const content = [isSingle, 2, 4, 8][value >> 6]!
    return { skipped: window + dictionary + content, head: blockHead(value & 4 ? 4 : 0) }
  },
}

function blockHead(checksum: number): Head {
  const head: Head = {
    length: 3,
    next(value) {
      const isLast = (value & 1) === 1
      const length = ((value >> 1) & 3) === RLE ? 1 : value >> 3
      return isLast ? { skipped: length + checksum, head: undefined } : { skipped: length, head }
    },
  }
  return head
}
