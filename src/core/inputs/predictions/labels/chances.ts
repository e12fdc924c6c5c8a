import type { ProblemList } from '../../problem-list.ts'
import type { NumberSink } from '../cells/sinks.ts'
import { areProbabilities } from './probabilities.ts'

/** A column for each of the classes, in one order. */
export interface ClassProbabilities {
  classes: string[]
  columns: NumberSink[]
  /** Which of two is the positive one. */
  positive?: number
}

/** The probabilities of all classes, row by row. */
export interface Chances {
  classes: string[]
  /** One for each class. */
  columns: Float64Array<ArrayBuffer>[]
}

/**
 * So far may the probabilities of a row be from 1 together: as far as rounding of many small ones takes them. Logits, per cent, the
 * answers of independent classifiers and a column that is left out are further.
 */
const MOST_OFF = 0.01

/** What was read, where it can be probabilities: each within 0 to 1, each row about 1 in all. Else what is wrong is in `problems`. */
export function chancesOf(
  { classes, columns: read }: ClassProbabilities,
  problems: ProblemList,
): Chances | undefined {
  const columns = read.map(column => column.finish())
  const outside = columns.findIndex(column => !areProbabilities(column))
  if (outside >= 0) {
    const row = columns[outside]!.findIndex(value => !areProbabilities([value]))
    problems.add(
      `row ${row + 1}: the probability of a class is ${columns[outside]![row]}`,
      undefined,
      'Write probabilities, from 0 to 1: those after the softmax, and no per cent.',
    )
    return undefined
  }
  const sums = new Float64Array(columns[0]!.length)
  for (const column of columns) for (let row = 0; row < sums.length; row++) sums[row]! += column[row]!
  const off = sums.findIndex(sum => !(Math.abs(sum - 1) <= MOST_OFF))
  if (off < 0) return { classes, columns }
  problems.add(
    `row ${off + 1}: the probabilities of its ${columns.length} classes add up to ${Number(sums[off]!.toPrecision(4))}, not to 1`,
    undefined,
    'Look whether the column of a class is missing in `predictions.probabilities`, or whether they are scores of each class alone.',
  )
  return undefined
}

/** For each row the index of the greatest; of several alike the first, as `argmax` has it. */
export function likeliest(columns: readonly Float64Array[], rows: number): Float64Array {
  const answers = new Float64Array(rows)
  const greatest = columns[0]!.slice()
  for (let index = 1; index < columns.length; index++) {
    const column = columns[index]!
    for (let row = 0; row < rows; row++)
      if (column[row]! > greatest[row]!) {
        greatest[row] = column[row]!
        answers[row] = index
      }
  }
  return answers
}
