import Papa from 'papaparse'
import { count } from '../../text/numbers.ts'
import type { Position } from '../../text/position.ts'
import { visible } from '../../text/visible-text.ts'
import type { ProblemList } from '../problem-list.ts'
import { type Leaf, MOST_LEAVES, TOO_MANY } from './leaves.ts'
import { isStep } from './lists.ts'
import type { MetricNode } from './tree.ts'

/** What may part the cells of a row. */
export const DELIMITERS = [',', ';', '\t'] as const
export type Delimiter = (typeof DELIMITERS)[number]

export interface Table {
  header: string[]
  rows: TableRow[]
}

interface TableRow {
  cells: string[]
  position: Position
}

/**
 * CSV or TSV text to its header and rows. Empty lines are not rows, nor is the header where it stands once more; every row has as
 * many cells as the header.
 */
export function tableOf(text: string, delimiter: Delimiter, problems: ProblemList): Table {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, header: false, skipEmptyLines: false })
  for (const error of errors)
    if (error.type === 'Quotes')
      problems.add('a quoted cell is not closed or goes on after its quote', positionOfRow(error.row))
  const [header = [], ...rest] = data
  const names = header.map(name => name.trim())
  const rows = rest
    .map((cells, index) => ({ cells: withoutBlank(cells, names.length), position: positionOfRow(index + 1) }))
    .filter(({ cells }) => cells.some(cell => cell.trim() !== '') && !isHeader(cells, names))
  for (const { cells, position } of rows)
    if (cells.length !== names.length)
      problems.add(`${count(cells.length, 'cell')} where the header has ${names.length}`, position)
  return { header: names, rows }
}

/**
 * The metrics of a table: of every column the last cell that is not empty, for loggers write training and validation in rows of
 * their own. `row` picks rows: `column=value`, or the one with the `highest` or `lowest` value of a column. A table of the two
 * columns `metric,value` (also `name` or `key`) is read down, what trec_eval prints is those of its lines that are of `all` queries, and one whose first column tells its rows apart by texts (classes,
 * models; no steps and no times) has a metric in every cell: none of the rows is the last.
 */
export function tableLeaves(table: Table, row: string | undefined, problems: ProblemList): Leaf[] {
  const { header, rows } = table
  const ofTrec = row === undefined ? trecLines(table) : []
  if (ofTrec.length > 0) return ofTrec.map(cells => leafAt([], cells, 2, 0))
  const isDown = row === undefined && isListOfMetrics(header)
  const isNamed = row === undefined && isOfNamedRows(table)
  if (header.length * (isDown || isNamed ? rows.length : 1) > MOST_LEAVES) {
    problems.add(TOO_MANY)
    return []
  }
  if (isDown) return rows.map(cells => leafAt([], cells, 1, 0))
  if (isNamed)
    return rows.flatMap(cells => header.slice(1).map((name, at) => leafAt([], cells, at + 1, 0, name)))
  const chosen = row === undefined ? { rows, column: undefined } : rowsNamed(table, row, problems)
  if (chosen.rows.length === 0) {
    if (problems.count === 0) problems.add('there is no row below the header')
    return []
  }
  return header.flatMap((name, column) => {
    if (column === chosen.column || name === '') return []
    const last = chosen.rows.findLast(({ cells }) => cells[column]?.trim()) ?? chosen.rows.at(-1)!
    return [leafAt([name], last, column)]
  })
}

/** Whether it has several rows, and nothing says that the last of them counts: no column is a step or a time, and no text names each. */
export function hasOtherRows(table: Table): boolean {
  const { header, rows } = table
  const isRead = isListOfMetrics(header) || isOfNamedRows(table) || trecLines(table).length > 0
  return rows.length > 1 && !isRead && !header.some(name => isStep(name) || TIME.test(name))
}

// --- internal ---

/** The leaf of one cell, below the name that another cell of the row gives and then `names`. */
function leafAt(path: string[], row: TableRow, column: number, naming?: number, ...names: string[]): Leaf {
  const own = naming === undefined ? [] : [(row.cells[naming] ?? '').trim()]
  return {
    path: [...path, ...own, ...names],
    value: cellNode(row.cells[column] ?? ''),
    position: row.position,
  }
}

/** The cells of a row without those beyond the header, where nothing stands in them. */
function withoutBlank(cells: string[], width: number): string[] {
  return cells.slice(width).every(cell => cell.trim() === '') ? cells.slice(0, width) : cells
}

function isHeader(cells: string[], header: string[]): boolean {
  return cells.length === header.length && cells.every((cell, at) => cell.trim() === header[at])
}

