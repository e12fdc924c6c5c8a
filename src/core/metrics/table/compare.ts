import type { CodedColumn } from '../../inputs/evaluation.ts'
import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { BY_RESAMPLING } from '../compare/by-bootstrap.ts'
import type { Compared, CompareOptions } from '../compare/comparison.ts'
import { type Method, type Metric, needsScores } from '../compare/metric.ts'
import { clustersOf, unitsOf } from '../compare/unseen.ts'
import {
  hasNoValue,
  type NoValue,
  type OneSide,
  sideOf,
  type Taken,
  takeRows,
  takeRowsOfSide,
} from '../side.ts'
import { computeMetric, existingMetric } from './compute.ts'
import { computedMetric, type RowMetric } from './metrics.ts'
import { scoredPair, scoredSide } from './scored-rows.ts'

/**
 * Compares one metric of candidate and baseline on the same rows: both values, and the difference candidate − baseline
 * in the unit of the metric, by the strongest paired method the metric allows. Rows with a `group` count group by group. Equal inputs give equal bits. Says why where there is nothing to compare.
 */
export function compareOnRows(
  name: string,
  pair: PairedPredictions,
  options: CompareOptions,
): Compared | NoValue {
  const chosen = scoredPair(name, options.rows ? takeRows(pair, options.rows, takenBy(name)) : pair)
  if (hasNoValue(chosen)) return chosen
  const metric = comparableMetric(name, chosen)
  if (hasNoValue(metric)) return metric
  if (chosen.rows < 2) return ONE_ROW
  const compared = methodOf(metric, chosen).compare(metric, chosen, options)
  return hasNoValue(compared) ? compared : (tooFew(metric, independentOf(chosen), options.level) ?? compared)
}

/** Compares the rows of one value of a column, by its number. */
export type CompareValue = (value: number, options: Omit<CompareOptions, 'rows'>) => Compared | NoValue

/**
 * What `compareOnRows` says of the rows of each value of a column, for metrics that are compared by counts alone: one pass over the
 * rows counts them for all values. Undefined for every other metric.
 */
export function compareByCounts(
  name: string,
  pair: PairedPredictions,
): ((column: CodedColumn) => CompareValue) | undefined {
  const metric = comparableMetric(name, pair)
  const counted = hasNoValue(metric) ? undefined : methodOf(metric, pair).counted
  if (hasNoValue(metric) || !counted) return undefined
  const { kinds } = counted
  const kindOfRows = counted.kindOfRows(pair)
  return ({ codes, values }) => {
    const counts = new Uint32Array(values.length * kinds)
    for (let row = 0; row < codes.length; row++) counts[codes[row]! * kinds + kindOfRows[row]!]!++
    return (value, options) => {
      const own = counts.subarray(value * kinds, (value + 1) * kinds)
      const count = own.reduce((sum, ofKind) => sum + ofKind, 0)
      if (count < 2) return ONE_ROW
      return tooFew(metric, { count, unit: 'row' }, options.level) ?? counted.compare(own, options)
    }
  }
}

/** One side's own value with its interval, or why there is none. Takes `Predictions`. */
export function estimateMetric(name: string, side: OneSide, options: CompareOptions): Estimate | NoValue {
  const chosen = scoredSide(name, options.rows ? takeRowsOfSide(side, options.rows, takenBy(name)) : side)
  const metric = existingMetric(name, chosen)
  if (hasNoValue(metric)) return metric
  if (independentOf(chosen).count >= Math.max(2, metric.leastRows ?? 0)) {
    const own = methodOf(metric, chosen).estimate(metric, chosen, options)
    if (!hasNoValue(own)) return own
  }
  // Too few rows for an interval can still be enough for the value.
  const value = computeMetric(name, chosen)
  return hasNoValue(value) ? value : { value }
}

// --- internal ---

const ONE_ROW: NoValue = { undefinedBecause: 'one row is too few to weigh' }

/** The metric of this name where both sides have it. */
function comparableMetric(name: string, pair: PairedPredictions): RowMetric | NoValue {
  const metric = existingMetric(name, sideOf(pair, 'candidate'))
  if (hasNoValue(metric)) return metric
  const ofBaseline = existingMetric(name, sideOf(pair, 'baseline'))
  if (hasNoValue(ofBaseline)) return ofBaseline
  if ((metric.needs === 'values') !== (ofBaseline.needs === 'values'))
    return { undefinedBecause: `only one of the two has a column of scores called ${name}` }
  return metric
}

function methodOf(metric: Metric, { group, weight }: Pick<OneSide, 'group' | 'weight'>): Method {
  if (weight) return metric.weighted
  return group ? (metric.grouped ?? BY_RESAMPLING) : metric.comparison
}

/**
 * So few pairs that nothing could be told of them if every one spoke for the same side: n of n do so by chance in 2^(1 − n) of
 * cases (the exact sign test), which is above 5 % up to five. An interval that says more has it from its assumptions. A metric
 * whose rows are skew takes more.
 */
function tooFew({ leastRows = 0 }: Metric, { count, unit }: Independent, level: number): NoValue | undefined {
  const least = Math.max(leastRows, Math.ceil(1 - Math.log2(1 - level)))
  if (count >= least) return undefined
  return { undefinedBecause: `${count} ${unit}s are too few to compare: it takes ${least}` }
}

interface Independent {
  count: number
  unit: string
}

/** Rows, or the groups of them where they are not independent; of weights how many of one weight these are worth. */
function independentOf(side: Pick<OneSide, 'rows' | 'group' | 'weight'>): Independent {
  const count = unitsOf(side, side.group && clustersOf(side.group))
  return { count, unit: `${side.weight ? 'effective ' : ''}${side.group ? 'group' : 'row'}` }
}

function takenBy(name: string): Taken {
  const metric = computedMetric(name)
  return { score: metric !== undefined && needsScores(metric), column: name }
}
