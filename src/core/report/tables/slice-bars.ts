import { formatSigned } from '../../text/numbers.ts'
import type { SliceRow } from '../../verdict/result.ts'
import { fencedLines, plain } from '../words/escape.ts'
import { ROWS_TO_SHOW } from '../words/words.ts'

const MOST_BARS = 20
const HALF = 8

/** The change of each slice as a bar left or right of a line, in a fence so that columns keep; empty for fewer than two. */
export function changeBars(rows: SliceRow[]): string {
  const bars = barsOf(rows)
  return bars.length < 2 ? '' : fencedLines(bars.join('\n'))
}

/** The bars as lines of plain text. */
export function barsOf(rows: SliceRow[]): string[] {
  const shown = rows.filter(row => row.difference && row.rows >= ROWS_TO_SHOW).slice(0, MOST_BARS)
  const largest = Math.max(...shown.map(row => Math.abs(row.difference!.value)))
  const changes = shown.map(row => formatSigned(row.difference!.value, row.difference))
  const width = Math.max(0, ...changes.map(change => change.length))
  return shown.map((row, index) => {
    const { value } = row.difference!
    const length = largest > 0 ? Math.round((HALF * Math.abs(value)) / largest) : 0
    const bar = '█'.repeat(length)
    const [left, right] = value < 0 ? [bar, ''] : ['', bar]
    const name = plain(`${row.column} = ${row.value}`, 30)
    return `${left.padStart(HALF)}│${right.padEnd(HALF)} ${changes[index]!.padStart(width)}  ${name}`
  })
}
