import {
  type AsyncBuffer,
  parquetMetadataAsync,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet'
import { isAssayError } from '../../errors/errors.ts'
import { formatCount } from '../../text/numbers.ts'
import type { Sink, WrongValue } from './cells/sinks.ts'
import { type NeededColumn, type StartTable, type TableTaker, unusable } from './columns.ts'
import { type ColumnPage, columnPages, type UnpackBudget, unpackBudget } from './parquet-pages.ts'

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
  const root = parquetSchema(metadata)
  const columns = root.children
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  const taker = begin(
    columns.map(column => column.element.name),
    { rows, isNested: index => isNested(columns[index]!) },
  )
  if (rows > taker.mostRows)
    throw unusable(
      file,
      `it has more than ${formatCount(taker.mostRows)} rows`,
      'Write fewer rows: a part of them that was drawn by chance.',
    )
  if (rows > FREE_ROWS + MOST_ROWS_A_BYTE * buffer.byteLength)
    throw new RangeError('more rows than a file of this size can hold')
  const budget = unpackBudget(buffer.byteLength, rows)
  refuseNested(taker, columns, file)
  let start = 0
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows)
    for (const column of taker.needed) {
      const path = [root, columns[column.index]!]
      await readColumn(buffer, { group, path, budget }, column, start, taker)
    }
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

interface ColumnPlace {
  group: RowGroup
  path: SchemaTree[]
  budget: UnpackBudget
}

async function readColumn<T>(
  file: AsyncBuffer,
  { group, path, budget }: ColumnPlace,
  { name, sink }: NeededColumn,
  start: number,
  taker: TableTaker<T>,
): Promise<void> {
  const column = group.columns.find(
    ({ meta_data: facts }) => facts?.path_in_schema[0] === path[1]!.element.name,
  )
  const chunk = column?.meta_data
  if (!chunk || column.file_path) throw new RangeError('a column whose values are not in the file')
  const from = Number(chunk.dictionary_page_offset || chunk.data_page_offset)
  const bytes = await file.slice(from, from + Number(chunk.total_compressed_size))
  const rows = Number(group.num_rows)
  let row = start
  for (const page of columnPages(bytes, { rows, path, chunk }, budget))
    row += takePage(page, sink, (at, problem) => taker.wrongCell(name, row + at + 1, problem))
  if (row !== start + rows)
    throw new RangeError('a column has another number of values than its row group has rows')
}

/** @returns how many rows it has */
function takePage(page: ColumnPage, sink: Sink, wrong: WrongValue): number {
  if ('codes' in page) {
    const { codes, dictionary } = page
    if (sink.addCodes) sink.addCodes(codes, dictionary, wrong)
    else takeEach(codes.length, row => sink.addValue(dictionary[codes[row]!]), wrong)
    return codes.length
  }
  const texts = sink.takesBytes ? page.texts?.() : undefined
  if (texts) {
    const { page: bytes, starts, ends } = texts
    takeEach(page.rows, row => sink.addBytes(bytes, starts[row]!, ends[row]!), wrong)
    return page.rows
  }
  const values = page.values()
  if (sink.addValues) sink.addValues(values, wrong)
  else takeEach(values.length, row => sink.addValue(values[row]), wrong)
  return values.length
}

function takeEach(rows: number, take: (row: number) => string | undefined, wrong: WrongValue): void {
  for (let row = 0; row < rows; row++) {
    const problem = take(row)
    if (problem !== undefined) wrong(row, problem)
  }
}
