import type { parquetHeader } from 'hyparquet/src/column.js'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { readVarInt } from 'hyparquet/src/thrift.js'

/**
 * The lengths inside an unpacked Parquet page: of runs of equal values, and of the beginnings that texts share. Encodings:
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */

export type PageHeader = ReturnType<typeof parquetHeader>

/** @throws RangeError when the levels before a page of the second kind claim more values than the page has */
export function checkLevels(levels: Uint8Array, { data_page_header_v2: page }: PageHeader): void {
  if (page) checkRuns(readerOf(levels), levels.length, 1, page.num_values)
}

/** @throws RangeError when the page claims more values, or longer ones, than its header does or a cell may have */
export function checkPage(page: Uint8Array, header: PageHeader, optional: boolean): void {
  const facts = header.data_page_header ?? header.data_page_header_v2
  if (header.type === 'DICTIONARY_PAGE' || !facts) return
  const reader = readerOf(page)
  // In a page of the first kind, which values are null stands before the values.
  if (optional && header.type === 'DATA_PAGE') checkSizedRuns(reader, facts.num_values)
  if (facts.encoding === 'RLE') checkSizedRuns(reader, facts.num_values)
  else if (facts.encoding === 'RLE_DICTIONARY' || facts.encoding === 'PLAIN_DICTIONARY') {
    if (reader.offset >= page.length) return
    const width = reader.view.getUint8(reader.offset++)
    checkRuns(reader, page.length, width, facts.num_values)
  } else if (facts.encoding === 'DELTA_BYTE_ARRAY') checkSharedBeginnings(reader, facts.num_values)
}

// --- internal ---

interface Reader {
  view: DataView
  offset: number
}

/** Writers fill the last group of bits up; none by more than this. */
const PADDING = 512
/** Longer than any cell may be, in bytes. */
const MAX_TEXT_BYTES = 64 * 1024

function readerOf(bytes: Uint8Array): Reader {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
}

/** Runs of one bit a value with their length in bytes before them. */
function checkSizedRuns(reader: Reader, most: number): void {
  const length = reader.view.getUint32(reader.offset, true)
  reader.offset += 4
  const end = reader.offset + length
  checkRuns(reader, end, 1, most)
  reader.offset = end
}

function checkRuns(reader: Reader, end: number, width: number, most: number): void {
  if (width > 32) throw new RangeError('values of too many bits')
  for (let seen = 0; seen < most && reader.offset < end; ) {
    const header = readVarInt(reader)
    const packed = (header & 1) === 1
    const count = packed ? (header >>> 1) * 8 : header >>> 1
    if (count > most - seen + PADDING) throw new RangeError('a run claims more values than its page has')
    seen += count
    reader.offset += packed ? (count / 8) * width : (width + 7) >> 3
  }
}

function checkSharedBeginnings(reader: Reader, most: number): void {
  const [shared, own] = [lengths(reader, most), lengths(reader, most)]
  let before = 0
  for (let index = 0; index < shared.length; index++) {
    const [beginning, rest] = [shared[index]!, own[index] ?? 0]
    if (beginning < 0 || beginning > before || rest < 0 || beginning + rest > MAX_TEXT_BYTES)
      throw new RangeError('a text shares more of the text before than there is')
    before = beginning + rest
  }
}

/** The count stands third, after the sizes of the blocks. */
function lengths(reader: Reader, most: number): Int32Array {
  const ahead = { view: reader.view, offset: reader.offset }
  readVarInt(ahead)
  readVarInt(ahead)
  const count = readVarInt(ahead)
  if (!(count >= 0 && count <= most)) throw new RangeError('a page claims more values than its header')
  const values = new Int32Array(count)
  deltaBinaryUnpack(reader, count, values)
  return values
}
