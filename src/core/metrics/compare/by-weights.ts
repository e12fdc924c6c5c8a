import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { kish } from '../../statistics/describe.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { wilsonOfWeights } from '../../statistics/intervals/proportions.ts'
import { type WeightedTest, weightedT } from '../../statistics/paired/weighted-t.ts'
import { countsOf, effectiveRows } from '../row-weights/counts.ts'
import type { RowValues } from '../row-weights/row-values.ts'
import type { RowWeights } from '../row-weights/weights.ts'
import { hasNoValue, type NoValue, type OneSide, sideOf } from '../side.ts'
import { type Compared, type CompareOptions, differenceOf } from './comparison.ts'
import type { Method, Metric } from './metric.ts'
import { clustersOf, findUnseen, holdUnseen, unitsOf } from './unseen.ts'
import { holdSigns } from './weighted-signs.ts'

/** What a metric makes of a mean. */
interface OfMean {
  of(mean: number): number
  /** By how much it differs between two means, for each unit that they differ; of two that are equal its slope. */
  secant(one: number, other: number): number
}

/** A mean itself. */
const PLAIN: OfMean = { of: mean => mean, secant: () => 1 }

/** The root of a mean of numbers of 0 or above: √a − √b = (a − b) / (√a + √b). */
export const ROOT: OfMean = {
  of: Math.sqrt,
  secant: (one, other) => (one + other > 0 ? 1 / (Math.sqrt(one) + Math.sqrt(other)) : 0),
}

/**
 * Means of a number a row, of rows with weights, or what a metric makes of them: the t-test on the weighted differences; where rows
 * come in groups, group by group.
 */
export function byWeights(rowValues: RowValues, made = PLAIN): Method {
  return {
    compare: (metric, pair, options) => compareWeighted(metric, { rowValues, made }, pair, options),
    estimate: (metric, side, { level }) =>
      weightedEstimate(metric, side, { values: rowValues(side), made, level }),
  }
}

// --- internal ---

function compareWeighted(
  metric: Metric,
  { rowValues, made }: { rowValues: RowValues; made: OfMean },
  pair: PairedPredictions,
  options: CompareOptions,
): Compared | NoValue {
  const sides = [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')] as const
  const clusters = pair.group && clustersOf(pair.group)
  if (clusters && clusters.count < 2)
    return { undefinedBecause: `all rows have the same ${maskPersonalData(pair.group!.name)}` }
  const ours = rowValues(sides[0])
  const theirs = rowValues(sides[1])
  const { level } = options
  const candidate = weightedEstimate(metric, sides[0], { values: ours, made, level })
  const baseline = weightedEstimate(metric, sides[1], { values: theirs, made, level })
  const areShares = !clusters && areMarks(ours) && areMarks(theirs)
  const counts = countsOf(pair)
  const secant = made.secant(meanOf(ours, counts), meanOf(theirs, counts))
  for (let i = 0; i < ours.length; i++) ours[i] = secant * (ours[i]! - theirs[i]!)
  const plain = weightedT(ours, counts, clusters, level)
  const test = areShares ? withRowsAdded(ours, counts, level) : plain
  const finding = {
    value: plain.mean,
    own: { candidate: candidate.value, baseline: baseline.value },
    low: test.low,
    high: test.high,
    p: test.p,
    se: test.se,
    method: clusters ? 'weighted-cluster-t' : 'weighted-t',
    rows: pair.rows,
    independent: unitsOf(pair, clusters),
    counts: { ...(clusters && { groups: clusters.count }), effective_rows: effectiveRows(pair) },
  }
  const found = findUnseen(metric, pair, finding, options)
  if (hasNoValue(found)) return found
  return { candidate, baseline, difference: differenceOf(holdSigns(metric, pair, found, options), options) }
}

/**
 * Differences of right and wrong with a row more that only the candidate has right, and one that only the champion has: what
 * Bonett and Price (2012) add to McNemar's counts, so that four rows that speak for one side are no proof. Either weighs what
 * the rows weigh that tell the two apart (the mean of their weights, weighted), and never less than a row of the effective number.
 */
function withRowsAdded(differences: Float64Array, counts: RowWeights, level: number): WeightedTest {
  const apart = Float64Array.from(counts.filter((_, row) => differences[row] !== 0))
  const sum = apart.reduce((all, one) => all + one, 0)
  const own = Math.max(1, apart.length === 0 ? 0 : sum / kish(apart))
  return weightedT(
    joined(differences, Float64Array.of(1, -1)),
    joined(counts, Float64Array.of(own, own)),
    undefined,
    level,
  )
}

function joined(first: RowWeights, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/** Within the range of the metric. A share reaches at least as far as Wilson's interval of as many rows as these are worth. */
function weightedEstimate(
  metric: Metric,
  side: OneSide,
  { values, made, level }: { values: Float64Array; made: OfMean; level: number },
): Estimate {
  const clusters = side.group && clustersOf(side.group)
  const test = weightedT(values, countsOf(side), clusters, level)
  const mean = made.of(test.mean)
  const slope = made.secant(test.mean, test.mean)
  const low = mean - slope * (test.mean - test.low)
  const high = mean + slope * (test.high - test.mean)
  const [least, greatest] = metric.range
  const share =
    !clusters && areMarks(values)
      ? wilsonOfWeights(mean * effectiveRows(side), effectiveRows(side), level)
      : { low, high }
  const interval = {
    low: Math.max(least, Math.min(low, share.low)),
    high: Math.min(greatest, Math.max(high, share.high)),
    level,
  }
  return holdUnseen(metric, side, {
    value: mean,
    interval,
    method: clusters ? 'weighted-cluster-t' : 'weighted-t',
  })
}

function meanOf(values: Float64Array, counts: RowWeights): number {
  let sum = 0
  let all = 0
  for (let i = 0; i < values.length; i++) {
    sum += counts[i]! * values[i]!
    all += counts[i]!
  }
  return sum / all
}

function areMarks(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0 && values[i] !== 1) return false
  return true
}
