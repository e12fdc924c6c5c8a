import type { CodedColumn } from '../evaluation.ts'

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
    const count = theirs ? movedIn(ours, theirs, rows) : 0
    if (count > 0) moved.set(ours.name, count)
  }
  return moved.size > 0 ? moved : undefined
}

// --- internal ---

/** Beyond as many pairs of slices the counts are kept in a map. */
const MOST_CELLS = 2 ** 22

/** Each slice has one mate on the other side, pairs that share the most rows first; the rows of all other pairs have moved. */
function movedIn(ours: CodedColumn, theirs: CodedColumn, rows: Uint32Array | undefined): number {
  if (!rows && ours.codes.every((code, row) => code === theirs.codes[row])) return 0
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
