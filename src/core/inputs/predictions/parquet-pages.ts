import type { ColumnMetaData, DecodedArray, SchemaElement, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { compressors } from 'hyparquet-compressors'
import { MAX_ROWS } from './columns.ts'
import { checkLevels, checkPage, type PageHeader } from './parquet-runs.ts'
import { FINE_TIMES } from './parquet-times.ts'
import { type PlainTexts, plainTextsOf, readCodes, readPresence, withNulls } from './parquet-values.ts'

/**
 * The pages of a column of single values, one at a time. A file may lie: a few bytes claim two thousand million values, or unpack to
 * gigabytes. So every page is looked at before it is decoded: its header, its size, and the lengths of the runs in it.
 */

/** How many bytes the pages of one file may unpack to, together; `left` falls as they are read. */
export interface UnpackBudget {
  left: number
}

/** Honest files pack scores and ids hundredfold at most; columns of one value more, but those are small unpacked too. */
export function unpackBudget(fileBytes: number, rows: number): UnpackBudget {
  return { left: 64 * MEBIBYTE + 1000 * fileBytes + 64 * rows }
}

/** A column chunk as the metadata describes it. */
export interface ChunkFacts {
  rows: number
  /** From the root of the schema to the column. */
  path: SchemaTree[]
  chunk: Pick<ColumnMetaData, 'path_in_schema' | 'type' | 'codec'>
}

/**
 * The cells of a page in their order, null where there is none; or where each stands in a dictionary, -1 for null. Where they are
 * nothing but texts of ASCII, these too.
 */
export type ColumnPage =
  | { rows: number; values(): DecodedArray; texts?(): PlainTexts | undefined }
  | { codes: Int32Array; dictionary: DecodedArray }

/** @throws RangeError, or whatever the decoder throws, where the bytes are not what their headers say */
export function* columnPages(
  bytes: ArrayBuffer,
  { rows, path, chunk }: ChunkFacts,
  budget: UnpackBudget,
): Generator<ColumnPage> {
  const { element } = path.at(-1)!
  const { type, codec, path_in_schema: pathInSchema } = chunk
  const decoder = { pathInSchema, type, codec, element, schemaPath: path, parsers: PARSERS, compressors }
  const optional = element.repetition_type !== 'REQUIRED'
  let dictionary: DecodedArray | undefined
  for (const { header, at } of pageHeaders(bytes, rows, budget)) {
    const whole = new Uint8Array(bytes, at, header.compressed_page_size)
    const first = levelsLength(header)
    if (optional) checkLevels(whole.subarray(0, first), header)
    const rest = whole.subarray(first)
    const size = header.uncompressed_page_size - first
    const isPacked = header.data_page_header_v2?.is_compressed !== false
    // Of nothing, not every way of packing is told back by its own unpacking.
    const page =
      isPacked && size > 0 ? decompressPage(rest, size, codec, compressors) : rest.subarray(0, size)
    checkPage(page, header, optional)
    if (header.type === 'DICTIONARY_PAGE') {
      const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 }
      const { num_values: entries } = header.dictionary_page_header!
      dictionary = convert(readPlain(reader, type, entries, element.type_length), decoder)
      continue
    }
    const { encoding, num_values: cells } = (header.data_page_header ?? header.data_page_header_v2)!
    const levels = optional ? levelsIn(header, whole, page) : undefined
    const present = levels && readPresence(levels.bytes, cells)
    const data = page.subarray(levels?.after ?? 0)
    if (encoding.endsWith('_DICTIONARY')) {
      if (!dictionary) throw new RangeError('a page of codes without a dictionary')
      yield { codes: readCodes(data, cells, present, dictionary.length), dictionary }
      continue
    }
    // It has been unpacked already.
    const second = { ...decoder, compressors: { [codec]: () => page } }
    const values = () => {
      const { dataPage } = header.data_page_header
        ? readDataPage(page, header.data_page_header, decoder)
        : readDataPageV2(whole, header, second)
      return withNulls(convert(dataPage, decoder), present)
    }
    const isTexts = encoding === 'PLAIN' && !present && isText(element)
    yield { rows: cells, values, ...(isTexts && { texts: () => plainTextsOf(data, cells) }) }
  }
}

// --- internal ---

const PARSERS = { ...DEFAULT_PARSERS, ...FINE_TIMES }

/** Texts that nothing else is made of. */
function isText({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  const is = converted ?? logical?.type
  return type === 'BYTE_ARRAY' && (is === undefined || is === 'UTF8' || is === 'STRING')
}

/** Which rows have a value, and where in the page those that have stand after it; in a page of the second kind it is before the page. */
function levelsIn(
  { data_page_header_v2: second }: PageHeader,
  whole: Uint8Array,
  page: Uint8Array,
): { bytes: Uint8Array; after: number } {
  if (second) {
    const start = second.repetition_levels_byte_length
    return { bytes: whole.subarray(start, start + second.definition_levels_byte_length), after: 0 }
  }
  const length = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(0, true)
  return { bytes: page.subarray(4, 4 + length), after: 4 + length }
}

const MEBIBYTE = 1024 * 1024
/** One page may unpack to this many bytes; writers make pages of about a megabyte. */
const MAX_PAGE_BYTES = 256 * MEBIBYTE
/** What an entry of a dictionary counts for at least, of the bytes that a file may unpack to. */
const ENTRY_BYTES = 8

function* pageHeaders(
  chunk: ArrayBuffer,
  rows: number,
  budget: UnpackBudget,
): Generator<{ header: PageHeader; at: number }> {
  const reader = { view: new DataView(chunk), offset: 0 }
  for (let values = 0; values < rows && reader.offset < chunk.byteLength - 1; ) {
    const header = parquetHeader(reader)
    const isDictionary = header.type === 'DICTIONARY_PAGE'
    const counts = isDictionary ? [header.dictionary_page_header?.num_values] : dataPageCounts(header)
    const sizes = [header.compressed_page_size, header.uncompressed_page_size]
    if (![...counts, ...sizes].every(count => Number.isInteger(count) && count! >= 0))
      throw new RangeError('a page header without a count or size')
    if (!isDictionary) values += counts[0]!
    // What is in a dictionary takes more than a number's space once it is read, also where it is a bit, or nothing.
    budget.left -= Math.max(header.uncompressed_page_size, isDictionary ? ENTRY_BYTES * counts[0]! : 0)
    if (
      values > rows ||
      (isDictionary && counts[0]! > MAX_ROWS) ||
      header.uncompressed_page_size > MAX_PAGE_BYTES ||
      budget.left < 0
    )
      throw new RangeError('a page claims more than its row group or its file holds')
    yield { header, at: reader.offset }
    reader.offset += header.compressed_page_size
  }
}

function dataPageCounts(header: PageHeader): (number | undefined)[] {
  if (header.type === 'DATA_PAGE') return [header.data_page_header?.num_values]
  const page = header.type === 'DATA_PAGE_V2' ? header.data_page_header_v2 : undefined
  const levels = [page?.definition_levels_byte_length, page?.repetition_levels_byte_length]
  return [page?.num_values, page?.num_rows, page?.num_nulls, ...levels]
}

/** Bytes before the packed part of a page of the second kind: which of its values are null. */
function levelsLength({ data_page_header_v2: page }: PageHeader): number {
  return page ? page.definition_levels_byte_length + page.repetition_levels_byte_length : 0
}
