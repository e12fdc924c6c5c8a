import { statSync } from 'node:fs'
import { join } from 'node:path'
import { columnGuesses } from '../../core/config/starter/columns.ts'
import { isPredictionsByName } from '../../core/config/starter/outputs.ts'
import type { Columns, Table } from '../../core/config/starter/repository.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { PredictionsFile } from '../../core/inputs/file-options.ts'
import { textFromBytes, textFromValue } from '../../core/inputs/predictions/cells/cell.ts'
import {
  MAX_ROWS,
  type NeededColumn,
  type TableTaker,
  unusable,
} from '../../core/inputs/predictions/columns.ts'
import { readPredictions, readTable } from '../../services/files/predictions-files.ts'

/** Not read in a second or two. */
const LARGE_BYTES = 64 * 1024 * 1024
const OTHER_BYTES = 16 * 1024 * 1024
const ROWS = 2000

/**
 * The names of a table's columns and its first rows, with what its columns are where the loader takes the file by that.
 * Undefined where it cannot be read, and of a table of data: what has no column of answers.
 */
export async function headOf(folder: string, file: string): Promise<Table | undefined> {
  const size = statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0
  // Nobody calls it predictions: data, most likely, and long to read.
  if (size > OTHER_BYTES && !isPredictionsByName(file)) return undefined
  const isLarge = size > LARGE_BYTES
  try {
    const table = await firstRows(folder, file, isLarge && /\.parquet$/i.test(file) ? 0 : ROWS)
    const guesses = columnGuesses(table)
    if (guesses.length === 0 && !isPredictionsByName(file)) return undefined
    const held = isLarge ? guesses[0] : await heldBy(folder, file, guesses)
    return { ...table, ...(held && { held }) }
  } catch (error) {
    if (isAssayError(error, 'PREDICTIONS_INVALID', 'FILE_NOT_FOUND', 'FILE_REFUSED')) return undefined
    throw error
  }
}

// --- internal ---

function firstRows(folder: string, file: string, most: number): Promise<Table> {
  return readTable(folder, file, 'table', (columns, { isNested }): TableTaker<Table> => {
    const cells: string[][] = columns.map(() => [])
    const needed: NeededColumn[] = []
    const sinkOf = (own: string[], isLast: () => boolean) => {
      const add = (text: string | undefined): undefined => {
        if (own.length < most) own.push(text ?? '')
        // What comes after the last column of the last row is not read.
        else if (isLast()) needed.length = 0
      }
      return {
        get rows() {
          return own.length
        },
        addBytes: (bytes: Buffer, start: number, end: number) => add(textFromBytes(bytes, start, end)),
        addValue: (value: unknown) => add(textFromValue(value)),
      }
    }
    const isCsv = !/\.parquet$/i.test(file)
    for (const [index, name] of columns.entries())
      if (!isNested(index) && most > 0)
        needed.push({ name, index, sink: sinkOf(cells[index]!, () => isCsv && index === columns.length - 1) })
    return {
      needed,
      mostRows: MAX_ROWS,
      wrong: (problem, at, fix = 'Write every row with as many cells as the header has.') => {
        throw unusable(file, problem, fix, at)
      },
      wrongCell: () => {},
      finish: () => ({
        columns,
        // Of what is nested nothing was read.
        rows: Array.from({ length: Math.max(0, ...cells.map(({ length }) => length)) }, (_, row) =>
          cells.map(column => column[row] ?? ''),
        ),
      }),
    }
  })
}

/** The first whose ids the loader takes. What is asked of a person it is not asked. */
async function heldBy(folder: string, file: string, guesses: Columns[]): Promise<Columns | undefined> {
  const [first] = guesses
  for (const guess of guesses) {
    if ((guess.label === undefined && !guess.values) || guess.id === undefined || guess.classes) return first
    if (
      [guess.score, guess.prediction, guess.probabilities, guess.values].every(column => column === undefined)
    )
      return first
    const { labels, scores, classes, ...columns } = guess
    try {
      await readPredictions(folder, PredictionsFile.parse({ file, ...columns }))
      return guess
    } catch (error) {
      if (!isAssayError(error, 'PREDICTIONS_INVALID')) throw error
      // Of anything but ids another guess would be told the same: `check` shows it.
      if (!error.problems.some(({ what }) => / same id$/.test(what))) return guess
    }
  }
  if (first === undefined) return undefined
  const { id, ...others } = first
  return others
}
