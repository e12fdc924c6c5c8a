import type { FileHandle } from 'node:fs/promises'
import type { Predictions } from '../../core/inputs/evaluation.ts'
import type { CsvOptions, EvalTool, PredictionsConfig } from '../../core/inputs/file-options.ts'
import { predictionsBuilder, type StartTable, unusable } from '../../core/inputs/predictions/columns.ts'
import type { CsvTable } from '../../core/inputs/predictions/csv.ts'
import { textTable } from '../../core/inputs/predictions/text-table.ts'
import { decodeUtf8 } from '../../core/text/utf8.ts'
import { type OpenFile, openInside, readInside } from './files.ts'
import { PACKINGS, type Packing, PIECE, unpacked } from './packings.ts'

/** What their file is for, in words. */
export const PREDICTIONS = 'predictions file'

/** Reads the predictions that `config` names inside `folder`, as `readTable` does. */
export async function readPredictions(folder: string, config: PredictionsConfig): Promise<Predictions> {
  const { from } = config
  if (from !== undefined) return readResults(folder, { ...config, from })
  const start = (columns: string[]) => predictionsBuilder(config, columns, config.file)
  return readTable(folder, config.file, PREDICTIONS, start, config.csv)
}

/**
 * Reads a table inside `folder`: CSV, TSV or JSON lines, also packed by gzip or zstd, or Parquet. What it is is told by its first bytes, not by its name.
 *
 * @param input what the file is for, in words
 * @throws AssayError FILE_REFUSED, FILE_NOT_FOUND, PREDICTIONS_INVALID
 */
export async function readTable<T>(
  folder: string,
  file: string,
  input: string,
  start: StartTable<T>,
  csv?: CsvOptions,
): Promise<T> {
  const opened = await openInside(folder, file, input)
  try {
    const { bytesRead, buffer } = await opened.handle.read(Buffer.alloc(4), 0, 4, 0)
    const magic = buffer.toString('latin1', 0, bytesRead)
    if (magic === 'PAR1') return await readParquet(opened, file, start)
    const packing = PACKINGS.find(({ begins }) => begins(buffer.subarray(0, bytesRead)))
    if (packing) return await readPacked(opened.handle, file, packing, textTable(file, start, csv))
    if (/\.parquet$/i.test(file))
      throw unusable(
        file,
        'it is not a Parquet file',
        'Write it as Parquet, or name a file that ends in `.csv`.',
      )
    return await readText(opened.handle, textTable(file, start, csv))
  } finally {
    await opened.handle.close()
  }
}

// --- internal ---

/** Result files hold prompts and answers too. */
const MAX_RESULTS_BYTES = 256 * 1024 * 1024
const ZIP = 'PK\u0003\u0004'

/** The readers of tools are loaded only where there is such a file. */
async function readResults(
  folder: string,
  config: PredictionsConfig & { from: EvalTool },
): Promise<Predictions> {
  const options = { maxBytes: MAX_RESULTS_BYTES, input: PREDICTIONS }
  const { bytes } = await readInside(folder, config.file, options)
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === ZIP)
    throw unusable(
      config.file,
      'it is an archive, as Inspect writes by default (`.eval`)',
      'Convert it: `inspect log convert <log> --to json --output-dir <folder>`, or run with `--log-format json`.',
    )
  const decoded = decodeUtf8(bytes)
  if (!('text' in decoded)) throw unusable(config.file, 'it is not UTF-8', 'Write it as UTF-8.')
  const { readEvals } = await import('../../core/inputs/evals/read-evals.ts')
  return readEvals(decoded.text, config)
}

/** What a packed text may unpack to: more than any file within the limit of rows needs. */
const MAX_UNPACKED = 16 * 1024 ** 3

async function readText<T>(handle: FileHandle, csv: CsvTable<T>): Promise<T> {
  const piece = Buffer.alloc(PIECE)
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(piece, 0, piece.length, position)
    if (bytesRead === 0 || csv.isDone) return csv.end()
    csv.push(piece.subarray(0, bytesRead))
    position += bytesRead
  }
}

async function readPacked<T>(
  handle: FileHandle,
  file: string,
  packing: Packing,
  csv: CsvTable<T>,
): Promise<T> {
  let size = 0
  for await (const piece of unpacked(handle, file, packing)) {
    size += piece.length
    if (size > MAX_UNPACKED)
      throw unusable(file, 'it unpacks to more than 16 GiB', 'Write fewer rows or fewer columns.')
    csv.push(piece)
    if (csv.isDone) break
  }
  return csv.end()
}

/** The Parquet reader and its decompressors are loaded only where there is such a file. */
async function readParquet<T>({ handle, size }: OpenFile, file: string, start: StartTable<T>): Promise<T> {
  const { parquetTable } = await import('../../core/inputs/predictions/parquet.ts')
  const slice = async (from: number, end = size): Promise<ArrayBuffer> => {
    if (!(from >= 0 && end >= from && end <= size)) throw new RangeError('a part outside the file')
    const bytes = new Uint8Array(end - from)
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled)
      if (bytesRead === 0) throw new RangeError('the file ends early')
      filled += bytesRead
    }
    return bytes.buffer
  }
  return parquetTable({ byteLength: size, slice }, file, start)
}
