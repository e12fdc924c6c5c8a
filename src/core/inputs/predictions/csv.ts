import { count, formatCount } from '../../text/numbers.ts'
import type { Predictions } from '../evaluation.ts'
import type { PredictionsConfig } from '../file-options.ts'
import { textFromBytes } from './cell.ts'
import { MAX_ROWS, type PredictionsBuilder, predictionsBuilder, unusable } from './columns.ts'
import { type CsvRow, CsvRows } from './csv-rows.ts'

export interface CsvPredictions {
  /** The next bytes of the file. @throws AssayError PREDICTIONS_INVALID when it makes no sense to go on */
  push(piece: Uint8Array): void
  /** @throws AssayError PREDICTIONS_INVALID */
  end(): Predictions
}

/**
 * Predictions out of the bytes of a CSV or TSV file as they come. Memory is that of the columns asked for; rows,
 * cells and texts are limited (see `MAX_ROWS`, `CsvRows`, `MAX_TEXT`).
 */
export function csvPredictions(config: PredictionsConfig, file: string): CsvPredictions {
  let builder: PredictionsBuilder | undefined
  let width = 0
  let taken = 0

  const takeRow = (row: CsvRow): void => {
    if (!builder) {
      builder = predictionsBuilder(config, headerOf(row), file)
      width = row.cells
      return
    }
    taken++
    if (taken > MAX_ROWS)
      throw unusable(
        file,
        `it has more than ${formatCount(MAX_ROWS)} rows`,
        'Evaluate on fewer rows, or write those that are compared.',
      )
    if (row.cells !== width)
      builder.wrong(`${count(row.cells, 'cell')} where the header has ${width}`, { line: row.line })
    else takeCells(row, taken, builder)
  }
  const rows = new CsvRows(takeRow, (problem, line, fix) => {
    throw unusable(file, problem, fix, { line })
  })
  return {
    push: piece => rows.push(piece),
    end() {
      rows.end()
      if (!builder)
        throw unusable(file, 'it is empty', 'Look whether `evaluate` writes it, and into this file.')
      return builder.finish()
    },
  }
}

// --- internal ---

function takeCells({ bytes, starts, ends }: CsvRow, count: number, builder: PredictionsBuilder): void {
  for (const { name, index, sink } of builder.needed) {
    const problem = sink.addBytes(bytes, starts[index]!, ends[index]!)
    if (problem !== undefined) builder.wrongCell(name, count, problem)
  }
}

function headerOf({ bytes, starts, ends, cells }: CsvRow): string[] {
  return Array.from({ length: cells }, (_, cell) => textFromBytes(bytes, starts[cell]!, ends[cell]!) ?? '')
}
