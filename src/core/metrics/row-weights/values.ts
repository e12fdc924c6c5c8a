import { areProbabilities, asProbability } from '../../inputs/predictions/probabilities.ts'
import { areUsable, TOO_LARGE } from '../../statistics/largest-number.ts'
import {
  type ComputedMetric,
  computedMetric,
  isShareName,
  type MacroName,
  type ShareName,
} from '../definitions.ts'
import type { NoValue, OneSide } from '../side.ts'
import { averagePrecision, rocAuc } from './ranks.ts'
import { calibrationError, determination, meanOf, rootMeanSquare } from './sums.ts'
import { addTallies, emptyTallies, shareOfTallies } from './tallies.ts'
import type { MetricByWeights } from './weights.ts'

/**
 * Prepares a metric of one side (sorts, bins, takes logarithms, once), so that it can be had again and again for
 * resampled rows in one pass. The metric must exist for the side (`existingMetric`). Every metric is written once, here: its value is the case of all weights 1.
 */
export function prepareMetric(metric: ComputedMetric, side: OneSide): MetricByWeights {
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
    case 'precision_macro':
    case 'recall_macro':
    case 'f1_macro':
      return classification(metric.name, side)
    default:
      return meanOf(rowValues(metric.name, side))
  }
}

/** The metric of this name, or why it cannot be asked of this side. */
export function existingMetric(name: string, side: OneSide): ComputedMetric | NoValue {
  const metric = computedMetric(name)
  if (!metric) return { undefinedBecause: `${name} is not a computed metric` }
  if (isShareName(name) && side.task === 'multiclass')
    return { undefinedBecause: `${name} of several classes is \`${name}_macro\`` }
  if (!metric.tasks.includes(side.task))
    return { undefinedBecause: `${name} does not exist for a ${side.task} model` }
  if (side.rows === 0) return { undefinedBecause: 'there are no rows' }
  if (side.task === 'regression' && !(areUsable(side.label) && areUsable(side.prediction)))
    return { undefinedBecause: TOO_LARGE }
  if (metric.needs === 'prediction') {
    if (side.undecided !== undefined) return { undefinedBecause: side.undecided, otherScale: true }
    return isShareName(name) && side.noPositive !== undefined ? { undefinedBecause: side.noPositive } : metric
  }
  if (!side.score) return { undefinedBecause: `${name} needs a score column` }
  if (metric.needs === 'probability' && !areProbabilities(side.score))
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
    else if (name === 'brier') values[i] = (label[i]! - asProbability(score[i]!)) ** 2
    else values[i] = Math.abs(label[i]! - prediction[i]!)
  }
  return values
}

// --- internal ---

/** Clipped like scikit-learn: no probability is taken to be nearer to 0 or 1 than the spacing of numbers at 1. */
function logLoss(label: number, score: number): number {
  const probability = Math.min(Math.max(score, Number.EPSILON), 1 - Number.EPSILON)
  return -Math.log(label === 1 ? probability : 1 - probability)
}

function classification(name: ShareName | MacroName, side: OneSide): MetricByWeights {
  const tallies = emptyTallies(side)
  return weights => {
    addTallies(tallies, side, weights)
    return shareOfTallies(name, tallies)
  }
}
