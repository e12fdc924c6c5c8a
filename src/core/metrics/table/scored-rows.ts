import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { type NoValue, type OneSide, takeRows, takeRowsOfSide } from '../side.ts'

/** Of a metric that only some rows have, as an assertion that only some tests make: those rows. */

/** The side where every row has the metric: itself, or a copy of the rows that do. */
export function scoredSide<Side extends OneSide>(name: string, side: Side): Side | OneSide {
  const rows = scoredRows(name, side)
  return rows ? takeRowsOfSide(side, rows, { score: false, column: name }) : side
}

/**
 * The pair where every row has the metric: itself, or a copy of the rows that do. It must be the same rows on both sides: who leaves
 * out what went wrong is better on the rest.
 */
export function scoredPair(name: string, pair: PairedPredictions): PairedPredictions | NoValue {
  const ours = scoredRows(name, pair.candidate)
  const theirs = scoredRows(name, pair.baseline)
  if (!ours && !theirs) return pair
  const isSame = ours?.length === theirs?.length && ours?.every((row, at) => row === theirs![at])
  return isSame
    ? takeRows(pair, ours!, { score: false, column: name })
    : { undefinedBecause: `candidate and baseline have no score of ${name} for the same rows` }
}

// --- internal ---

/** Undefined where all rows have it. */
function scoredRows(name: string, { values = [] }: Pick<OneSide, 'values'>): Uint32Array | undefined {
  const column = values.find(one => one.name === name)
  if (column?.without === undefined) return undefined
  const rows = new Uint32Array(column.values.length - column.without)
  let at = 0
  for (const [row, value] of column.values.entries()) if (!Number.isNaN(value)) rows[at++] = row
  return rows
}
