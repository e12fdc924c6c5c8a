import type { Direction, ScoreColumn } from '../evaluation.ts'
import { areProbabilities } from './labels/probabilities.ts'

/** A column of scores, of finite numbers; NaN where a row is never scored so. */
export function scoreColumn(name: string, direction: Direction, values: Float64Array): ScoreColumn {
  const without = rowsWithout(values)
  const isShare = areProbabilities(without > 0 ? values.filter(value => !Number.isNaN(value)) : values)
  return { name, direction, values, isShare, ...(without > 0 && { without }) }
}

/** How many hold NaN. */
export function rowsWithout(values: Float64Array): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) count++
  return count
}
