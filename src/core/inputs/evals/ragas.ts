import { createHash } from 'node:crypto'
import * as z from 'zod'
import { numberFromBytes } from '../predictions/cells/cell.ts'
import type { Sink } from '../predictions/cells/sinks.ts'
import { MAX_ROWS, type TableTaker, unusable } from '../predictions/columns.ts'
import { csvTable } from '../predictions/csv.ts'
import { parsedJson, shapeOf } from './json.ts'
import type { Trial } from './trials.ts'

const FIX =
  "Write it with `result.to_pandas()` and `.to_csv(…, index=False)` or `.to_json(…, orient='records')`."

/** What makes an item: question and right answer, by their names of now and before 0.2. */
const ITEM = ['user_input', 'reference', 'question', 'ground_truth', 'ground_truths']

/**
 * What ragas' `to_pandas()` gives, as CSV or as JSON records: a column of numbers is a metric, whatever its name; a cell without
 * a number is a score that could not be had. The same question and reference again is another try.
 */
export function ragasTrials(text: string, file: string): Trial[] {
  const isJson = /^\s*[[{]/.test(text)
  const table = isJson ? ofRecords(text, file) : ofCsv(text, file)
  const known = [...table.keys()].filter(name => ITEM.includes(name))
  if (known.length === 0)
    throw unusable(file, 'it is no result of ragas: there is no column `user_input`', FIX)
  const metrics = [...table].filter(([name, cells]) => !ITEM.includes(name) && isMetric(cells))
  const rows = table.get(known[0]!)!.length
  return Array.from({ length: rows }, (_, row) => ({
    item: JSON.stringify(known.map(name => table.get(name)![row] ?? null)),
    name: 'question',
    place: isJson ? `[${row}]` : `row ${row + 1}`,
    scores: new Map(metrics.map(([name, cells]) => [name, Number(cells[row] ?? Number.NaN)])),
  }))
}

// --- internal ---

/** A number, the fingerprint of a text, or null for an empty cell. */
type Cell = number | string | null
type Table = Map<string, Cell[]>

const Records = z.array(z.record(z.string(), z.unknown()))

function isMetric(cells: Cell[]): boolean {
  return cells.some(cell => typeof cell === 'number') && cells.every(cell => typeof cell !== 'string')
}

function ofRecords(text: string, file: string): Table {
  const origin = { file, tool: 'ragas', fix: FIX }
  const records = shapeOf(Records, parsedJson(text, origin), origin)
  const names = new Set(records.flatMap(record => Object.keys(record)))
  return new Map([...names].map(name => [name, records.map(record => cellOf(record[name]))]))
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'number' ? value : fingerprint(JSON.stringify(value))
}

function ofCsv(text: string, file: string): Table {
  const csv = csvTable(file, columns => cellsOf(columns, file))
  csv.push(Buffer.from(text))
  return csv.end()
}

function cellsOf(columns: string[], file: string): TableTaker<Table> {
  const wrong = (problem: string, at?: { line: number }) => {
    throw unusable(file, problem, FIX, at)
  }
  const needed = columns.map((name, index) => ({ name, index, sink: new CellSink() }))
  return {
    needed,
    mostRows: MAX_ROWS,
    wrong,
    wrongCell: (_, row, problem) => wrong(`row ${row} ${problem}`),
    finish: () => new Map(needed.map(({ name, sink }) => [name, sink.cells])),
  }
}

/** Cells of which only numbers are kept, and of texts whether they are the same. */
class CellSink implements Sink {
  readonly cells: Cell[] = []

  get rows(): number {
    return this.cells.length
  }

  addBytes(bytes: Buffer, start: number, end: number): undefined {
    const number = numberFromBytes(bytes, start, end)
    if (Number.isFinite(number)) this.cells.push(number)
    else {
      const text = bytes.toString('utf8', start, end)
      this.cells.push(text === '' || text === 'nan' || text === 'NaN' ? null : fingerprint(text))
    }
  }

  addValue(): string {
    return 'is of a Parquet file'
  }
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
