/** What the statistics accept. Anything else is a RangeError with one sentence: a wrong number must never look like a result. */

export function requireFinite(values: ArrayLike<number>, what: string): void {
  if (values instanceof Float64Array && areFinite(values)) return
  for (let index = 0; index < values.length; index++)
    if (!Number.isFinite(values[index]))
      throw new RangeError(`${what} must be finite numbers, but entry ${index} is ${values[index]}.`)
}

export function requireSome(values: ArrayLike<unknown>, what: string, least = 1): void {
  if (values.length < least)
    throw new RangeError(
      `${what} must have at least ${least} ${least === 1 ? 'entry' : 'entries'}, but has ${values.length}.`,
    )
}

export function requireEqualLengths(
  first: ArrayLike<unknown>,
  second: ArrayLike<unknown>,
  what: string,
): void {
  if (first.length !== second.length)
    throw new RangeError(`${what} must have the same length, but have ${first.length} and ${second.length}.`)
}

export function requireCount(value: number, what: string, least = 0): void {
  if (!isCount(value, least))
    throw new RangeError(`${what} must be a whole number of at least ${least}, but is ${value}.`)
}

export function requireCounts(values: ArrayLike<number>, what: string): void {
  for (let index = 0; index < values.length; index++)
    if (!isCount(values[index]!, 0)) requireCount(values[index]!, `${what}, entry ${index},`)
}

export function requirePositive(value: number, what: string): void {
  if (!(Number.isFinite(value) && value > 0))
    throw new RangeError(`${what} must be above 0 and finite, but is ${value}.`)
}

/** For confidence levels, power and other shares that are neither 0 nor 1. */
export function requireInnerShare(value: number, what: string): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${what} must lie between 0 and 1, but is ${value}.`)
}

export function requireShare(value: number, what: string): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${what} must lie in 0..1, but is ${value}.`)
}

export function requireZeroOne(values: ArrayLike<number>, what: string): void {
  for (let index = 0; index < values.length; index++)
    if (values[index] !== 0 && values[index] !== 1)
      throw new RangeError(`${what} must be 0 or 1, but entry ${index} is ${values[index]}.`)
}

// --- internal ---

/** What is not finite makes the sum NaN. */
function areFinite(values: Float64Array): boolean {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]! - values[index]!
  return sum === 0
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least
}
