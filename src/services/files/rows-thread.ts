import { parentPort } from 'node:worker_threads'
import { isAssayError } from '../../core/errors/errors.ts'
import { idOrder } from '../../core/inputs/predictions/id-order.ts'
import { ranksOf } from '../../core/statistics/sort-order.ts'
import { readRowsHere } from './read-rows.ts'
import type { RowsAnswer, RowsJob } from './rows-job.ts'

/** The whole life of a thread that reads a file: reads it, says what it found, and ends. A bug of ours ends it without a word. */
export async function answerRows({ folder, config }: RowsJob): Promise<void> {
  const answer = await readRowsHere(folder, config).then(
    (rows): RowsAnswer => {
      const { ids, score } = rows.predictions
      return { rows, order: idOrder(ids), ranks: score && ranksOf(score) }
    },
    (error: unknown): RowsAnswer => {
      if (!isAssayError(error)) throw error
      const { code, message: title, problems } = error
      return { error: { code, title, problems } }
    },
  )
  parentPort!.postMessage(answer, [...new Set(buffersIn(answer))])
}

// --- internal ---

/** The memory of the columns is handed over, not copied: that of each which has its own. */
function buffersIn(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value))
    return value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength
      ? [value.buffer]
      : []
  if (typeof value !== 'object' || value === null) return []
  // Names, of which there may be a million.
  if (Array.isArray(value) && typeof value[0] === 'string') return []
  return Object.values(value).flatMap(buffersIn)
}
