import { asProbability } from '../../inputs/predictions/probabilities.ts'
import type { OneSide } from '../side.ts'

/** What each row adds to a metric that is a mean of rows, or is to one that is none. */
export type RowValues = (side: OneSide) => Float64Array

/** The most that the log loss of a row can be: no probability is taken to be nearer to 0 or 1 than this. */
export const MOST_LOG_LOSS = -Math.log(Number.EPSILON)

/** 1 where the answer is right, 0 where it is not. */
export function rightAnswers({ rows, label, prediction }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) values[i] = label[i] === prediction[i] ? 1 : 0
  return values
}

/** Clipped like scikit-learn: no probability is taken to be nearer to 0 or 1 than the spacing of numbers at 1. */
export function logLosses({ rows, label, score }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const probability = Math.min(Math.max(score![i]!, Number.EPSILON), 1 - Number.EPSILON)
    values[i] = -Math.log(label[i] === 1 ? probability : 1 - probability)
  }
  return values
}

/** (label − probability)², of two classes. */
export function brierLosses({ rows, label, score }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) values[i] = (label[i]! - asProbability(score![i]!)) ** 2
  return values
}

/** |label − prediction|, of numbers. */
export function absoluteErrors({ rows, label, prediction }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) values[i] = Math.abs(label[i]! - prediction[i]!)
  return values
}
