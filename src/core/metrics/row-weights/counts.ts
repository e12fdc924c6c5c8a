import { kish } from '../../statistics/describe.ts'
import type { OneSide } from '../side.ts'
import type { RowWeights } from './weights.ts'

/**
 * How much the rows of a side count, where a column says so, and how many rows that count alike they are worth: Kish's effective
 * number (Σw)² / Σw² (Kish, Survey Sampling, 1965). Weights are taken in the unit in which their sum is that number: of what
 * counts as one row there, the same can be said as of a row of a side without weights.
 */

/** What may be weighed: rows, with a column of weights or none. */
type Weighed = Pick<OneSide, 'rows' | 'weight'>

/** How often each row counts: once, or by its weight in the unit above. Not to be written to. */
export function countsOf({ rows, weight }: Weighed): RowWeights {
  if (!weight) return new Uint8Array(rows).fill(1)
  const known = SCALED.get(weight.values)
  if (known) return known
  const scaled = scaledTo(weight.values)
  SCALED.set(weight.values, scaled)
  return scaled
}

/** How many rows that count alike these are worth: all of them where they do. */
export function effectiveRows(side: Weighed): number {
  return side.weight ? kish(side.weight.values) : side.rows
}

/**
 * The same of the rows of each label, from 0 to the last that a row has.
 *
 * @param by what of its weight each row is taken with: its square gives the degrees of freedom of a variance to which rows
 *   contribute by the squares of their weights (Satterthwaite 1946; Bell & McCaffrey 2002)
 */
export function effectiveByClass(
  { label, weight }: Pick<OneSide, 'label' | 'weight'>,
  by: (weight: number) => number = own => own,
): number[] {
  const own: number[][] = []
  for (let row = 0; row < label.length; row++) {
    own[label[row]!] ??= []
    own[label[row]!]!.push(weight ? by(weight.values[row]!) : 1)
  }
  return Array.from(own, (weights = []) => kish(weights))
}

/** How many groups of one weight these are worth: all of them where rows have no weights. */
export function effectiveClusters(
  { codes, count }: { codes: ArrayLike<number>; count: number },
  { weight }: Pick<OneSide, 'weight'>,
): number {
  if (!weight) return count
  const sums = new Float64Array(count)
  for (let row = 0; row < codes.length; row++) sums[codes[row]!]! += weight.values[row]!
  return kish(sums)
}

// --- internal ---

/** Gone with the column: every metric asks for them. */
const SCALED = new WeakMap<Float64Array, Float64Array>()

function scaledTo(values: Float64Array): Float64Array {
  let sum = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!
    squares += values[i]! ** 2
  }
  return values.map(value => (value * sum) / squares)
}
