/**
 * The row numbers of `values` from the smallest to the largest value; equal values keep their order.
 * A radix sort on the bits of the numbers, several times faster than sorting with a comparator. Values are not written to once
 * they were sorted, nor is the order: the next that asks for that of the same array gets it, since the scores of a million
 * rows are ordered for nine metrics.
 */
export function sortOrder(values: Float64Array): Readonly<Uint32Array> {
  return ranksOf(values).order
}

/** By rank in that order: 1 where the next value is larger, and at the last. Kept as the order is. */
export function tieEndsOf(values: Float64Array): Readonly<Uint8Array> {
  return ranksOf(values).tieEnds
}

/** Values in their order, as it is kept. */
export interface Ranks {
  order: Uint32Array
  tieEnds: Uint8Array
}

/** Both at once, to be handed on. */
export function ranksOf(values: Float64Array): Ranks {
  const known = RANKS.get(values)
  if (known) return known
  const { low, high, row } = sorted(values)
  const tieEnds = new Uint8Array(row.length)
  for (let rank = 0; rank < row.length; rank++)
    tieEnds[rank] = high[rank] === high[rank + 1] && low[rank] === low[rank + 1] ? 0 : 1
  const ranks = { order: row, tieEnds }
  keepRanks(values, ranks)
  return ranks
}

/** Takes them as known: where the same values were put in order elsewhere. */
export function keepRanks(values: Float64Array, ranks: Ranks): void {
  RANKS.set(values, ranks)
}

// --- internal ---

/** Gone with the array that they are of. */
const RANKS = new WeakMap<Float64Array, Ranks>()

/** By the upper halves first: where few rows share one, what is left is put in order in place, which saves half of the work. */
function sorted(values: Float64Array): Keys {
  const byHigh = sortedBy(values, ['high'])
  return isFinishedByLow(byHigh) ? byHigh : sortedBy(values, ['low', 'high'])
}

function sortedBy(values: Float64Array, halves: readonly ('low' | 'high')[]): Keys {
  const rows = values.length
  let keys = keysOf(values)
  let next: Keys = { low: new Uint32Array(rows), high: new Uint32Array(rows), row: new Uint32Array(rows) }
  for (const half of halves)
    for (const shift of [0, 11, 22]) {
      const starts = bucketStarts(keys[half], shift)
      if (starts === undefined) continue
      scatter(keys, next, starts, half, shift)
      ;[keys, next] = [next, keys]
    }
  return keys
}

/** So many keys of one upper half are put in order one by one. */
const MOST_IN_PLACE = 32

/** Orders keys of one upper half by the lower, in place and stably. False where there are too many of one. */
function isFinishedByLow({ low, high, row }: Keys): boolean {
  for (let from = 0, to = 1; from < row.length; from = to++) {
    let isOrdered = true
    for (; to < row.length && high[to] === high[from]; to++) isOrdered &&= low[to - 1]! <= low[to]!
    if (isOrdered) continue
    if (to - from > MOST_IN_PLACE) return false
    for (let at = from + 1; at < to; at++) {
      const [ownLow, ownRow] = [low[at]!, row[at]!]
      let slot = at
      for (; slot > from && low[slot - 1]! > ownLow; slot--) {
        low[slot] = low[slot - 1]!
        row[slot] = row[slot - 1]!
      }
      low[slot] = ownLow
      row[slot] = ownRow
    }
  }
  return true
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
