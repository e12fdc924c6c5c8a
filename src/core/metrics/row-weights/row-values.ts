import { asProbability } from '../../inputs/predictions/labels/probabilities.ts'
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
export function logLosses({ rows, label, score, probabilities }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const own = probabilities ? probabilities[label[i]!]![i]! : score![i]!
    const probability = Math.min(Math.max(own, Number.EPSILON), 1 - Number.EPSILON)
    values[i] = -Math.log(probabilities || label[i] === 1 ? probability : 1 - probability)
  }
  return values
}

/** (label − probability)² of two classes; of several half the sum of it over the classes, which is the same of two. */
export function brierLosses({ rows, label, score, probabilities }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  if (probabilities) {
    for (const [index, column] of probabilities.entries())
      for (let i = 0; i < rows; i++)
        values[i]! += ((label[i] === index ? 1 : 0) - asProbability(column[i]!)) ** 2 / 2
    return values
  }
  for (let i = 0; i < rows; i++) values[i] = (label[i]! - asProbability(score![i]!)) ** 2
  return values
}

/**
 * 1 where the class of the truth is among the k likeliest. Of classes that are as likely as it those behind it in the list come
 * first, as scikit-learn has it.
 */
export function amongLikeliest(k: number): RowValues {
  return ({ rows, label, probabilities }) => {
    const before = new Uint32Array(rows)
    for (const [index, column] of probabilities!.entries())
      for (let i = 0; i < rows; i++) {
        const own = probabilities![label[i]!]![i]!
        if (column[i]! > own || (column[i] === own && index > label[i]!)) before[i]!++
      }
    return Float64Array.from(before, count => (count < k ? 1 : 0))
  }
}

/** |label − prediction|, of numbers. */
export function absoluteErrors({ rows, label, prediction }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) values[i] = Math.abs(label[i]! - prediction[i]!)
  return values
}

/** |label − prediction| / |label|, of numbers that are not 0. */
export function percentageErrors({ rows, label, prediction }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) values[i] = Math.abs((label[i]! - prediction[i]!) / label[i]!)
  return values
}

/** 2 |label − prediction| / (|label| + |prediction|), and 0 where both are 0 (Makridakis 1993). */
export function symmetricPercentageErrors({ rows, label, prediction }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const whole = Math.abs(label[i]!) + Math.abs(prediction[i]!)
    values[i] = whole > 0 ? (2 * Math.abs(label[i]! - prediction[i]!)) / whole : 0
  }
  return values
}

/** The loss that the quantile of the truth makes least: a truth above the prediction costs q a unit, one below it 1 − q. */
export function pinballLosses({ rows, label, prediction, quantile }: OneSide): Float64Array {
  const values = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const above = label[i]! - prediction[i]!
    values[i] = above >= 0 ? quantile! * above : (quantile! - 1) * above
  }
  return values
}
