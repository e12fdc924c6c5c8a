import type { CodedColumn } from '../inputs/evaluation.ts'

/** The rows of every value of a column: those of value `v` are `rows[starts[v]]` up to `rows[starts[v + 1]]`, ascending. */
export interface RowGroups {
  rows: Uint32Array
  starts: Uint32Array
}

/** How many rows have each value of a column. */
export function rowsByValue({ codes, values }: CodedColumn): Uint32Array {
  const counts = new Uint32Array(values.length)
  for (let i = 0; i < codes.length; i++) counts[codes[i]!]!++
  return counts
}

/** Groups rows by value in two passes over the codes (a counting sort). */
export function groupRows(column: CodedColumn): RowGroups {
  const { codes, values } = column
  const starts = new Uint32Array(values.length + 1)
  starts.set(rowsByValue(column), 1)
  for (let value = 0; value < values.length; value++) starts[value + 1]! += starts[value]!
  const next = starts.slice()
  const rows = new Uint32Array(codes.length)
  for (let i = 0; i < codes.length; i++) {
    const value = codes[i]!
    rows[next[value]!] = i
    next[value]!++
  }
  return { rows, starts }
}

/** The rows of one value: a view, not a copy. */
export function rowsOf(groups: RowGroups, value: number): Uint32Array {
  return groups.rows.subarray(groups.starts[value]!, groups.starts[value + 1]!)
}
