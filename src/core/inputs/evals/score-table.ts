import { metricNameOf } from '../../text/names.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { numberFromBytes } from '../predictions/cells/cell.ts'
import { markOf } from '../predictions/cells/marks.ts'
import type { Sink } from '../predictions/cells/sinks.ts'
import { MAX_ROWS, type TableTaker, unusable } from '../predictions/columns.ts'
import { csvTable } from '../predictions/csv.ts'
import { jsonLines, type Origin, parsedJson } from './json.ts'

/**
 * Tables with a row a case, as teams write them out of pandas: CSV, JSON of `to_json` in its orients `records` (also as lines),
 * `columns` and `split`.
 */

/** A number, a text, or null for an empty cell. Of what is nested a text. */
type Cell = number | string | null

/** The columns by name. All have as many cells as there are rows. */
export type ScoreTable = ReadonlyMap<string, readonly Cell[]>

/** A table, and how the place of a row in the file is told. */
export interface ReadTable {
  columns: ScoreTable
  rows: number
  placeOf: (row: number) => string
}

export function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text)
}

/** @throws AssayError PREDICTIONS_INVALID */
export function scoreTable(text: string, origin: Origin): ReadTable {
  if (!isJson(text)) return read(ofCsv(text, origin), row => `row ${row + 1}`)
  const lines = jsonLines(text, origin)
  if (lines) {
    const records = lines.map(({ value }) => value)
    return read(ofRecords(records, origin), row => `line ${lines[row]!.line}`)
  }
  return read(ofRecords(parsedJson(text, origin), origin), row => `[${row}]`)
}

/**
 * The columns of scores: numbers, or what the tools themselves write of true and false, and some of them. Other words of right and
 * wrong are data as often (`answerable: yes`), so a column of those is one only where the team names it, and comes after the others.
 *
 * @param named metrics that the team names, as they are called in results
 */
export function scoredColumns(
  columns: ScoreTable,
  named: ReadonlySet<string>,
): (readonly [string, readonly Cell[]])[] {
  const all = [...columns].filter(([, cells]) => cells.some(cell => cell !== null))
  const told = all.filter(([, cells]) => cells.every(isScore))
  const asked = all.filter(([name, cells]) => named.has(metricNameOf(name)) && cells.every(isMark))
  return [...told, ...asked.filter(one => !told.includes(one))]
}

/** Of a column that is one of scores: what is no score is NaN. */
export function scoreOf(cell: Cell | undefined): number {
  if (typeof cell === 'number') return cell
  return typeof cell === 'string' ? (markOf(cell) ?? Number.NaN) : Number.NaN
}

// --- internal ---

/** As pandas and Python write what is not there. */
const NONE = new Set(['', 'nan', 'none', 'null', '<na>'])

/** As pandas writes what is true or false, and what discrete metrics say. */
const MARKS = new Set(['true', 'false', 'pass', 'fail'])

function isScore(cell: Cell): boolean {
  return typeof cell === 'string' ? MARKS.has(cell.toLowerCase()) : true
}

function isMark(cell: Cell): boolean {
  return typeof cell === 'string' ? markOf(cell) !== undefined : true
}

function read(columns: Map<string, Cell[]>, placeOf: (row: number) => string): ReadTable {
  const [first = []] = columns.values()
  return { columns, rows: first.length, placeOf }
}

type Fields = Record<string, unknown>

function ofRecords(value: unknown, origin: Origin): Map<string, Cell[]> {
  if (isFields(value) && Array.isArray(value.columns)) namesAreApart(value.columns.map(String), origin)
  const records = recordsIn(value)
  if (!records) throw unusable(origin.file, `it is no result of ${origin.tool}`, origin.fix)
  const names = new Set(records.flatMap(record => Object.keys(record)))
  return new Map([...names].map(name => [name, records.map(record => cellOf(ownOf(record, name)))]))
}

function recordsIn(value: unknown): Fields[] | undefined {
  if (Array.isArray(value)) return value.every(isFields) ? value : undefined
  if (!isFields(value)) return undefined
  const { columns, data } = value
  if (Array.isArray(columns) && Array.isArray(data))
    return data.map(row => Object.fromEntries(columns.map((name, at) => [String(name), row?.[at]])))
  // Column by column, each by the index of the rows.
  const [first] = Object.values(value)
  if (!isFields(first) || !Object.values(value).every(isFields)) return undefined
  return Object.keys(first).map(index =>
    Object.fromEntries(Object.entries(value).map(([name, cells]) => [name, ownOf(cells as Fields, index)])),
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function ownOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return JSON.stringify(value)
  return NONE.has(value.toLowerCase()) ? null : value
}

function ofCsv(text: string, origin: Origin): Map<string, Cell[]> {
  const csv = csvTable(origin.file, columns => cellsOf(columns, origin))
  csv.push(Buffer.from(text))
  return csv.end()
}

function cellsOf(columns: string[], { file, fix }: Origin): TableTaker<Map<string, Cell[]>> {
  const wrong = (problem: string, at?: { line: number }) => {
    throw unusable(file, problem, fix, at)
  }
  namesAreApart(columns, { file }, { line: 1 })
  const needed = columns.map((name, index) => ({ name, index, sink: new CellSink() }))
  return {
    needed,
    mostRows: MAX_ROWS,
    wrong,
    wrongCell: (_, row, problem) => wrong(`row ${row} ${problem}`),
    finish: () => new Map(needed.map(({ name, sink }) => [name, sink.cells])),
  }
}

/** Which of two columns of one name a gate means, nobody can say. Those without a name are of an index. */
function namesAreApart(columns: readonly string[], { file }: { file: string }, at?: { line: number }): void {
  const doubled = columns.find((name, index) => name !== '' && columns.indexOf(name) < index)
  if (doubled === undefined) return
  const shown = shortened(visible(doubled), 100)
  throw unusable(file, `there are two columns \`${shown}\``, 'Give one of them another name.', at)
}

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
      this.cells.push(NONE.has(text.trim().toLowerCase()) ? null : text)
    }
  }

  addValue(): string {
    return 'is of a Parquet file'
  }
}
