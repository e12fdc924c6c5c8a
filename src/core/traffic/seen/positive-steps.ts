/** What some counters of one process were at an instant in milliseconds, read together. */
export interface Reading {
  at: number
  values: readonly number[]
}

/**
 * What each of some counters has counted after an instant, in whole numbers: the sum of its steps upwards. Where one of them is below
 * what it was, the process began anew, and all of them count from 0; so does one that was not there before. Nothing is extrapolated,
 * and a reading that is missing between two others loses nothing.
 *
 * @param readings the oldest first
 * @param since milliseconds: what stood there then is what is counted from
 */
export function countedAfter(readings: readonly Reading[], since: number, counters: number): number[] {
  const sums = Array.from({ length: counters }, () => 0)
  let before: readonly number[] | undefined
  for (const { at, values } of readings) {
    if (at > since) {
      const last = before
      const isAnew = !last || values.some((value, which) => value < last[which]!)
      for (const [which, value] of values.entries()) sums[which]! += isAnew ? value : value - last[which]!
    }
    before = values
  }
  return sums
}
