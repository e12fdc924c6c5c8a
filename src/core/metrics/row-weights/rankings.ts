import { groupRows, rowsOf } from '../group-rows.ts'
import type { OneSide } from '../side.ts'
import type { MetricByWeights } from './weights.ts'

/** Metrics of the order within a group, such as a query: rows are its documents, the label is how relevant one is. */

/** Of one group, from how relevant its rows are and how they are scored. 0 to 1; 0 where none is relevant. */
export type OfRanking = (grades: Float64Array, scores: Float64Array) => number

/**
 * Discounted cumulative gain over that of the best order (Järvelin & Kekäläinen 2002), as scikit-learn has it: the gain is the
 * grade, and rows that are scored alike have the mean of their gains.
 *
 * @param k ranks that count; default all
 */
export function ndcg(k = Number.POSITIVE_INFINITY): OfRanking {
  return (grades, scores) => {
    const best = gainOf(
      Array.from(grades).sort((a, b) => b - a),
      k,
    )
    if (best === 0) return 0
    const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!)
    const gains = order.map(row => grades[row]!)
    for (let from = 0; from < order.length; ) {
      let to = from
      let sum = 0
      while (to < order.length && scores[order[to]!] === scores[order[from]!]) sum += gains[to++]!
      gains.fill(sum / (to - from), from, to)
      from = to
    }
    return gainOf(gains, k) / best
  }
}

/** 1 over the rank of the first relevant row (a grade above 0); among rows that are scored alike it is the last. */
export function reciprocalRank(grades: Float64Array, scores: Float64Array): number {
  let best = Number.NEGATIVE_INFINITY
  for (const [row, grade] of grades.entries()) if (grade > 0) best = Math.max(best, scores[row]!)
  if (best === Number.NEGATIVE_INFINITY) return 0
  return 1 / scores.reduce((count, score) => count + (score >= best ? 1 : 0), 0)
}

/** The mean over the groups. A group counts as often as its rows do, which are drawn together. */
export function meanOverGroups(of: OfRanking): (side: OneSide) => MetricByWeights {
  return side => {
    const groups = groupValues(side, of)
    return weights => {
      let sum = 0
      let count = 0
      for (const { rows, value } of groups) {
        const weight = weights[rows[0]!]!
        sum += weight * value
        count += weight
      }
      return count > 0 ? sum / count : undefined
    }
  }
}

/** Each group that has rows, with what it comes to. */
export function groupValues(side: OneSide, of: OfRanking): { rows: Uint32Array; value: number }[] {
  const scores = side.score ?? side.prediction
  const groups = groupRows(side.group!)
  return side.group!.values.flatMap((_, index) => {
    const rows = rowsOf(groups, index)
    if (rows.length === 0) return []
    const [grades, scored] = [side.label, scores].map(values => Float64Array.from(rows, row => values[row]!))
    return [{ rows, value: of(grades!, scored!) }]
  })
}

// --- internal ---

function gainOf(gains: readonly number[], k: number): number {
  let sum = 0
  for (let rank = 0; rank < Math.min(gains.length, k); rank++) sum += gains[rank]! / Math.log2(rank + 2)
  return sum
}
