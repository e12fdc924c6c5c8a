import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { variance } from '../../statistics/describe.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { clusteredT, pairedT } from '../../statistics/paired/paired-t.ts'
import type { RowValues } from '../row-weights/row-values.ts'
import { hasNoValue, type NoValue, type OneSide, sideOf } from '../side.ts'
import { type Compared, type CompareOptions, differenceOf } from './comparison.ts'
import type { Method, Metric } from './metric.ts'
import { clustersOf, findUnseen, holdUnseen } from './unseen.ts'

/** Metrics that are the mean of a number a row: the t-test on the differences row by row; where rows come in groups, cluster-robust. */
export function byT(rowValues: RowValues): Method {
  return {
    compare: (metric, pair, options) => compareMeans(metric, rowValues, pair, options),
    estimate: (metric, side, options) => meanEstimate(metric, side, rowValues(side), options.level),
  }
}

// --- internal ---

function compareMeans(
  metric: Metric,
  rowValues: RowValues,
  pair: PairedPredictions,
  options: CompareOptions,
): Compared | NoValue {
  const sides = [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')] as const
  const { group } = pair
  const clusters = group && clustersOf(group)
  if (clusters && clusters.count < 2)
    return { undefinedBecause: `all rows have the same ${maskPersonalData(group.name)}` }
  const ours = rowValues(sides[0])
  const theirs = rowValues(sides[1])
  const candidate = meanEstimate(metric, sides[0], ours, options.level)
  const baseline = meanEstimate(metric, sides[1], theirs, options.level)
  // In place: for millions of rows every array of them counts.
  for (let i = 0; i < ours.length; i++) ours[i]! -= theirs[i]!
  const test = clusters ? clusteredT(ours, clusters, options.level) : pairedT(ours, options.level)
  const spread = Math.sqrt(variance(ours, 1, test.mean))
  const finding = {
    value: test.mean,
    own: { candidate: candidate.value, baseline: baseline.value },
    low: test.low,
    high: test.high,
    p: test.p,
    se: test.se,
    method: clusters ? 'cluster-t' : 'paired-t',
    rows: pair.rows,
    ...(clusters && { independent: clusters.count }),
    counts: { ...(clusters && { groups: clusters.count }), standard_deviation: spread },
  }
  const found = findUnseen(metric, pair, finding, options)
  return hasNoValue(found) ? found : { candidate, baseline, difference: differenceOf(found, options) }
}

/** Within the range of the metric: losses are never negative, so neither is the interval. */
function meanEstimate(metric: Metric, side: OneSide, values: Float64Array, level: number): Estimate {
  const { mean, low, high } = side.group
    ? clusteredT(values, clustersOf(side.group), level)
    : pairedT(values, level)
  const [least, greatest] = metric.range
  const interval = { low: Math.max(least, low), high: Math.min(greatest, high), level }
  return holdUnseen(metric, side, { value: mean, interval, method: side.group ? 'cluster-t' : 't' })
}
