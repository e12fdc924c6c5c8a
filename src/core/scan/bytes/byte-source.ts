/** Bytes that are read where they are needed, such as those of a file on a disk: a model may be larger than the memory. */
export interface ByteSource {
  readonly size: number
  /**
   * The bytes from `at` on, `length` of them or as many as there are. They stay as they are whatever is read next.
   *
   * @param into memory that may be used for them instead of new one; then they stay until it is used again
   */
  read(at: number, length: number, into?: Uint8Array): Uint8Array
}

/** Those in memory. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }
}

/** A part of others, such as an entry of an archive that was stored as it is. */
export function partOf(source: ByteSource, from: number, size: number): ByteSource {
  return {
    size,
    read: (at, length, into) => source.read(from + at, Math.max(0, Math.min(length, size - at)), into),
  }
}

/** All of it, one piece after the other, each in the same memory. */
export function* piecesOf(source: ByteSource): Generator<Uint8Array> {
  const into = new Uint8Array(Math.min(source.size, PIECE))
  for (let at = 0; at < source.size; at += PIECE) yield source.read(at, PIECE, into)
}

// --- internal ---

const PIECE = 1024 * 1024
