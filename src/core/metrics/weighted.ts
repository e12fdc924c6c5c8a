import { sortOrder } from '../statistics/sort-order.ts'
import { type ComputedMetric, computedMetric } from './definitions.ts'
import type { OneSide, Undefined } from './side.ts'
import { addTallies, emptyTallies, shareOfTallies } from './tallies.ts'

/** How often each row counts: all ones for the value itself, the multiplicities of the draw for a resample. */
export type Weights = Uint32Array | Float64Array

/** A metric of one side as a function of how often each row counts; undefined where it does not exist. */
export type WeightedMetric = (weights: Weights) => number | undefined

/**
 * Prepares a metric of one side (sorts, bins, takes logarithms, once), so that it can be had again and again for
 * resampled rows in one pass. The metric must exist for the side (`existingMetric`). Every metric is written once, here: its value is the case of all weights 1.
 */
export function prepareMetric(metric: ComputedMetric, side: OneSide): WeightedMetric {
  switch (metric.name) {
    case 'roc_auc':
      return rocAuc(side)
    case 'average_precision':
      return averagePrecision(side)
    case 'ece':
      return calibrationError(side)
    case 'rmse':
      return rootMeanSquare(side)
    case 'r2':
      return determination(side)
    case 'precision':
    case 'recall':
    case 'f1':
      return classification(metric.name, side)
    default:
      return meanOf(rowValues(metric.name, side))
  }
}

/** The metric of this name, or why it cannot be asked of this side. */
export function existingMetric(name: string, side: OneSide): ComputedMetric | Undefined {
  const metric = computedMetric(name)
  if (!metric) return { undefinedBecause: `${name} is not a computed metric` }
  if (!metric.tasks.includes(side.task))
    return { undefinedBecause: `${name} does not exist for a ${side.task} model` }
  if (side.rows === 0) return { undefinedBecause: 'there are no rows' }
  if (metric.needs === 'prediction') return metric
  if (!side.score) return { undefinedBecause: `${name} needs a score column` }
  if (metric.needs === 'probability' && side.score.some(score => !(score >= 0 && score <= 1)))
    return { undefinedBecause: `${name} needs probabilities, but there are scores outside 0 to 1` }
  return metric
}

export type MeanMetric = 'accuracy' | 'log_loss' | 'brier' | 'mae'

/** Whether the metric is the plain mean of one number a row: accuracy, log_loss, brier, mae. */
export function isMeanMetric(name: string): name is MeanMetric {
  return name === 'accuracy' || name === 'log_loss' || name === 'brier' || name === 'mae'
}

/** What each row adds to a metric that is a mean of rows. */
export function rowValues(name: MeanMetric, side: OneSide): Float64Array {
  const { label, prediction } = side
  const score = side.score ?? prediction
  const values = new Float64Array(side.rows)
  for (let i = 0; i < values.length; i++) {
    if (name === 'accuracy') values[i] = label[i] === prediction[i] ? 1 : 0
    else if (name === 'log_loss') values[i] = logLoss(label[i]!, score[i]!)
    else if (name === 'brier') values[i] = (label[i]! - score[i]!) ** 2
    else values[i] = Math.abs(label[i]! - prediction[i]!)
  }
  return values
}

/** ECE has ten bins of equal width; a score of exactly 1 falls into the last. */
export const CALIBRATION_BINS = 10

export function calibrationBin(score: number): number {
  return Math.min(Math.floor(CALIBRATION_BINS * score), CALIBRATION_BINS - 1)
}

// --- internal ---

/** Clipped like scikit-learn: no probability is taken to be nearer to 0 or 1 than the spacing of numbers at 1. */
function logLoss(label: number, score: number): number {
  const probability = Math.min(Math.max(score, Number.EPSILON), 1 - Number.EPSILON)
  return -Math.log(label === 1 ? probability : 1 - probability)
}

function meanOf(values: Float64Array): WeightedMetric {
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

function classification(name: 'precision' | 'recall' | 'f1', side: OneSide): WeightedMetric {
  const tallies = emptyTallies(side)
  return weights => {
    addTallies(tallies, side, weights)
    return shareOfTallies(name, side.task, tallies)
  }
}

/** Rows from the highest score to the lowest, whether each is positive, and whether the next score is lower. */
function ranked(side: OneSide): { order: Uint32Array; positive: Uint8Array; tieEnds: Uint8Array } {
  const score = side.score!
  const order = sortOrder(score).reverse()
  const positive = new Uint8Array(order.length)
  const tieEnds = new Uint8Array(order.length)
  for (let k = 0; k < order.length; k++) {
    positive[k] = side.label[order[k]!]!
    tieEnds[k] = k + 1 === order.length || score[order[k]!] !== score[order[k + 1]!] ? 1 : 0
  }
  return { order, positive, tieEnds }
}

/** Share of (positive, negative) pairs in the right order; a tie counts half. */
function rocAuc(side: OneSide): WeightedMetric {
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
function averagePrecision(side: OneSide): WeightedMetric {
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

/** Σ over bins of |Σ (label − score)|, over the rows: the mean gap between what was said and what happened. */
function calibrationError(side: OneSide): WeightedMetric {
  const score = side.score!
  const bins = new Uint8Array(side.rows)
  const gaps = new Float64Array(side.rows)
  for (let i = 0; i < side.rows; i++) {
    bins[i] = calibrationBin(score[i]!)
    gaps[i] = side.label[i]! - score[i]!
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

function squaredErrors(side: OneSide): Float64Array {
  return side.label.map((label, i) => (label - side.prediction[i]!) ** 2)
}

function rootMeanSquare(side: OneSide): WeightedMetric {
  const mean = meanOf(squaredErrors(side))
  return weights => {
    const square = mean(weights)
    return square === undefined ? undefined : Math.sqrt(square)
  }
}

/** 1 − (squared errors) / (squared distances of the labels from their mean). */
function determination(side: OneSide): WeightedMetric {
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
    return spread > 0 ? 1 - error / spread : undefined
  }
}
