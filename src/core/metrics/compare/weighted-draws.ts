import { variance } from '../../statistics/describe.ts'
import { tQuantile } from '../../statistics/distributions/distributions.ts'
import { meanTest } from '../../statistics/paired/paired-t.ts'
import { countsOf, effectiveByClass } from '../row-weights/counts.ts'
import { hasNoValue, type NoValue, type OneSide } from '../side.ts'
import type { CompareOptions } from './comparison.ts'
import type { Metric } from './metric.ts'
import {
  combine,
  definedValues,
  draw,
  MOST_DRAWS,
  RESAMPLES,
  type Resampled,
  type Source,
} from './resampling.ts'
import { unitsOf } from './unseen.ts'

/** Of fewer resamples the error itself is too rough, whatever they cost. */
const LEAST_RESAMPLES = 50

/**
 * The bootstrap of rows with weights: rows (or clusters) are drawn with their weights, so that a row counts its weight times as
 * often as it was drawn. Its standard deviation is the error, by √(n / (n − 1)) larger, with n the effective number of rows or
 * clusters; the interval is Student's t with n − 1 degrees of freedom, or those of the rarer class, which carries the noise of a
 * metric of two, and never more than there are resamples. In an order heavy rows carry nearly all of the noise: there n is taken
 * of the squares of the weights. Percentiles would be those of the few heavy rows.
 */
export function resampleWeighted(
  metric: Metric,
  sides: OneSide[],
  source: Source,
  options: CompareOptions,
): Resampled | NoValue {
  const side = sides[0]!
  const clusters = source.by === 'clusters' ? source : undefined
  const units = Math.min(unitsOf(side, clusters), rowsThatCarry(metric, side))
  if (units < 2) return { undefinedBecause: 'the rows of one label weigh no more than a single row' }
  const counts = countsOf(side)
  const prepared = sides.map(one => metric.value(one))
  const values = definedValues(
    metric,
    prepared.map(value => value(counts)),
  )
  if (hasNoValue(values)) return values
  const replicates = sides.map((): number[] => [])
  const weights = new Float64Array(side.rows)
  const resamples = resamplesOf(metric, side, options)
  const drawn = draw(source, resamples, options, times => {
    for (let row = 0; row < weights.length; row++) weights[row] = times[row]! * counts[row]!
    const ofSides = prepared.map(value => value(weights))
    if (!ofSides.every(value => value !== undefined && Number.isFinite(value))) return undefined
    for (const [index, own] of replicates.entries()) own.push(ofSides[index]!)
    return combine(ofSides as number[])
  })
  const carrying = Math.max(
    2,
    Math.min(units, resamples, metric.telling.areWithinClass ? ofOrder(side) : units),
  )
  const freedom = carrying - 1
  const larger = Math.sqrt(carrying / freedom)
  const se = drawn.se * larger
  const half = tQuantile((1 + options.level) / 2, freedom)
  const { low, high, p } = meanTest(combine(values), se, freedom, options.level)
  return {
    low,
    high,
    se,
    p,
    values,
    own: replicates.map((own, index) => {
      const reach = half * Math.sqrt(variance(own)) * larger
      return { low: values[index]! - reach, high: values[index]! + reach }
    }),
    method: clusters ? 'weighted-cluster-bootstrap' : 'weighted-bootstrap',
    seed: options.seed,
    resamples,
  }
}

// --- internal ---

function resamplesOf(metric: Metric, side: OneSide, options: CompareOptions): number {
  const draws = side.rows * (metric.passes?.(side) ?? 1)
  const affordable = Math.floor((options.draws ?? MOST_DRAWS) / draws)
  return Math.max(LEAST_RESAMPLES, Math.min(options.resamples ?? RESAMPLES, affordable))
}

/** Of the class with the fewest, how many rows carry the variance of an order. */
function ofOrder(side: OneSide): number {
  return Math.min(...effectiveByClass(side, weight => weight ** 2).filter(rows => rows > 0))
}

/** Of two classes, and of an order within classes, the rarer class carries the noise (as for DeLong's, see by-delong.ts). */
function rowsThatCarry({ telling }: Metric, side: OneSide): number {
  if (side.task !== 'binary' && !(side.task === 'multiclass' && telling.areWithinClass))
    return Number.POSITIVE_INFINITY
  return Math.floor(Math.min(...effectiveByClass(side).filter(rows => rows > 0)))
}
