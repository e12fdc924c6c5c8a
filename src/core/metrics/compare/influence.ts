import { asProbability } from '../../inputs/predictions/probabilities.ts'
import { type MacroName, type MetricName, type ShareName, shareOfMacro } from '../definitions.ts'
import { CALIBRATION_BINS, calibrationBin } from '../row-weights/sums.ts'
import { addTallies, emptyTallies, type Tallies } from '../row-weights/tallies.ts'
import { rowValues } from '../row-weights/values.ts'
import type { OneSide } from '../side.ts'
import { averagePrecisionInfluence, rocAucInfluence } from './rank-influence.ts'

/** Rows that come in clusters: the number of each row's cluster, 0 to `count` − 1. */
export interface Clusters {
  codes: Uint32Array
  count: number
}

/**
 * How much each row moves the metric: the derivative of the metric by the row's weight at weight 1 (the empirical
 * influence, over the rows). The entries add up to 0; the root of the sum of their squares is the infinitesimal
 * jackknife's standard error, the limit of the bootstrap's for many resamples and rows
 * (Efron, "Nonparametric estimates of standard error", Biometrika 1981). Costs one sort instead of thousands of passes.
 * `value` is the metric over all rows; the metric must exist for them.
 */
export function influenceOf(metric: MetricName, side: OneSide, value: number): Float64Array {
  switch (metric) {
    case 'precision':
    case 'recall':
    case 'f1':
    case 'precision_macro':
    case 'recall_macro':
    case 'f1_macro':
      return ofShares(metric, side)
    case 'roc_auc':
      return rocAucInfluence(side, value)
    case 'average_precision':
      return averagePrecisionInfluence(side, value)
    case 'ece':
      return ofCalibrationError(side, value)
    case 'rmse':
      return ofRootMeanSquare(side, value)
    case 'r2':
      return ofDetermination(side, value)
    default:
      return ofMean(rowValues(metric, side), value)
  }
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

// --- internal ---

function ofMean(values: Float64Array, mean: number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) / values.length
  return values
}

/** Of a ratio Σ parts / Σ whole a row moves (part − ratio × whole) / Σ whole; of a mean over classes the mean of those. */
function ofShares(name: ShareName | MacroName, side: OneSide): Float64Array {
  const metric = shareOfMacro(name)
  const isMacro = metric !== name
  const tallies = emptyTallies(side)
  addTallies(tallies, side, new Uint32Array(side.rows).fill(1))
  const shares = classShares(metric, tallies)
  const occurring = tallies.labelled.filter(labelled => labelled > 0).length
  const influence = new Float64Array(side.rows)
  for (let i = 0; i < influence.length; i++) {
    const label = side.label[i]!
    const prediction = side.prediction[i]!
    for (const index of label === prediction ? [label] : [label, prediction]) {
      if (!isMacro && index !== 1) continue
      const whole = wholeOf(metric, index === label ? 1 : 0, index === prediction ? 1 : 0)
      const parts = label === prediction ? (metric === 'f1' ? 2 : 1) : 0
      if (shares.wholes[index]! > 0)
        influence[i]! += (parts - shares.ratios[index]! * whole) / shares.wholes[index]!
    }
    if (isMacro) influence[i]! /= occurring
  }
  return influence
}

function wholeOf(metric: ShareName, labelled: number, predicted: number): number {
  return metric === 'precision' ? predicted : metric === 'recall' ? labelled : labelled + predicted
}

function classShares(metric: ShareName, { labelled, predicted, hits }: Tallies) {
  const wholes = labelled.map((count, i) => wholeOf(metric, count, predicted[i]!))
  const ratios = wholes.map((whole, i) => (whole > 0 ? ((metric === 'f1' ? 2 : 1) * hits[i]!) / whole : 0))
  return { wholes, ratios }
}

/** Per bin the sign of its gap says which way a row's own gap moves the sum of absolute gaps. */
function ofCalibrationError(side: OneSide, value: number): Float64Array {
  const probability = Float64Array.from(side.score!, asProbability)
  const gaps = new Float64Array(CALIBRATION_BINS)
  for (let i = 0; i < side.rows; i++)
    gaps[calibrationBin(probability[i]!)]! += side.label[i]! - probability[i]!
  const signs = gaps.map(Math.sign)
  return side.label.map(
    (label, i) => (signs[calibrationBin(probability[i]!)]! * (label - probability[i]!) - value) / side.rows,
  )
}

function ofRootMeanSquare(side: OneSide, value: number): Float64Array {
  if (value === 0) return new Float64Array(side.rows)
  return side.label.map(
    (label, i) => ((label - side.prediction[i]!) ** 2 - value ** 2) / (2 * value * side.rows),
  )
}

function ofDetermination(side: OneSide, value: number): Float64Array {
  const mean = side.label.reduce((sum, label) => sum + label, 0) / side.rows
  const spread = side.label.reduce((sum, label) => sum + (label - mean) ** 2, 0)
  return side.label.map(
    (label, i) => -((label - side.prediction[i]!) ** 2 - (1 - value) * (label - mean) ** 2) / spread,
  )
}
