import { maskPersonalData } from '../../secrets/secrets.ts'
import { formatCount } from '../../text/numbers.ts'
import type { CodedColumn, Predictions } from '../evaluation.ts'

/**
 * How many rows stand in another slice in the candidate's file than in the baseline's, by the column; columns that both have and
 * that part the rows alike are left out. How a slice is called does not matter: `1` and `1.0`, or a country and its code, are
 * one slice where they hold the same rows.
 *
 * @param rows the baseline's row for each of the candidate's; none where both are in the same order
 */
export function movedRows(
  candidate: readonly CodedColumn[],
  baseline: readonly CodedColumn[],
  rows: Uint32Array | undefined,
): ReadonlyMap<string, number> | undefined {
  const moved = new Map<string, number>()
  for (const ours of candidate) {
    const theirs = baseline.find(({ name }) => name === ours.name)
    const count = theirs ? countMoved(ours, theirs, rows) : 0
    if (count > 0) moved.set(ours.name, count)
  }
  return moved.size > 0 ? moved : undefined
}

/** Groups are the test set's, as the truth is: each comparison takes as many independent rows as there are of them. */
export function differentGroups(
  { group: ours, rows: count }: Predictions,
  { group: theirs }: Predictions,
  rows: Uint32Array | undefined,
): string | undefined {
  const moved = ours && theirs ? countMoved(ours, theirs, rows) : 0
  if (!ours || moved === 0) return undefined
  return `The groups are not the same: \`${maskPersonalData(ours.name)}\` puts ${formatCount(moved)} of ${formatCount(count)} rows into another group than the baseline's file does.`
}

// --- internal ---

/**
 * How many rows stand in another slice or group of one column. Each has one mate on the other side, pairs that share the most rows
 * first; the rows of all other pairs have moved.
 */
function countMoved(ours: CodedColumn, theirs: CodedColumn, rows: Uint32Array | undefined): number {
  if (areAlike(ours, theirs, rows)) return 0
  const width = theirs.values.length
  const mated = { ours: new Set<number>(), theirs: new Set<number>() }
  let moved = ours.codes.length
  for (const [pair, count] of sharedRows(ours, theirs, rows).sort(([, a], [, b]) => b - a)) {
    const [our, their] = [Math.floor(pair / width), pair % width]
    if (mated.ours.has(our) || mated.theirs.has(their)) continue
    mated.ours.add(our)
    mated.theirs.add(their)
    moved -= count
  }
  return moved
}

/** Beyond as many pairs of slices the counts are kept in a map. */
const MOST_CELLS = 2 ** 22

/** Whether every slice here holds the rows of one slice there, and that one no others. */
function areAlike(ours: CodedColumn, theirs: CodedColumn, rows: Uint32Array | undefined): boolean {
  if (ours.values.length !== theirs.values.length) return false
  const mates = new Int32Array(ours.values.length).fill(-1)
  const taken = new Int32Array(theirs.values.length).fill(-1)
  return ours.codes.every((our, row) => {
    const their = theirs.codes[rows ? rows[row]! : row]!
    if (mates[our] === -1 && taken[their] === -1) {
      mates[our] = their
      taken[their] = our
    }
    return mates[our] === their && taken[their] === our
  })
}

/** How many rows each pair of a slice here and a slice there shares, by `code here × slices there + code there`; only those with any. */
function sharedRows(
  { values, codes }: CodedColumn,
  theirs: CodedColumn,
  rows: Uint32Array | undefined,
): [pair: number, count: number][] {
  const width = theirs.values.length
  const pairAt = (row: number) => codes[row]! * width + theirs.codes[rows ? rows[row]! : row]!
  if (values.length * width <= MOST_CELLS) {
    const counts = new Uint32Array(values.length * width)
    for (let row = 0; row < codes.length; row++) counts[pairAt(row)]!++
    return [...counts.entries()].filter(([, count]) => count > 0)
  }
  const counts = new Map<number, number>()
  for (let row = 0; row < codes.length; row++) counts.set(pairAt(row), (counts.get(pairAt(row)) ?? 0) + 1)
  return [...counts]
}
