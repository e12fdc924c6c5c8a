import {
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { isAssayError } from '../../errors/errors.ts'
import { formatCount } from '../../text/numbers.ts'
import { MAX_ROWS, type NeededColumn, type StartTable, type TableTaker, unusable } from './columns.ts'
import { guardedChunk, type UnpackBudget, unpackBudget } from './parquet-pages.ts'
import { FINE_TIMES } from './parquet-times.ts'

/**
 * A table out of a Parquet file: of every row group only the columns asked for are read, one at a time.
 *
 * @throws AssayError PREDICTIONS_INVALID, also for every way in which the file is not Parquet
 */
export async function parquetTable<T>(buffer: AsyncBuffer, file: string, start: StartTable<T>): Promise<T> {
  try {
    return await readGroups(buffer, file, start)
  } catch (cause) {
    if (isAssayError(cause)) throw cause
    throw unusable(
      file,
      'it is not a Parquet file that can be read, or it is damaged',
      'Write it again, or write CSV.',
    )
  }
}

// --- internal ---

/** Ids differ and scores do too, so rows cost bytes: a file of a few bytes has no millions of them. */
const FREE_ROWS = 100_000
const MOST_ROWS_A_BYTE = 16

async function readGroups<T>(buffer: AsyncBuffer, file: string, begin: StartTable<T>): Promise<T> {
  const metadata = await parquetMetadataAsync(buffer)
  const columns = parquetSchema(metadata).children
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  const taker = begin(
    columns.map(column => column.element.name),
    { rows, isNested: index => isNested(columns[index]!) },
  )
  if (rows > MAX_ROWS)
    throw unusable(
      file,
      `it has more than ${formatCount(MAX_ROWS)} rows`,
      'Evaluate on fewer rows, or write those that are compared.',
    )
  if (rows > FREE_ROWS + MOST_ROWS_A_BYTE * buffer.byteLength)
    throw new RangeError('more rows than a file of this size can hold')
  const budget = unpackBudget(buffer.byteLength, rows)
  refuseNested(taker, columns, file)
  let start = 0
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows)
    // With only its own row group: the decoder plans all it is given, for every column anew.
    const alone = { ...metadata, row_groups: [group] }
    for (const column of taker.needed) await readColumn(buffer, alone, column, start, taker, budget)
    start = end
  }
  return taker.finish()
}

function isNested({ children, element }: SchemaTree): boolean {
  return children.length > 0 || element.repetition_type === 'REPEATED'
}

function refuseNested<T>(taker: TableTaker<T>, columns: SchemaTree[], file: string): void {
  for (const { name, index } of taker.needed)
    if (isNested(columns[index]!))
      throw unusable(
        file,
        `the column \`${name}\` holds lists or structures, not single values`,
        'Write a column of numbers or texts.',
      )
}

async function readColumn<T>(
  file: AsyncBuffer,
  metadata: FileMetaData,
  { name, sink }: NeededColumn,
  start: number,
  taker: TableTaker<T>,
  budget: UnpackBudget,
): Promise<void> {
  const pages: DecodedArray[] = []
  const [group] = metadata.row_groups
  const rows = Number(group!.num_rows)
  const chunk = group!.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data
  const { element } = parquetSchema(metadata).children.find(child => child.element.name === name)!
  const optional = element.repetition_type !== 'REQUIRED'
  await parquetRead({
    ...guardedChunk(file, { rows, optional, codec: chunk?.codec }, budget),
    metadata,
    parsers: FINE_TIMES,
    columns: [name],
    rowStart: 0,
    rowEnd: rows,
    onChunk: ({ columnData }) => void pages.push(columnData),
  })
  let row = start
  for (const values of pages)
    for (let index = 0; index < values.length; index++) {
      const problem = sink.addValue(values[index])
      row++
      if (problem !== undefined) taker.wrongCell(name, row, problem)
    }
  if (row !== start + rows)
    throw new RangeError('a column has another number of values than its row group has rows')
}
