import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AssayError } from '../../core/errors/errors.ts'
import type { PredictionsConfig } from '../../core/inputs/file-options.ts'
import { keepIdOrder } from '../../core/inputs/predictions/id-order.ts'
import { testSetOf } from '../../core/inputs/predictions/test-set.ts'
import { PackedIds, type RowIds } from '../../core/inputs/row-ids.ts'
import { keepRanks } from '../../core/statistics/sort-order.ts'
import { placeInside } from './files.ts'
import { PREDICTIONS, readPredictions } from './predictions-files.ts'
import { dataOf, type ReadRows, type RowsAnswer, type RowsJob } from './rows-job.ts'

/** What threads of this program begin in, and what stops them. */
export interface Threads {
  /** The file of a face, which asks `rowsJob` first. */
  file: string
  signal: AbortSignal
}

/**
 * Reads the predictions that `config` names inside `folder`: a large file in a thread of its own where there are several processors,
 * so that the files of two versions are read at once. A thread that cannot be had, or dies, changes nothing but the time.
 *
 * @param threads absent: in this one
 * @throws AssayError as `readPredictions` does, by whichever thread
 */
export async function readRows(
  folder: string,
  config: PredictionsConfig,
  threads?: Threads,
): Promise<ReadRows> {
  if (threads && (await isWorthAThread(folder, config))) {
    const answer = await answerOfThread(threads, { folder, config })
    if (answer) return rowsOf(answer)
    if (threads.signal.aborted) throw new Error('the reading was stopped', { cause: threads.signal.reason })
  }
  return readRowsHere(folder, config)
}

/** The same in this thread. */
export async function readRowsHere(folder: string, config: PredictionsConfig): Promise<ReadRows> {
  const predictions = await readPredictions(folder, config)
  return { predictions, testSet: testSetOf(predictions) }
}

// --- internal ---

/** To read a file of this size takes as long as to start a thread. */
const LEAST_BYTES = 4 * 1024 * 1024

/** What tools of LLM evaluations write holds texts, which would be copied. */
async function isWorthAThread(folder: string, { file, from }: PredictionsConfig): Promise<boolean> {
  if (from !== undefined || availableParallelism() < 2) return false
  const { size } = await stat(await placeInside(folder, file, PREDICTIONS))
  return size >= LEAST_BYTES
}

/** Undefined where it ends without an answer. It needs no environment, and what this one was started with is not for it. */
async function answerOfThread({ file, signal }: Threads, job: RowsJob): Promise<RowsAnswer | undefined> {
  const thread = signal.aborted ? undefined : started(file, job)
  if (!thread) return undefined
  const stop = () => void thread.terminate()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise(resolve => {
      thread.once('message', resolve)
      // What it died of is met again, and told, where the file is read instead.
      thread.once('error', () => resolve(undefined))
      thread.once('exit', () => resolve(undefined))
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Undefined where this process may start none (Node's `--permission`). */
function started(file: string, job: RowsJob): Worker | undefined {
  try {
    return new Worker(file, { workerData: dataOf(job), env: {}, execArgv: [] })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED') return undefined
    throw error
  }
}

function rowsOf(answer: RowsAnswer): ReadRows {
  if ('error' in answer) throw new AssayError(answer.error)
  const { predictions, testSet } = answer.rows
  const ids = idsOf(predictions.ids)
  keepIdOrder(ids, answer.order)
  if (answer.ranks) keepRanks(predictions.score!, answer.ranks)
  return { predictions: { ...predictions, ids }, testSet }
}

/** Between threads an object loses its class. */
function idsOf(ids: RowIds): RowIds {
  if (Array.isArray(ids)) return ids
  const { bytes, ends } = ids as PackedIds
  return new PackedIds(bytes, ends)
}
