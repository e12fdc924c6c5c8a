import { count, formatCount } from '../../text/numbers.ts'
import type { CsvOptions } from '../file-options.ts'
import { textFromBytes } from './cells/cell.ts'
import { type StartTable, type TableTaker, unusable } from './columns.ts'
import { type CsvRow, CsvRows } from './csv-rows.ts'

export interface CsvTable<T> {
  /** The next bytes of the file. @throws AssayError PREDICTIONS_INVALID when it makes no sense to go on */
  push(piece: Uint8Array): void
  /** @throws AssayError PREDICTIONS_INVALID */
  end(): T
  /** Nothing more of the file is needed. */
  readonly isDone: boolean
}

/**
 * A table out of the bytes of a CSV or TSV file as they come. Memory is that of the columns asked for; rows,
 * cells and texts are limited (see `MAX_ROWS`, `CsvRows`, `MAX_TEXT`).
 */
export function csvTable<T>(
  file: string,
  start: StartTable<T>,
  { separator, decimal }: CsvOptions = {},
): CsvTable<T> {
  let taker: TableTaker<T> | undefined
  let width = 0
  let taken = 0

  const takeRow = (row: CsvRow): void => {
    if (!taker) {
      taker = start(headerOf(row), { isNested: () => false })
      if (decimal === ',') for (const { sink } of taker.needed) sink.useDecimalComma?.()
      width = row.cells
      return
    }
    if (taker.needed.length === 0) return
    taken++
    if (taken > taker.mostRows)
      throw unusable(
        file,
        `it has more than ${formatCount(taker.mostRows)} rows`,
        'Write fewer rows: a part of them that was drawn by chance.',
      )
    if (row.cells !== width && !isBlankBeyond(row, width))
      taker.wrong(
        `${count(row.cells, 'cell')} where the header has ${width}`,
        { line: row.line },
        A_CELL_EACH,
      )
    else takeCells(row, taken, taker)
  }
  const onBroken = (problem: string, line: number, fix: string): never => {
    throw unusable(file, problem, fix, { line })
  }
  const rows = new CsvRows(takeRow, onBroken, separator)
  return {
    push: piece => rows.push(piece),
    end() {
      // Where nothing more is needed, what came last may be half a row.
      if (taker?.needed.length !== 0) rows.end()
      if (!taker) throw unusable(file, 'it is empty', 'Look whether what makes it writes into this file.')
      return taker.finish()
    },
    get isDone() {
      return taker?.needed.length === 0
    },
  }
}

// --- internal ---

const A_CELL_EACH =
  'Write a cell for each column of the header; a text that holds the separator goes into double quotes.'

/** Whether a row has more cells than the header, and nothing in those. */
function isBlankBeyond({ starts, ends, cells }: CsvRow, width: number): boolean {
  for (let cell = width; cell < cells; cell++) if (ends[cell]! > starts[cell]!) return false
  return cells > width
}

function takeCells<T>({ bytes, starts, ends }: CsvRow, count: number, taker: TableTaker<T>): void {
  for (const { name, index, sink } of taker.needed) {
    const problem = sink.addBytes(bytes, starts[index]!, ends[index]!)
    if (problem !== undefined) taker.wrongCell(name, count, problem)
  }
}

function headerOf({ bytes, starts, ends, cells }: CsvRow): string[] {
  return Array.from({ length: cells }, (_, cell) => textFromBytes(bytes, starts[cell]!, ends[cell]!) ?? '')
}
