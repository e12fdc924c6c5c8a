/**
 * The largest magnitude of a number that statistics are made of. No measure comes near it; beyond, squares of squares leave
 * what a double can hold, and an infinite error would end the run or look like "cannot tell".
 */
export const LARGEST_NUMBER = 1e60

export const TOO_LARGE = 'the numbers are too large to compute it'

/** Every one of them finite, and small enough that all that is computed from them is finite too. */
export function areUsable(numbers: ArrayLike<number>): boolean {
  for (let index = 0; index < numbers.length; index++)
    if (!(Math.abs(numbers[index]!) <= LARGEST_NUMBER)) return false
  return true
}
