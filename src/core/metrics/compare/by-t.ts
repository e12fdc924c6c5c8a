import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { variance } from '../../statistics/describe.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { pairedT } from '../../statistics/paired/paired-t.ts'
import { type MeanMetric, rowValues } from '../row-weights/values.ts'
import { type OneSide, sideOf } from '../side.ts'
import { differenceOf, type Weighed, type WeighOptions } from './comparison.ts'

/** From this many rows on a mean is close enough to normal for Student's t; fewer are resampled. */
export const ROWS_FOR_T = 30

/** Metrics that are the mean of a loss a row: the t-test on the differences row by row. */
export function weighMeans(name: MeanMetric, pair: PairedPredictions, options: WeighOptions): Weighed {
  const ours = rowValues(name, sideOf(pair, 'candidate'))
  const theirs = rowValues(name, sideOf(pair, 'baseline'))
  const candidate = meanEstimate(ours, options.level)
  const baseline = meanEstimate(theirs, options.level)
  // In place: for millions of rows every array of them counts.
  for (let i = 0; i < ours.length; i++) ours[i]! -= theirs[i]!
  const test = pairedT(ours, options.level)
  const spread = Math.sqrt(variance(ours))
  const finding = {
    value: test.mean,
    low: test.low,
    high: test.high,
    p: test.p,
    se: spread / Math.sqrt(pair.rows),
    method: 'paired-t',
    rows: pair.rows,
    counts: { standard_deviation: spread },
  }
  return { candidate, baseline, difference: differenceOf(finding, options) }
}

export function estimateMean(name: MeanMetric, side: OneSide, level: number): Estimate {
  return meanEstimate(rowValues(name, side), level)
}

// --- internal ---

/** Losses are never negative, so neither is the interval. */
function meanEstimate(values: Float64Array, level: number): Estimate {
  const { mean, low, high } = pairedT(values, level)
  return { value: mean, interval: { low: Math.max(0, low), high, level }, method: 't' }
}
