import type { CodedColumn, Task } from '../evaluation.ts'

/**
 * Two versions' predictions on the same rows, aligned: row `i` of every array is the same example.
 * Labels are the candidate's file's; the reader of the pair has proved that the baseline's are equal.
 */
export interface PairedPredictions {
  task: Task
  rows: number
  label: Float64Array
  classes?: string[]
  candidate: SidePredictions
  baseline: SidePredictions
  slices: CodedColumn[]
  group?: CodedColumn
}

export interface SidePredictions {
  prediction: Float64Array
  score?: Float64Array
}

/** Why two sets of predictions cannot be weighed against each other, in one sentence with counts and examples. */
export interface NotComparable {
  notComparable: string
}
