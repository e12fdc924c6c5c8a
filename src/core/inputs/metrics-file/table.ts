import Papa from 'papaparse'
import { count } from '../../text/numbers.ts'
import type { Position } from '../../text/position.ts'
import { visible } from '../../text/visible-text.ts'
import type { ProblemList } from '../problem-list.ts'
import type { Leaf } from './leaves.ts'
import type { MetricNode } from './tree.ts'

export interface Table {
  header: string[]
  rows: { cells: string[]; position: Position }[]
}

/** CSV or TSV text to its header and rows. Empty lines are not rows; every row has as many cells as the header. */
export function tableOf(text: string, delimiter: ',' | '\t', problems: ProblemList): Table {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, header: false, skipEmptyLines: false })
  for (const error of errors)
    if (error.type === 'Quotes')
      problems.add('a quoted cell is not closed or goes on after its quote', positionOfRow(error.row))
  const [header = [], ...rest] = data
  const names = header.map(name => name.trim())
  for (const name of repeatedIn(names))
    problems.add(`duplicate column \`${visible(name).slice(0, 128)}\``, { line: 1 }, 'Keep one of them.')
  const rows = rest
    .map((cells, index) => ({ cells, position: positionOfRow(index + 1) }))
    .filter(({ cells }) => cells.some(cell => cell.trim() !== ''))
  for (const { cells, position } of rows)
    if (cells.length !== names.length)
      problems.add(`${count(cells.length, 'cell')} where the header has ${names.length}`, position)
  return { header: names, rows }
}

/**
 * The metrics of one row: the last, or the last that `row` (`column=value`) names. A table of the two columns
 * `metric,value` (also `name` or `key`) is read down instead: every row is a metric.
 */
export function tableLeaves(table: Table, row: string | undefined, problems: ProblemList): Leaf[] {
  const { header, rows } = table
  if (row === undefined && isListOfMetrics(header))
    return rows.map(({ cells, position }) => ({
      path: [(cells[0] ?? '').trim()],
      value: cellNode(cells[1] ?? ''),
      position,
    }))
  const chosen = row === undefined ? rows.at(-1) : rowNamed(table, row, problems)
  if (!chosen) {
    if (problems.count === 0) problems.add('there is no row below the header')
    return []
  }
  const rowColumn = row?.slice(0, row.indexOf('='))
  return header
    .map((name, column) => ({
      path: [name],
      value: cellNode(chosen.cells[column] ?? ''),
      position: chosen.position,
    }))
    .filter(({ path }) => path[0] !== rowColumn)
}

// --- internal ---

function repeatedIn(names: string[]): Set<string> {
  const seen = new Set<string>()
  return new Set(names.filter(name => seen.size === seen.add(name).size))
}

function isListOfMetrics(header: string[]): boolean {
  return header.length === 2 && /^(metric|name|key)$/i.test(header[0]!) && /^value$/i.test(header[1]!)
}

function rowNamed(
  { header, rows }: Table,
  row: string,
  problems: ProblemList,
): Table['rows'][number] | undefined {
  const equals = row.indexOf('=')
  const column = header.indexOf(row.slice(0, Math.max(0, equals)).trim())
  if (equals < 0 || column < 0) {
    problems.add(
      `\`row: ${visible(row)}\` is not \`column=value\` of a column there is`,
      { line: 1 },
      `The columns are: ${header.map(visible).join(', ').slice(0, 300)}.`,
    )
    return undefined
  }
  const value = row.slice(equals + 1).trim()
  const found = rows.findLast(({ cells }) => cells[column]?.trim() === value)
  if (!found) problems.add(`none of ${count(rows.length, 'row')} has \`${visible(row)}\``)
  return found
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A cell that is empty says nothing: loggers write one row for training and another for validation. */
function cellNode(cell: string): MetricNode {
  const text = cell.trim()
  if (NUMBER.test(text)) return { kind: 'number', value: Number(text) }
  if (/^[+-]?(?:nan|inf|infinity)$/i.test(text)) return { kind: 'number', value: Number.NaN }
  return text === '' ? { kind: 'nothing' } : { kind: 'string', value: text }
}

/** Exact unless a quoted cell spans lines. */
function positionOfRow(index: number | undefined): Position {
  return { line: (index ?? 0) + 1, column: 1 }
}
