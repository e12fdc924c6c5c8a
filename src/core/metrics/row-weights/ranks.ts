import { sortOrder } from '../../statistics/sort-order.ts'
import type { OneSide } from '../side.ts'
import type { MetricByWeights } from './weights.ts'

/** Metrics of the order of the scores, as functions of how often each row counts. */

/** Share of (positive, negative) pairs in the right order; a tie counts half. */
export function rocAuc(side: OneSide): MetricByWeights {
  const { order, positive, tieEnds } = ranked(side)
  return weights => {
    let area = 0
    let positives = 0
    let negatives = 0
    let tiedPositives = 0
    let tiedNegatives = 0
    for (let k = 0; k < order.length; k++) {
      const weight = weights[order[k]!]!
      const hit = weight * positive[k]!
      tiedPositives += hit
      tiedNegatives += weight - hit
      if (tieEnds[k] === 0) continue
      area += tiedNegatives * (positives + tiedPositives / 2)
      positives += tiedPositives
      negatives += tiedNegatives
      tiedPositives = 0
      tiedNegatives = 0
    }
    return positives > 0 && negatives > 0 ? area / (positives * negatives) : undefined
  }
}

/** Σ (recall step × precision) over the distinct scores, without interpolation. */
export function averagePrecision(side: OneSide): MetricByWeights {
  const { order, positive, tieEnds } = ranked(side)
  return weights => {
    let sum = 0
    let positives = 0
    let rows = 0
    let tiedPositives = 0
    for (let k = 0; k < order.length; k++) {
      const weight = weights[order[k]!]!
      rows += weight
      tiedPositives += weight * positive[k]!
      if (tieEnds[k] === 0 || tiedPositives === 0) continue
      positives += tiedPositives
      sum += (tiedPositives * positives) / rows
      tiedPositives = 0
    }
    return positives > 0 ? sum / positives : undefined
  }
}

// --- internal ---

/** Rows from the highest score to the lowest, whether each is positive, and whether the next score is lower. */
function ranked(side: OneSide): { order: Uint32Array; positive: Uint8Array; tieEnds: Uint8Array } {
  const score = side.score!
  const order = sortOrder(score).toReversed()
  const positive = new Uint8Array(order.length)
  const tieEnds = new Uint8Array(order.length)
  for (let k = 0; k < order.length; k++) {
    positive[k] = side.label[order[k]!]!
    tieEnds[k] = k + 1 === order.length || score[order[k]!] !== score[order[k + 1]!] ? 1 : 0
  }
  return { order, positive, tieEnds }
}
