import { sortOrder } from './sort-order.ts'

/** Rows of two classes in the order of a score. */
export interface Ranking {
  /** Row numbers from the lowest score to the highest. */
  order: Readonly<Uint32Array>
  /** By rank: 1 where the row is of the class 1. */
  positive: Uint8Array
  /** By rank: 1 where the next score is higher, and at the last row. */
  isTieEnd: Uint8Array
}

/**
 * The ranking of a score with labels of 0 and 1, both as long. Kept, as the order is: what is made of it goes through it in order,
 * and needs not go to and fro between rows for every question anew.
 */
export function rankingOf(score: Float64Array, label: Float64Array): Ranking {
  const known = RANKINGS.get(score)
  if (known?.label === label) return known.ranking
  const order = sortOrder(score)
  const positive = new Uint8Array(order.length)
  const isTieEnd = new Uint8Array(order.length)
  let last = Number.NaN
  for (let rank = 0; rank < order.length; rank++) {
    const row = order[rank]!
    positive[rank] = label[row]!
    const own = score[row]!
    if (rank > 0 && own !== last) isTieEnd[rank - 1] = 1
    last = own
  }
  if (order.length > 0) isTieEnd[order.length - 1] = 1
  const ranking = { order, positive, isTieEnd }
  RANKINGS.set(score, { label, ranking })
  return ranking
}

// --- internal ---

/** The last of each score, gone with it. */
const RANKINGS = new WeakMap<Float64Array, { label: Float64Array; ranking: Ranking }>()
