import type { Direction, ScoreColumn } from '../evaluation.ts'
import { areProbabilities } from './labels/probabilities.ts'

/** A column of scores, of finite numbers. */
export function scoreColumn(name: string, direction: Direction, values: Float64Array): ScoreColumn {
  return { name, direction, values, isShare: areProbabilities(values) }
}
