import type { AsyncBuffer, CompressionCodec, Compressors } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { compressors } from 'hyparquet-compressors'
import { MAX_ROWS } from './columns.ts'
import { checkLevels, checkPage, type PageHeader } from './parquet-runs.ts'

/**
 * The decoder believes what a page says of itself: a few bytes may claim two thousand million values, or unpack to
 * gigabytes. So every page is looked at before the decoder sees it: its header, its size, and the lengths of the runs in it.
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
  /** Its values may be null. */
  optional: boolean
  codec: CompressionCodec | undefined
}

/** What the decoder is to be given instead of the file and the decompressors, for one column chunk. */
export function guardedChunk(
  buffer: AsyncBuffer,
  facts: ChunkFacts,
  budget: UnpackBudget,
): { file: AsyncBuffer; compressors: Compressors } {
  const pages = new Map<number, PageHeader>()
  const file = {
    byteLength: buffer.byteLength,
    async slice(from: number, to?: number) {
      const chunk = await buffer.slice(from, to)
      pages.clear()
      for (const { header, at } of pageHeaders(chunk, facts.rows, budget)) {
        const levels = levelsLength(header)
        if (facts.optional) checkLevels(new Uint8Array(chunk, at, levels), header)
        const values = new Uint8Array(chunk, at + levels, header.compressed_page_size - levels)
        if (isPacked(header, facts.codec)) pages.set(values.byteOffset, header)
        else checkPage(values, header, facts.optional)
      }
      return chunk
    },
  }
  const guarded = Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (packed: Uint8Array, length: number) => {
      const header = pages.get(packed.byteOffset)
      if (!header) throw new RangeError('a page that was not looked at')
      const page = unpack(packed, length)
      checkPage(page, header, facts.optional)
      return page
    },
  ])
  return { file, compressors: Object.fromEntries(guarded) }
}

// --- internal ---

const MEBIBYTE = 1024 * 1024
/** One page may unpack to this many bytes; writers make pages of about a megabyte. */
const MAX_PAGE_BYTES = 256 * MEBIBYTE

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
    budget.left -= header.uncompressed_page_size
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

function isPacked({ data_page_header_v2: page }: PageHeader, codec: CompressionCodec | undefined): boolean {
  return codec !== 'UNCOMPRESSED' && page?.is_compressed !== false
}
