import { areProbabilities, asProbability } from '../inputs/predictions/labels/probabilities.ts'
import { wilson } from '../statistics/intervals/proportions.ts'
import { rankingOf } from '../statistics/ranking.ts'
import { CALIBRATION_BINS, calibrationBin } from './calibration-bins.ts'
import type { OneSide } from './side.ts'

/** One threshold of a classifier: what happens when every score at or above it counts as positive. */
export interface ThresholdPoint {
  threshold: number
  recall: number
  /** Share of negatives that are called positive. */
  falsePositiveRate: number
  precision: number
}

/** One bin of scores: what was said on average, and how often it was true. */
export interface CalibrationPoint {
  /** Mean score of the bin's rows. */
  said: number
  /** Share of them that are positive, with its Wilson interval. */
  happened: number
  low: number
  high: number
  rows: number
}

/** More points than this cannot be seen in a plot and only make the page heavy. */
export const CURVE_POINTS = 200

/**
 * ROC and precision–recall curves in one: at most 200 thresholds from the highest to the lowest, spaced evenly along
 * both axes of the ROC curve so that steep parts keep their shape; the first and last are always kept. NoValue
 * without scores or with one class only.
 */
export function thresholdCurve(side: OneSide): ThresholdPoint[] | undefined {
  const { label, score } = side
  if (side.task !== 'binary' || !score) return undefined
  const allPositives = label.reduce((sum, value) => sum + value, 0)
  const allNegatives = side.rows - allPositives
  if (allPositives === 0 || allNegatives === 0) return undefined
  const { order, positive, isTieEnd } = rankingOf(score, label)
  const points: ThresholdPoint[] = []
  let positives = 0
  let nextLength = 0
  for (let rank = order.length - 1; rank >= 0; rank--) {
    positives += positive[rank]!
    const last = rank === 0
    if (!last && isTieEnd[rank - 1] === 0) continue
    const rows = order.length - rank
    const recall = positives / allPositives
    const falsePositiveRate = (rows - positives) / allNegatives
    // Length walked along both axes, 0 to 2: one point is kept for every step of it.
    const length = recall + falsePositiveRate
    if (length < nextLength && !last) continue
    points.push({
      threshold: score[order[rank]!]!,
      recall,
      falsePositiveRate,
      precision: positives / rows,
    })
    nextLength = length + 2 / (CURVE_POINTS - 2)
  }
  return points
}

/** The calibration of the scores in the ten bins of ECE; bins without rows are left out. NoValue without probabilities. */
export function calibrationCurve(side: OneSide, level: number): CalibrationPoint[] | undefined {
  const { label, score } = side
  if (side.task !== 'binary' || !score || !areProbabilities(score)) return undefined
  const rows = new Uint32Array(CALIBRATION_BINS)
  const positives = new Uint32Array(CALIBRATION_BINS)
  const said = new Float64Array(CALIBRATION_BINS)
  for (let i = 0; i < side.rows; i++) {
    const probability = asProbability(score[i]!)
    const bin = calibrationBin(probability)
    rows[bin]!++
    positives[bin]! += label[i]!
    said[bin]! += probability
  }
  return [...rows].flatMap((count, bin) => {
    if (count === 0) return []
    const { low, high } = wilson(positives[bin]!, count, level)
    return [{ said: said[bin]! / count, happened: positives[bin]! / count, low, high, rows: count }]
  })
}
