import { parquetWriteBuffer } from 'hyparquet-writer'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import type { Predictions } from '../../../../src/core/inputs/evaluation.ts'
import type { PredictionsConfig } from '../../../../src/core/inputs/file-options.ts'
import { predictionsBuilder } from '../../../../src/core/inputs/predictions/columns.ts'
import { csvTable } from '../../../../src/core/inputs/predictions/csv.ts'
import { parquetTable } from '../../../../src/core/inputs/predictions/parquet.ts'
import { renderError } from '../../../../src/core/text/error-text.ts'

/** What the configuration gives for `predictions: {…}`; without `score` the truth says whether it has two classes or more. */
export function config(options: Partial<PredictionsConfig> = {}): PredictionsConfig {
  return { file: 'p.csv', id: 'id', label: 'label', slices: [], allow_personal: [], ...options }
}

export function fromCsv(text: string | Uint8Array, options?: Partial<PredictionsConfig>): Predictions {
  const start = (columns: string[]) => predictionsBuilder(config(options), columns, 'p.csv')
  const csv = csvTable('p.csv', start, options?.csv)
  csv.push(Buffer.from(text as string))
  return csv.end()
}

export interface Column {
  name: string
  data: unknown[]
  type?: string
}

export function parquetOf(columns: Column[], options: object = {}): ArrayBuffer {
  return parquetWriteBuffer({ columnData: columns as never, ...options })
}

export async function fromParquet(
  buffer: ArrayBuffer,
  options?: Partial<PredictionsConfig>,
): Promise<Predictions> {
  const file = {
    byteLength: buffer.byteLength,
    slice: (start: number, end?: number) => buffer.slice(start, end),
  }
  return parquetTable(file, 'p.parquet', columns => predictionsBuilder(config(options), columns, 'p.parquet'))
}

/** The lines of the error that `read` ends in, without title and link. */
export async function problemsOf(read: () => unknown): Promise<string[]> {
  try {
    await read()
  } catch (error) {
    if (error instanceof AssayError)
      return renderError(error)
        .split('\n')
        .slice(1, -1)
        .map(line => line.trim())
    throw error
  }
  throw new Error('it was not refused')
}
