import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { type ComputedMetric, computedMetric } from '../definitions.ts'
import { existingMetric, isMeanMetric } from '../row-weights/values.ts'
import { type ClusteredSide, hasNoValue, type NoValue, sideOf, takeRows, takeRowsOfSide } from '../side.ts'
import { computeMetric } from '../values/compute.ts'
import { compareResampled, estimateResampled } from './by-bootstrap.ts'
import { compareAuc, estimateAuc } from './by-delong.ts'
import { compareAccuracy, estimateShare } from './by-mcnemar.ts'
import { compareMeans, estimateMean, ROWS_FOR_T } from './by-t.ts'
import type { Compared, CompareOptions } from './comparison.ts'

/**
 * Compares one metric of candidate and baseline on the same rows: both values, and the difference candidate − baseline
 * in the unit of the metric, by the strongest paired method the metric allows. Rows with a `group` are resampled
 * group by group, whatever the metric. Equal inputs give equal bits. Says why where there is nothing to compare.
 */
export function compareOnRows(
  name: string,
  pair: PairedPredictions,
  options: CompareOptions,
): Compared | NoValue {
  const chosen = options.rows ? takeRows(pair, options.rows, needsScore(name)) : pair
  const metric = existingMetric(name, sideOf(chosen, 'candidate'))
  if (hasNoValue(metric)) return metric
  const ofBaseline = existingMetric(name, sideOf(chosen, 'baseline'))
  if (hasNoValue(ofBaseline)) return ofBaseline
  if (chosen.rows < 2) return { undefinedBecause: 'one row is too few to weigh' }
  const method = chosen.group ? 'rows' : methodFor(metric, chosen.rows)
  if (method === 'mcnemar') return compareAccuracy(chosen, options)
  if (method === 'delong') return compareAuc(chosen, options)
  if (method === 'paired-t' && isMeanMetric(metric.name)) return compareMeans(metric.name, chosen, options)
  return compareResampled(metric, chosen, options)
}

/** One side's own value with its interval, or why there is none. Takes `Predictions`. */
export function estimateMetric(
  name: string,
  side: ClusteredSide,
  options: CompareOptions,
): Estimate | NoValue {
  const chosen = options.rows ? takeRowsOfSide(side, options.rows, needsScore(name)) : side
  const metric = existingMetric(name, chosen)
  if (hasNoValue(metric)) return metric
  const own = estimateByMethod(metric, chosen, options)
  if (!hasNoValue(own)) return own
  // Too few rows for an interval can still be enough for the value.
  const value = computeMetric(name, chosen)
  return hasNoValue(value) ? value : { value }
}

// --- internal ---

function needsScore(name: string): boolean {
  return computedMetric(name)?.needs !== 'prediction'
}

function methodFor(metric: ComputedMetric, rows: number): ComputedMetric['comparedBy'] {
  return metric.comparedBy === 'paired-t' && rows < ROWS_FOR_T ? 'rows' : metric.comparedBy
}

function estimateByMethod(
  metric: ComputedMetric,
  side: ClusteredSide,
  options: CompareOptions,
): Estimate | NoValue {
  if (side.rows < 2) return { undefinedBecause: 'one row has no interval' }
  if (side.group) return estimateResampled(metric, side, options)
  const share = estimateShare(metric.name, side, options.level)
  if (share) return share
  const method = methodFor(metric, side.rows)
  if (method === 'delong') return estimateAuc(side, options.level)
  if (method === 'paired-t' && isMeanMetric(metric.name))
    return estimateMean(metric.name, side, options.level)
  return estimateResampled(metric, side, options)
}
