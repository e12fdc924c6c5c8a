import { asProbability } from '../../inputs/predictions/labels/probabilities.ts'
import { CALIBRATION_BINS, calibrationBin } from '../calibration-bins.ts'
import type { OneSide } from '../side.ts'
import type { RowValues } from './row-values.ts'
import type { MetricByWeights } from './weights.ts'

/** Metrics of sums over the rows, as functions of how often each row counts. */

/** The plain mean of one number a row. */
export function meanOf(rowValues: RowValues): (side: OneSide) => MetricByWeights {
  return side => meanOfValues(rowValues(side))
}

/** Σ over bins of |Σ (label − score)|, over the rows: the mean gap between what was said and what happened. */
export function calibrationError(side: OneSide): MetricByWeights {
  const score = side.score!
  const bins = new Uint8Array(side.rows)
  const gaps = new Float64Array(side.rows)
  for (let i = 0; i < side.rows; i++) {
    const probability = asProbability(score[i]!)
    bins[i] = calibrationBin(probability)
    gaps[i] = side.label[i]! - probability
  }
  const sums = new Float64Array(CALIBRATION_BINS)
  return weights => {
    sums.fill(0)
    let count = 0
    for (let i = 0; i < bins.length; i++) {
      sums[bins[i]!]! += weights[i]! * gaps[i]!
      count += weights[i]!
    }
    return count > 0 ? sums.reduce((sum, gap) => sum + Math.abs(gap), 0) / count : undefined
  }
}

/**
 * What a side whose scores are the true probabilities shows of it on the mean. A bin's sum of gaps has the variance V = Σ w² p (1 − p),
 * and the mean of a normal variable's distance from 0 is √(2 V / π).
 */
export function calibrationErrorByChance({ rows, score, weight }: OneSide): number {
  const variances = new Float64Array(CALIBRATION_BINS)
  let count = 0
  for (let i = 0; i < rows; i++) {
    const probability = asProbability(score![i]!)
    const own = weight?.values[i] ?? 1
    variances[calibrationBin(probability)]! += own ** 2 * probability * (1 - probability)
    count += own
  }
  return variances.reduce((sum, variance) => sum + Math.sqrt((2 * variance) / Math.PI), 0) / count
}

export function rootMeanSquare(side: OneSide): MetricByWeights {
  const mean = meanOfValues(squaredErrors(side))
  return weights => {
    const square = mean(weights)
    return square === undefined ? undefined : Math.sqrt(square)
  }
}

/** 1 − (squared errors) / (squared distances of the labels from their mean). */
export function determination(side: OneSide): MetricByWeights {
  const errors = squaredErrors(side)
  // Centred first: otherwise the difference of two large sums loses the digits when labels are far from 0.
  const centre = side.label.reduce((sum, label) => sum + label, 0) / side.rows
  const centred = side.label.map(label => label - centre)
  return weights => {
    let count = 0
    let sum = 0
    let squares = 0
    let error = 0
    for (let i = 0; i < errors.length; i++) {
      const weight = weights[i]!
      count += weight
      sum += weight * centred[i]!
      squares += weight * centred[i]! ** 2
      error += weight * errors[i]!
    }
    const spread = squares - (sum * sum) / count
    // Of labels that are all one rounding is left.
    return spread > 1e-12 * squares ? 1 - error / spread : undefined
  }
}

/** Of numbers. */
export function squaredErrors(side: OneSide): Float64Array {
  return side.label.map((label, i) => (label - side.prediction[i]!) ** 2)
}

// --- internal ---

function meanOfValues(values: Float64Array): MetricByWeights {
  return weights => {
    let sum = 0
    let count = 0
    for (let i = 0; i < values.length; i++) {
      sum += weights[i]! * values[i]!
      count += weights[i]!
    }
    return count > 0 ? sum / count : undefined
  }
}
