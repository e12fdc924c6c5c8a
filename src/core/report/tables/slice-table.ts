import { formatCount, formatNumber } from '../../text/numbers.ts'
import type { SliceRow } from '../../verdict/result.ts'
import { inline } from '../words/escape.ts'
import { OUTCOME_SIGNS, outcomeWords, ROWS_TO_SHOW } from '../words/words.ts'
import { changeCell } from './metric-table.ts'
import type { Table } from './table.ts'

/** Slices: name and rows, values, change with its interval, outcome. Of slices below ten rows no number is shown. */
export function sliceTable(rows: SliceRow[]): Table {
  const several = new Set(rows.map(row => row.metric)).size > 1
  const compared = rows.some(row => row.baseline !== undefined)
  return {
    head: [
      'Slice (rows)',
      compared ? 'Before → candidate' : 'Candidate',
      'Change (95 % interval)',
      'Outcome',
    ],
    right: [1, 2],
    rows: rows.map(row => {
      const hidden = row.rows < ROWS_TO_SHOW
      const number = (value: number | undefined) =>
        hidden || value === undefined ? '–' : formatNumber(value, row.difference)
      return [
        `${hidden ? '' : `${OUTCOME_SIGNS[row.outcome]} `}${several ? `${inline(row.metric, 40)}, ` : ''}${sliceName(row)} (${hidden ? `&lt; ${ROWS_TO_SHOW}` : formatCount(row.rows)})`,
        compared && !hidden ? `${number(row.baseline)} → ${number(row.candidate)}` : number(row.candidate),
        hidden ? '' : changeCell(row.difference),
        outcomeWords(row),
      ]
    }),
  }
}

/** `origin = ATL`. */
export function sliceName(row: SliceRow): string {
  return `${inline(row.column, 40)} = ${inline(row.value, 40)}`
}
