import type { CsvOptions } from '../file-options.ts'
import { type StartTable, unusable } from './columns.ts'
import { type CsvTable, csvTable } from './csv.ts'
import { jsonTable } from './json-rows.ts'

/** A table out of the bytes of a text file: JSON lines where it begins with `{`, else CSV or TSV. */
export function textTable<T>(file: string, start: StartTable<T>, options: CsvOptions = {}): CsvTable<T> {
  let table: CsvTable<T> | undefined
  return {
    push(piece) {
      table ??= tableFor(piece)
      table.push(piece)
    },
    end() {
      return (table ?? csvTable(file, start, options)).end()
    },
    get isDone() {
      return table?.isDone ?? false
    },
  }

  function tableFor(piece: Uint8Array): CsvTable<T> {
    const begins = Buffer.from(piece.subarray(0, 64)).toString('latin1')
    if (/^(?:\xef\xbb\xbf)?\s*\{/.test(begins)) return jsonTable(file, start)
    if (/^(?:\xef\xbb\xbf)?\s*\[\s*\{/.test(begins))
      throw unusable(
        file,
        'it is one JSON list',
        'Write an object on each line: `frame.to_json(file, orient="records", lines=True)`.',
      )
    return csvTable(file, start, options)
  }
}
