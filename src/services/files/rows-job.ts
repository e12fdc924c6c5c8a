import { isMainThread, workerData } from 'node:worker_threads'
import type { Problem } from '../../core/errors/errors.ts'
import type { Predictions, TestSet } from '../../core/inputs/evaluation.ts'
import type { PredictionsConfig } from '../../core/inputs/file-options.ts'
import type { Ranks } from '../../core/statistics/sort-order.ts'

/** The rows of a version, and which test set they are. */
export interface ReadRows {
  predictions: Predictions
  testSet: TestSet
}

/** What a thread is to read. */
export interface RowsJob {
  folder: string
  config: PredictionsConfig
}

/** What a thread says: the rows, with their order by ids where that is not the file's and by score where they have one; or what is wrong with the file. */
export type RowsAnswer =
  | { rows: ReadRows; order: Uint32Array | undefined; ranks: Ranks | undefined }
  | { error: { code: string; title: string; problems: Problem[] } }

/** What this thread was started to read; undefined where it was not started by us, such as the first one. */
export function rowsJob(): RowsJob | undefined {
  return isMainThread ? undefined : (workerData as { assayRows?: RowsJob } | null)?.assayRows
}

/** What a thread is started with. */
export function dataOf(job: RowsJob): { assayRows: RowsJob } {
  return { assayRows: job }
}
