import { formatCount } from '../../text/numbers.ts'

/** A GFM table whose cells are safe already, and what it can do without. */
export interface Table {
  head: string[]
  /** Indices of the columns of numbers: set to the right. */
  right: number[]
  rows: string[][]
}

/**
 * The table with at most `most` rows in at most `room` characters; a line below it says how many rows are missing.
 * Undefined where not even one row has room.
 */
export function renderTable(
  { head, right, rows }: Table,
  most = rows.length,
  room = Infinity,
): string | undefined {
  const rule = head.map((_, index) => (right.includes(index) ? '--:' : ':--'))
  const lines = [head, rule, ...rows.slice(0, most)].map(cells => `| ${cells.join(' | ')} |`)
  const whole = lines.length === rows.length + 2
  if (whole && lengthOf(lines) <= room) return lines.join('\n')
  const kept: string[] = []
  let left = room - moreRows(rows.length).length - 2
  for (const line of lines) {
    left -= line.length + 1
    if (left < 0) break
    kept.push(line)
  }
  const missing = rows.length - (kept.length - 2)
  return kept.length < 3 ? undefined : `${kept.join('\n')}\n\n${moreRows(missing)}`
}

// --- internal ---

function moreRows(count: number): string {
  return `… ${formatCount(count)} more ${count === 1 ? 'row' : 'rows'}`
}

function lengthOf(lines: string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, -1)
}
