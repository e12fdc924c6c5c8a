import { sortOrder, tieEndsOf } from './sort-order.ts'

/** Rows of two classes in the order of a score. */
export interface Ranking {
  /** Row numbers from the lowest score to the highest. */
  order: Readonly<Uint32Array>
  /** By rank: 1 where the row is of the class 1. */
  positive: Uint8Array
  /** By rank: 1 where the next score is higher, and at the last row. */
  isTieEnd: Readonly<Uint8Array>
}

/**
 * The ranking of a score with labels of 0 and 1, both as long. Kept, as the order is: what is made of it goes through it in order,
 * and needs not go to and fro between rows for every question anew.
 */
export function rankingOf(score: Float64Array, label: Float64Array): Ranking {
  const known = RANKINGS.get(score)
  if (known?.label === label) return known.ranking
  const order = sortOrder(score)
  // In a byte each the labels of a million rows are near at hand, whichever comes next.
  const labels = new Uint8Array(label)
  const positive = new Uint8Array(order.length)
  for (let rank = 0; rank < order.length; rank++) positive[rank] = labels[order[rank]!]!
  const ranking = { order, positive, isTieEnd: tieEndsOf(score) }
  RANKINGS.set(score, { label, ranking })
  return ranking
}

// --- internal ---

/** The last of each score, gone with it. */
const RANKINGS = new WeakMap<Float64Array, { label: Float64Array; ranking: Ranking }>()