/** `map  all  0.31`: a measure, the query or `all`, the value, and no header. Each measure of all queries stands there once. */
function trecLines({ header, rows }: Table): TableRow[] {
  const lines = [{ cells: header, position: positionOfRow(0) }, ...rows]
  if (!lines.every(({ cells }) => isTrecLine(cells))) return []
  const ofAll = lines.filter(({ cells }) => cells[1]!.trim() === 'all')
  const measures = new Set(ofAll.map(({ cells }) => cells[0]!.trim()))
  return measures.size === ofAll.length ? ofAll : []
}

/** A header is none, for a name stands above its numbers; only the run itself has a text for a value. */
function isTrecLine(cells: string[]): boolean {
  const [measure = '', query = '', value = ''] = cells.map(cell => cell.trim())
  const isValue = cellNode(value).kind === 'number' || measure === 'runid' || measure === 'relstring'
  return cells.length === 3 && /^[a-z]/i.test(measure) && query !== '' && isValue
}

/** `,0` is what pandas writes above a series. */
function isListOfMetrics(header: string[]): boolean {
  return header.length === 2 && /^(?:(?:metric|name|key),value|,(?:0|value))$/i.test(header.join(','))
}

/** Such as a classification report that pandas wrote, whose classes may be numbers. */
function isOfNamedRows({ header, rows }: Table): boolean {
  const names = rows.map(({ cells }) => cells[0]!.trim())
  const isName = (name: string) => cellNode(name).kind === 'string' && !/\d[-:/.]\d/.test(name)
  const isReport = header[0] === '' && names.some(isName)
  const areNames = isReport
    ? names.every(name => isName(name) || /^-?\d+(?:\.0)?$/.test(name))
    : names.every(isName)
  const areNamed = areNames && new Set(names).size === names.length
  return (rows.length > 1 || header[0] === '') && areNamed && !header.some(isStep)
}

function rowsNamed(
  table: Table,
  row: string,
  problems: ProblemList,
): { rows: TableRow[]; column: number | undefined } {
  const { header, rows } = table
  const [, extreme, ofColumn] = /^(highest|lowest) (.+)$/.exec(row) ?? []
  const best = header.indexOf(ofColumn?.trim() ?? '\0')
  if (extreme !== undefined && best >= 0)
    return { rows: extremeRow(rows, best, extreme === 'highest', row, problems), column: undefined }
  const equals = row.indexOf('=')
  const column = header.indexOf(row.slice(0, Math.max(0, equals)).trim())
  if (equals < 0 || column < 0) {
    problems.add(
      `\`row: ${visible(row)}\` is not \`column=value\` of a column there is`,
      { line: 1 },
      `The columns are: ${header.map(visible).join(', ').slice(0, 300)}.`,
    )
    return { rows: [], column: undefined }
  }
  const value = row.slice(equals + 1).trim()
  const found = rows.filter(({ cells }) => cells[column]?.trim() === value)
  if (found.length === 0) problems.add(`none of ${count(rows.length, 'row')} has \`${visible(row)}\``)
  return { rows: found, column }
}

/** The first row with the value, as callbacks keep the first of equals. */
function extremeRow(
  rows: TableRow[],
  column: number,
  isHighest: boolean,
  row: string,
  problems: ProblemList,
): TableRow[] {
  let best: { row: TableRow; value: number } | undefined
  for (const one of rows) {
    const node = cellNode(one.cells[column] ?? '')
    if (node.kind !== 'number' || !Number.isFinite(node.value)) continue
    if (!best || (isHighest ? node.value > best.value : node.value < best.value))
      best = { row: one, value: node.value }
  }
  if (!best) problems.add(`\`row: ${visible(row)}\`: none of ${count(rows.length, 'row')} has a number there`)
  return best ? [best.row] : []
}

/** Words for what grows from row to row, also `time/iterations` and `Wall time`. */
const TIME = /(^|[\s/])(steps?|epochs?|iter|iterations?|rounds?|batch|date|time|timestamp)$/i

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** What a cell says; `NA` and its like are what programs write of a value that they do not have. */
function cellNode(cell: string): MetricNode {
  const text = cell.trim()
  if (NUMBER.test(text)) return { kind: 'number', value: Number(text) }
  if (/^[+-]?nan$/i.test(text)) return { kind: 'number', value: Number.NaN }
  if (/^[+-]?inf(inity)?$/i.test(text)) return { kind: 'number', value: text[0] === '-' ? -1 / 0 : 1 / 0 }
  if (text === '') return { kind: 'nothing' }
  return /^(na|n\/a|null|none)$/i.test(text) ? { kind: 'null' } : { kind: 'string', value: text }
}

/** Exact unless a quoted cell spans lines. */
function positionOfRow(index: number | undefined): Position {
  return { line: (index ?? 0) + 1, column: 1 }
}
