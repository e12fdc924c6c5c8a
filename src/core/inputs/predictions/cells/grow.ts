/** Typed arrays of a length not known beforehand: `transfer` moves the memory and frees the old at once. */

export function grownFloats(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  return new Float64Array(array.buffer.transfer(next(array.length) * 8))
}

export function grownCodes(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  return new Uint32Array(array.buffer.transfer(next(array.length) * 4))
}

/** Cut to the rows there are. */
export function cutFloats(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(array.buffer.transfer(length * 8))
}

export function cutCodes(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(array.buffer.transfer(length * 4))
}

// --- internal ---

function next(length: number): number {
  return Math.ceil(length * 1.5)
}
