/**
 * The row numbers of `values` from the smallest to the largest value; equal values keep their order.
 * A radix sort on the bits of the numbers, several times faster than sorting with a comparator. Values are not written to once
 * they were sorted, nor is the order: the next that asks for that of the same array gets it, since the scores of a million
 * rows are ordered for nine metrics.
 */
export function sortOrder(values: Float64Array): Readonly<Uint32Array> {
  const known = ORDERS.get(values)
  if (known) return known
  const order = sorted(values)
  ORDERS.set(values, order)
  return order
}

// --- internal ---

/** Gone with the array that it is of. */
const ORDERS = new WeakMap<Float64Array, Uint32Array>()

function sorted(values: Float64Array): Uint32Array {
  const rows = values.length
  let keys = keysOf(values)
  let next: Keys = { low: new Uint32Array(rows), high: new Uint32Array(rows), row: new Uint32Array(rows) }
  for (const half of ['low', 'high'] as const)
    for (const shift of [0, 11, 22]) {
      const starts = bucketStarts(keys[half], shift)
      if (starts === undefined) continue
      scatter(keys, next, starts, half, shift)
      ;[keys, next] = [next, keys]
    }
  return keys.row
}

/** Each number as an unsigned 64-bit integer that sorts like it, and the row it came from. */
interface Keys {
  low: Uint32Array
  high: Uint32Array
  row: Uint32Array
}

const BUCKETS = 2048

function keysOf(values: Float64Array): Keys {
  const rows = values.length
  const keys = { low: new Uint32Array(rows), high: new Uint32Array(rows), row: new Uint32Array(rows) }
  const number = new Float64Array(1)
  const bits = new Uint32Array(number.buffer)
  for (let row = 0; row < rows; row++) {
    number[0] = values[row]! + 0 // −0 becomes 0: they are equal
    const low = bits[0]!
    const high = bits[1]!
    // Negative numbers sort backwards by their bits, and after the positive ones.
    const negative = high >>> 31 === 1
    keys.low[row] = negative ? ~low : low
    keys.high[row] = negative ? ~high : high ^ 0x80000000
    keys.row[row] = row
  }
  return keys
}

/** Where each bucket of a digit begins; undefined when all keys share the digit, so that nothing would move. */
function bucketStarts(keys: Uint32Array, shift: number): Uint32Array | undefined {
  const counts = new Uint32Array(BUCKETS)
  for (let index = 0; index < keys.length; index++) counts[(keys[index]! >>> shift) & (BUCKETS - 1)]!++
  let start = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = counts[bucket]!
    if (count === keys.length) return undefined
    counts[bucket] = start
    start += count
  }
  return counts
}

function scatter(from: Keys, to: Keys, starts: Uint32Array, half: 'low' | 'high', shift: number): void {
  const digits = from[half]
  for (let index = 0; index < digits.length; index++) {
    const slot = starts[(digits[index]! >>> shift) & (BUCKETS - 1)]!++
    to.low[slot] = from.low[index]!
    to.high[slot] = from.high[index]!
    to.row[slot] = from.row[index]!
  }
}
