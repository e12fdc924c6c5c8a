import { visible } from '../../text/visible-text.ts'
import type { WeightColumn } from '../evaluation.ts'
import { NumberSink } from './cells/sinks.ts'
import type { Use } from './labels/label-columns.ts'

/**
 * Between these two all that metrics are made of, squares of sums of 20 million weights among them, stays within the digits that
 * numbers have.
 */
const LEAST_WEIGHT = 1e-12
const MOST_WEIGHT = 1e12

export const SOME_WEIGHT = 'Write how much each row counts; a row of weight 0 is left out.'

/** A column of weights while it is read. */
interface ReadWeights {
  name: string
  sink: NumberSink
}

export function weightsIn(name: string, use: Use): ReadWeights {
  return { name, sink: use('weight', name, new NumberSink()) }
}

/**
 * The rows that are none of the test set, ascending from 0, as the file has them: those already known to be none and those of
 * weight 0.
 *
 * @param wrongCell is told of each weight that is none; `row` from 1
 */
export function withWeightless(
  leftOut: readonly number[],
  { name, sink }: ReadWeights,
  wrongCell: (column: string, row: number, problem: string) => void,
): readonly number[] {
  const rows: number[] = []
  const wrong = (row: number, problem: string) => wrongCell(name, row, problem)
  for (const [row, weight] of sink.values.entries()) {
    if (weight === 0) rows.push(row)
    // What is no finite number has been told of where it was read.
    else if (weight < 0 && Number.isFinite(weight)) wrong(row + 1, `is a weight below 0: ${weight}`)
    else if (Number.isFinite(weight) && !isWeight(weight))
      wrong(row + 1, `is ${weight}; a weight is 0 or lies within ${LEAST_WEIGHT} to 1e12`)
  }
  return rows.length === 0 ? leftOut : [...new Set([...leftOut, ...rows])].sort((a, b) => a - b)
}

/** Of a row that is one of the test set. */
export function isWeight(weight: number): boolean {
  return weight >= LEAST_WEIGHT && weight <= MOST_WEIGHT
}

/** The weights of the rows that are left, of which none is 0. */
export function weightColumn({ name, sink }: ReadWeights, leftOut: number): WeightColumn {
  return { name: visible(name), values: sink.finish(), ...(leftOut > 0 && { leftOut }) }
}
