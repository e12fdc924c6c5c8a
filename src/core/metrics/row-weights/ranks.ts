import { rankingOf } from '../../statistics/ranking.ts'
import type { OneSide } from '../side.ts'
import type { MetricByWeights } from './weights.ts'

/** Metrics of the order of the scores, as functions of how often each row counts. */

/** Share of (positive, negative) pairs in the right order; a tie counts half. */
export function rocAuc(side: OneSide): MetricByWeights {
  const { order, positive, isTieEnd } = rankingOf(side.score!, side.label)
  return weights => {
    let area = 0
    let positives = 0
    let negatives = 0
    let tiedPositives = 0
    let tiedNegatives = 0
    // From the highest score to the lowest.
    for (let rank = order.length - 1; rank >= 0; rank--) {
      const weight = weights[order[rank]!]!
      const hit = weight * positive[rank]!
      tiedPositives += hit
      tiedNegatives += weight - hit
      if (rank > 0 && isTieEnd[rank - 1] === 0) continue
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
  const { order, positive, isTieEnd } = rankingOf(side.score!, side.label)
  return weights => {
    let sum = 0
    let positives = 0
    let rows = 0
    let tiedPositives = 0
    for (let rank = order.length - 1; rank >= 0; rank--) {
      const weight = weights[order[rank]!]!
      rows += weight
      tiedPositives += weight * positive[rank]!
      if (tiedPositives === 0 || (rank > 0 && isTieEnd[rank - 1] === 0)) continue
      positives += tiedPositives
      sum += (tiedPositives * positives) / rows
      tiedPositives = 0
    }
    return positives > 0 ? sum / positives : undefined
  }
}
