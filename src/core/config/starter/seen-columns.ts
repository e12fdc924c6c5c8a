import { canonicalLabel } from '../../inputs/predictions/cells/cell.ts'
import type { Table } from './repository.ts'

/** Columns of a table by their names and the cells below them, and what two of them say of each other. */

export interface Seen {
  column: string
  /** In lower case, words joined by `_`. */
  name: string
  /** As labels, in the order of the rows; empty where nothing stands. */
  cells: string[]
  /** The different values, as labels. */
  values: string[]
  isNumeric: boolean
  isDecimal: boolean
  /** All within 0 to 1. */
  isShare: boolean
  isDistinct: boolean
}

export function seenIn(table: Table): Seen[] {
  return table.columns.map((column, at) => ({ column, name: tidyName(column), ...cellsOf(table, at) }))
}

/**
 * How well a number tells two classes apart: of a row of each, how likely the number is higher in the one of the class that tends
 * to have the higher (the area under the ROC curve, the better way round). 0.5 says nothing. Undefined where there are not two.
 */
export function separationOf(number: Seen, classes: Seen): number | undefined {
  if (!number.isNumeric || classes.values.length !== 2) return undefined
  const rows = number.cells.flatMap((cell, row) =>
    cell === '' || classes.cells[row] === ''
      ? []
      : [{ value: Number(cell), isFirst: classes.cells[row] === classes.values[0] }],
  )
  const below = new Map<number, number>()
  let others = 0
  for (const [value, tied] of Map.groupBy(
    rows.toSorted((a, b) => a.value - b.value),
    ({ value }) => value,
  )) {
    const own = tied.filter(({ isFirst }) => !isFirst).length
    below.set(value, others + own / 2)
    others += own
  }
  const firsts = rows.filter(({ isFirst }) => isFirst)
  if (others === 0 || firsts.length === 0) return undefined
  const wins = firsts.reduce((sum, { value }) => sum + below.get(value)!, 0)
  const area = wins / (firsts.length * others)
  return Math.max(area, 1 - area)
}

/** Pearson's correlation over the rows that have both; 0 where one of them does not vary. */
export function correlationOf(a: Seen, b: Seen): number {
  const pairs = a.cells.flatMap((cell, row) =>
    cell === '' || b.cells[row] === '' ? [] : [[Number(cell), Number(b.cells[row])] as const],
  )
  const mean = (at: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length
  const [x, y] = [mean(0), mean(1)]
  const sum = (of: (pair: readonly [number, number]) => number) =>
    pairs.reduce((total, pair) => total + of(pair), 0)
  const spread = Math.sqrt(sum(([one]) => (one - x) ** 2) * sum(([, one]) => (one - y) ** 2))
  return spread > 0 ? sum(([one, other]) => (one - x) * (other - y)) / spread : 0
}

/** Whether two columns of numbers are on one scale: more than half of the narrower range lies within the other. */
export function areOfOneScale(a: Seen, b: Seen): boolean {
  const [of, other] = [rangeOf(a), rangeOf(b)]
  const shared = Math.min(of.most, other.most) - Math.max(of.least, other.least)
  return shared >= 0 && shared * 2 >= Math.min(of.most - of.least, other.most - other.least)
}

// --- internal ---

function rangeOf({ values }: Seen): { least: number; most: number } {
  const numbers = values.map(Number)
  return { least: Math.min(...numbers), most: Math.max(...numbers) }
}

/** In lower case, its words joined by `_`. */
function tidyName(column: string): string {
  return column
    .replace(/^\ufeff/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
}

function cellsOf({ rows }: Table, at: number): Omit<Seen, 'column' | 'name'> {
  const texts = rows.map(row => row[at] ?? '')
  const cells = texts.map(canonicalLabel)
  const filled = cells.filter(cell => cell !== '')
  const numbers = filled.map(Number)
  const isNumeric = filled.length > 0 && numbers.every(Number.isFinite)
  return {
    cells,
    values: [...new Set(filled)],
    isNumeric,
    isDecimal: isNumeric && numbers.some(number => !Number.isInteger(number)),
    isShare: isNumeric && numbers.every(number => number >= 0 && number <= 1),
    isDistinct: filled.length === cells.length && new Set(texts).size === cells.length,
  }
}
