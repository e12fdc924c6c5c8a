import { asProbability } from '../../inputs/predictions/labels/probabilities.ts'
import { CALIBRATION_BINS, calibrationBin } from '../calibration-bins.ts'
import { groupValues, type OfRanking } from '../row-weights/rankings.ts'
import type { RowValues } from '../row-weights/row-values.ts'
import { type Share, type ShareOf, type Tallies, talliesOf } from '../row-weights/tallies.ts'
import type { OneSide } from '../side.ts'

/**
 * How much each row moves a metric (`Metric.influence`). The root of the sum of squares is the infinitesimal
 * jackknife's standard error, the limit of the bootstrap's for many resamples and rows
 * (Efron, "Nonparametric estimates of standard error", Biometrika 1981). Costs one sort instead of thousands of passes.
 */

/** Rows that come in clusters: the number of each row's cluster, 0 to `count` − 1. */
export interface Clusters {
  codes: Uint32Array
  count: number
}

/**
 * Standard error of the sum of influences: the root of the sum of squares, over rows or, where rows come in clusters,
 * over the sums of each cluster (with the usual factor g / (g − 1)). `influence` may be a difference of two.
 */
export function standardErrorOf(influence: Float64Array, clusters?: Clusters): number {
  let sums = influence
  if (clusters) {
    sums = new Float64Array(clusters.count)
    for (let i = 0; i < influence.length; i++) sums[clusters.codes[i]!]! += influence[i]!
  }
  let squares = 0
  for (let i = 0; i < sums.length; i++) squares += sums[i]! * sums[i]!
  return Math.sqrt((squares * sums.length) / Math.max(1, sums.length - 1))
}

export function meanInfluence(rowValues: RowValues): (side: OneSide, value: number) => Float64Array {
  return (side, mean) => {
    const values = rowValues(side)
    for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) / values.length
    return values
  }
}

/** A group moves the mean over groups by its distance from it; its first row stands for it. */
export function groupInfluence(of: OfRanking): (side: OneSide, mean: number) => Float64Array {
  return (side, mean) => {
    const influence = new Float64Array(side.rows)
    const groups = groupValues(side, of)
    for (const { rows, value } of groups) influence[rows[0]!] = (value - mean) / groups.length
    return influence
  }
}

export function shareInfluence(share: Share, of: ShareOf): (side: OneSide) => Float64Array {
  return side => ofShares(share, of === 'classes', side)
}

/** Per bin the sign of its gap says which way a row's own gap moves the sum of absolute gaps. */
export function calibrationErrorInfluence(side: OneSide, value: number): Float64Array {
  const { rows, label } = side
  const score = side.score!
  const gaps = new Float64Array(CALIBRATION_BINS)
  for (let i = 0; i < rows; i++) {
    const probability = asProbability(score[i]!)
    gaps[calibrationBin(probability)]! += label[i]! - probability
  }
  const signs = gaps.map(Math.sign)
  const influence = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const probability = asProbability(score[i]!)
    influence[i] = (signs[calibrationBin(probability)]! * (label[i]! - probability) - value) / rows
  }
  return influence
}

export function rootMeanSquareInfluence(side: OneSide, value: number): Float64Array {
  if (value === 0) return new Float64Array(side.rows)
  return side.label.map(
    (label, i) => ((label - side.prediction[i]!) ** 2 - value ** 2) / (2 * value * side.rows),
  )
}

export function determinationInfluence(side: OneSide, value: number): Float64Array {
  const mean = side.label.reduce((sum, label) => sum + label, 0) / side.rows
  const spread = side.label.reduce((sum, label) => sum + (label - mean) ** 2, 0)
  return side.label.map(
    (label, i) => -((label - side.prediction[i]!) ** 2 - (1 - value) * (label - mean) ** 2) / spread,
  )
}

// --- internal ---

/** Of a ratio Σ parts / Σ whole a row moves (part − ratio × whole) / Σ whole; of a mean over classes the mean of those. */
function ofShares(share: Share, isMacro: boolean, side: OneSide): Float64Array {
  const tallies = talliesOf(side)
  const shares = classShares(share, tallies)
  const occurring = tallies.labelled.filter(labelled => labelled > 0).length
  const influence = new Float64Array(side.rows)
  for (let i = 0; i < influence.length; i++) {
    const label = side.label[i]!
    const prediction = side.prediction[i]!
    for (const index of label === prediction ? [label] : [label, prediction]) {
      if (!isMacro && index !== 1) continue
      const whole = share.whole(index === label ? 1 : 0, index === prediction ? 1 : 0)
      const parts = label === prediction ? share.hitCounts : 0
      if (shares.wholes[index]! > 0)
        influence[i]! += (parts - shares.ratios[index]! * whole) / shares.wholes[index]!
    }
    if (isMacro) influence[i]! /= occurring
  }
  return influence
}

function classShares({ hitCounts, whole }: Share, { labelled, predicted, hits }: Tallies) {
  const wholes = labelled.map((count, i) => whole(count, predicted[i]!))
  const ratios = wholes.map((all, i) => (all > 0 ? (hitCounts * hits[i]!) / all : 0))
  return { wholes, ratios }
}
