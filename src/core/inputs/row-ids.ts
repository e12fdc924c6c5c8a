/** Names of rows, in the order of the file. An array of texts is one. */
export interface RowIds {
  readonly length: number
  /** Of a row from 0. */
  at(row: number): string | undefined
}

/**
 * Names that are ASCII, as nearly all are, as the bytes that they are in the file: a million strings would be most of the work of
 * reading them. That of row `i` is `bytes[ends[i - 1]..ends[i])`. What is compared by byte is compared by character.
 */
export class PackedIds implements RowIds {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array

  constructor(bytes: Uint8Array, ends: Uint32Array) {
    this.bytes = bytes
    this.ends = ends
  }

  get length(): number {
    return this.ends.length
  }

  start(row: number): number {
    return row === 0 ? 0 : this.ends[row - 1]!
  }

  at(row: number): string | undefined {
    if (!(row >= 0 && row < this.ends.length)) return undefined
    const { buffer, byteOffset } = this.bytes
    const start = this.start(row)
    return Buffer.from(buffer, byteOffset + start, this.ends[row]! - start).toString('latin1')
  }
}

/** All of them as texts. */
export function textsOf(ids: RowIds): string[] {
  return Array.from({ length: ids.length }, (_, row) => ids.at(row)!)
}

/** Whether two files have the same rows in the same order. */
export function areSameIds(ours: RowIds, theirs: RowIds): boolean {
  if (ours.length !== theirs.length) return false
  if (ours instanceof PackedIds && theirs instanceof PackedIds)
    return areSameNumbers(ours.ends, theirs.ends) && Buffer.compare(ours.bytes, theirs.bytes) === 0
  for (let row = 0; row < ours.length; row++) if (ours.at(row) !== theirs.at(row)) return false
  return true
}

// --- internal ---

function areSameNumbers(ours: Uint32Array, theirs: Uint32Array): boolean {
  for (let row = 0; row < ours.length; row++) if (ours[row] !== theirs[row]) return false
  return true
}
