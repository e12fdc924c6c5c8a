/**
 * One truth in 32 and in 64 bits: 0.1 of a Parquet FLOAT is read as 0.10000000149011612. Which file wrote fewer bits is
 * seen from its numbers, for CSV has no types.
 */

/**
 * Whether the numbers were of 32 bits: each is one exactly, and some has more digits than a number of 64 bits would need to.
 *
 * @param whole whether a whole number above 10⁹ may be the one that tells: sums of money are such, and so are midnights in seconds
 */
export function isSinglePrecision(values: Float64Array, { whole = false } = {}): boolean {
  let isLong = false
  for (const value of values) {
    if (Math.fround(value) !== value) return false
    isLong ||= (whole || !Number.isInteger(value)) && Number(value.toPrecision(DIGITS)) !== value
  }
  return isLong
}

/** The shortest decimal number that is this one in 32 bits: what was written before it lost the others. */
export function shortestOf(single: number): number {
  for (let digits = 6; digits < DIGITS; digits++) {
    const short = Number(single.toPrecision(digits))
    if (Math.fround(short) === single) return short
  }
  return Number(single.toPrecision(DIGITS))
}

// --- internal ---

/** So many digits tell any two numbers of 32 bits apart. */
const DIGITS = 9
