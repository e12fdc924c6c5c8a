/** How far rounding takes a probability of 32 bits beyond 0 or 1; no other scale stays so near. */
const ROUNDING = 1e-6

/** Whether all numbers lie within 0 to 1, but for rounding: what a threshold of 0.5 and losses of probabilities take for granted. */
export function areProbabilities(numbers: ArrayLike<number>): boolean {
  for (let index = 0; index < numbers.length; index++)
    if (!(numbers[index]! >= -ROUNDING && numbers[index]! <= 1 + ROUNDING)) return false
  return true
}

/** A number that `areProbabilities` takes, without what rounding added: 1.0000001 is 1. */
export function asProbability(number: number): number {
  return Math.min(Math.max(number, 0), 1)
}
