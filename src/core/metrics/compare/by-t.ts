import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { variance } from '../../statistics/describe.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { pairedT } from '../../statistics/paired/paired-t.ts'
import { computedMetric } from '../definitions.ts'
import { type MeanMetric, rowValues } from '../row-weights/values.ts'
import { hasNoValue, type NoValue, type OneSide, sideOf } from '../side.ts'
import { type Compared, type CompareOptions, differenceOf } from './comparison.ts'
import { findUnseen, holdUnseen } from './unseen.ts'

/** From this many rows on a mean is close enough to normal for Student's t; fewer are resampled. */
export const ROWS_FOR_T = 30

/** Metrics that are the mean of a loss a row: the t-test on the differences row by row. */
export function compareMeans(
  name: MeanMetric,
  pair: PairedPredictions,
  options: CompareOptions,
): Compared | NoValue {
  const sides = [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')] as const
  const ours = rowValues(name, sides[0])
  const theirs = rowValues(name, sides[1])
  const candidate = meanEstimate(name, sides[0], ours, options.level)
  const baseline = meanEstimate(name, sides[1], theirs, options.level)
  // In place: for millions of rows every array of them counts.
  for (let i = 0; i < ours.length; i++) ours[i]! -= theirs[i]!
  const test = pairedT(ours, options.level)
  const spread = Math.sqrt(variance(ours))
  const finding = {
    value: test.mean,
    own: { candidate: candidate.value, baseline: baseline.value },
    low: test.low,
    high: test.high,
    p: test.p,
    se: spread / Math.sqrt(pair.rows),
    method: 'paired-t',
    rows: pair.rows,
    counts: { standard_deviation: spread },
  }
  const found = findUnseen(computedMetric(name)!, pair, finding, options.level)
  return hasNoValue(found) ? found : { candidate, baseline, difference: differenceOf(found, options) }
}

export function estimateMean(name: MeanMetric, side: OneSide, level: number): Estimate {
  return meanEstimate(name, side, rowValues(name, side), level)
}

// --- internal ---

/** Losses are never negative, so neither is the interval. */
function meanEstimate(name: MeanMetric, side: OneSide, values: Float64Array, level: number): Estimate {
  const { mean, low, high } = pairedT(values, level)
  const interval = { low: Math.max(0, low), high, level }
  return holdUnseen(computedMetric(name)!, side, { value: mean, interval, method: 't' })
}
