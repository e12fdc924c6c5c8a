/** Bytes that are read where they are needed, such as those of a file on a disk: a model may be larger than the memory. */
export interface ByteSource {
  readonly size: number
  /** The bytes from `at` on, `length` of them or as many as there are. They stay as they are whatever is read next. */
  read(at: number, length: number): Uint8Array
}

/** Those in memory. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }
}

/** A part of others, such as an entry of an archive that was stored as it is. */
export function partOf(source: ByteSource, from: number, size: number): ByteSource {
  return {
    size,
    read: (at, length) => source.read(from + at, Math.max(0, Math.min(length, size - at))),
  }
}
