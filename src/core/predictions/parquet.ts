import {
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { compressors } from 'hyparquet-compressors'
import type { PredictionsConfig } from '../config.ts'
import { AssayError } from '../errors.ts'
import type { Predictions } from '../evaluation.ts'
import {
  MAX_ROWS,
  type NeededColumn,
  type PredictionsBuilder,
  predictionsBuilder,
  unusable,
} from './columns.ts'

/**
 * Predictions out of a Parquet file: of every row group only the columns asked for are read, one at a time.
 *
 * @throws AssayError PREDICTIONS_INVALID, also for every way in which the file is not Parquet
 */
export async function parquetPredictions(
  buffer: AsyncBuffer,
  config: PredictionsConfig,
  file: string,
): Promise<Predictions> {
  try {
    return await readGroups(buffer, config, file)
  } catch (cause) {
    if (cause instanceof AssayError) throw cause
    throw unusable(
      file,
      'it is not a Parquet file that can be read, or it is damaged',
      undefined,
      'Write it again, or write CSV.',
    )
  }
}

// --- internal ---

/** One page may unpack to this many bytes; writers make pages of about a megabyte. */
const MAX_PAGE_BYTES = 256 * 1024 * 1024

async function readGroups(
  buffer: AsyncBuffer,
  config: PredictionsConfig,
  file: string,
): Promise<Predictions> {
  const metadata = await parquetMetadataAsync(buffer)
  const columns = parquetSchema(metadata).children
  const builder = predictionsBuilder(
    config,
    columns.map(column => column.element.name),
    file,
  )
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (rows > MAX_ROWS) throw unusable(file, `it has more than ${MAX_ROWS.toLocaleString('en-US')} rows`)
  refuseNested(builder, columns, file)
  let start = 0
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows)
    for (const column of builder.needed) await readColumn(buffer, metadata, column, start, end, builder)
    start = end
  }
  return builder.finish()
}

function refuseNested(builder: PredictionsBuilder, columns: SchemaTree[], file: string): void {
  for (const { name, index } of builder.needed) {
    const { children, element } = columns[index]!
    if (children.length > 0 || element.repetition_type === 'REPEATED')
      throw unusable(file, `the column \`${name}\` holds lists or structures, not single values`)
  }
}

async function readColumn(
  file: AsyncBuffer,
  metadata: FileMetaData,
  { name, sink }: NeededColumn,
  start: number,
  end: number,
  builder: PredictionsBuilder,
): Promise<void> {
  const pages: DecodedArray[] = []
  await parquetRead({
    file: checkedPages(file, end - start),
    metadata,
    columns: [name],
    rowStart: start,
    rowEnd: end,
    compressors,
    onChunk: ({ columnData }) => void pages.push(columnData),
  })
  let row = start
  for (const values of pages)
    for (let index = 0; index < values.length; index++) {
      const problem = sink.addValue(values[index])
      row++
      if (problem !== undefined) builder.wrongCell(name, row, problem)
    }
  if (row !== end) throw new RangeError('a column has another number of values than its row group has rows')
}

/**
 * Looks at the page headers of every column chunk before it is unpacked: a few bytes may claim two thousand
 * million values, and the decoder believes them.
 */
function checkedPages(buffer: AsyncBuffer, rows: number): AsyncBuffer {
  return {
    byteLength: buffer.byteLength,
    async slice(from, to) {
      const chunk = await buffer.slice(from, to)
      checkPages(chunk, rows)
      return chunk
    },
  }
}

function checkPages(chunk: ArrayBuffer, rows: number): void {
  const reader = { view: new DataView(chunk), offset: 0 }
  for (let values = 0; values < rows && reader.offset < chunk.byteLength - 1; ) {
    const header = parquetHeader(reader)
    const isDictionary = header.type === 'DICTIONARY_PAGE'
    const counts = isDictionary ? [header.dictionary_page_header?.num_values] : dataPageCounts(header)
    const sizes = [header.compressed_page_size, header.uncompressed_page_size]
    if (![...counts, ...sizes].every(count => Number.isInteger(count) && count! >= 0))
      throw new RangeError('a page header without a count or size')
    if (!isDictionary) values += counts[0]!
    if (
      values > rows ||
      (isDictionary && counts[0]! > MAX_ROWS) ||
      header.uncompressed_page_size > MAX_PAGE_BYTES
    )
      throw new RangeError('a page claims more than its row group holds')
    reader.offset += header.compressed_page_size
  }
}

function dataPageCounts(header: ReturnType<typeof parquetHeader>): (number | undefined)[] {
  if (header.type === 'DATA_PAGE') return [header.data_page_header?.num_values]
  const page = header.type === 'DATA_PAGE_V2' ? header.data_page_header_v2 : undefined
  const levels = [page?.definition_levels_byte_length, page?.repetition_levels_byte_length]
  return [page?.num_values, page?.num_rows, page?.num_nulls, ...levels]
}
