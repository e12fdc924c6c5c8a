/** Typed arrays of a length not known beforehand: `transfer` moves the memory and frees the old at once. */

export function grownFloats(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  return new Float64Array(array.buffer.transfer(next(array.length) * 8))
}

export function grownCodes(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  return new Uint32Array(array.buffer.transfer(next(array.length) * 4))
}

/** With room for so many more. */
export function grownBytes(array: Uint8Array<ArrayBuffer>, more: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer.transfer(next(array.length + more)))
}

/** Cut to the rows there are. */
export function cutFloats(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(array.buffer.transfer(length * 8))
}

export function cutCodes(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(array.buffer.transfer(length * 4))
}

/** Closes up without these rows, ascending. @returns how many are left */
export function closeUp(
  array: Float64Array | Uint32Array | unknown[],
  length: number,
  rows: readonly number[],
): number {
  let to = 0
  let next = 0
  for (let row = 0; row < length; row++) {
    if (rows[next] === row) next++
    else array[to++] = array[row]!
  }
  return to
}

// --- internal ---

function next(length: number): number {
  // What is not written to yet takes no memory, and each time all that is there is copied.
  return length * 2
}
