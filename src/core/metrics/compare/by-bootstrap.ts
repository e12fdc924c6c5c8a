import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { effectiveRows } from '../row-weights/counts.ts'
import { hasNoValue, type NoValue, type OneSide, sideOf } from '../side.ts'
import { foldIntoCells } from './cells.ts'
import { type Compared, type CompareOptions, differenceOf, intervalAround } from './comparison.ts'
import type { Method, Metric } from './metric.ts'
import { cellsPay, type Resampled, resample, type Source } from './resampling.ts'
import { clustersOf, findUnseen, holdUnseen, unitsOf } from './unseen.ts'
import { resampleWeighted } from './weighted-draws.ts'
import { holdSigns } from './weighted-signs.ts'

/** By drawing rows anew, both sides' answers together: whole groups of them where there are groups. */
export const BY_RESAMPLING: Method = byDrawing({
  resample,
  areCells: metric => metric.drawn === 'cells',
  held: (_metric, _pair, finding) => finding,
})

/** The same of rows with weights, which are drawn with theirs. */
export const BY_WEIGHTED_DRAWS: Method = byDrawing({
  resample: resampleWeighted,
  areCells: () => false,
  held: holdSigns,
})

// --- internal ---

/** What differs between rows that count alike and rows that do not. */
interface Drawing {
  resample: typeof resample
  /** Rows that are alike may be drawn as one count. */
  areCells(metric: Metric): boolean
  held: typeof holdSigns
}

function byDrawing(drawing: Drawing): Method {
  return {
    compare: (metric, pair, options) => compareResampled(drawing, metric, pair, options),
    estimate: (metric, side, options) => estimateResampled(drawing, metric, side, options),
  }
}

function compareResampled(
  drawing: Drawing,
  metric: Metric,
  pair: PairedPredictions,
  options: CompareOptions,
): Compared | NoValue {
  const units = drawnUnits(drawing, metric, pair)
  if (hasNoValue(units)) return units
  const drawn = drawing.resample(metric, units.sides, units.source, options)
  if (hasNoValue(drawn)) return drawn
  const { low, high, p, se, method, seed, resamples } = drawn
  const [ours, theirs] = drawn.values as [number, number]
  const { counts, independent } = units
  const own = { candidate: ours, baseline: theirs }
  const finding = {
    value: ours - theirs,
    own,
    low,
    high,
    p,
    se,
    method,
    seed,
    resamples,
    counts,
    independent,
  }
  const found = findUnseen(metric, pair, { ...finding, rows: pair.rows }, options)
  if (hasNoValue(found)) return found
  const candidate = ownEstimate(metric, sideOf(pair, 'candidate'), units, drawn, 0, options)
  const baseline = ownEstimate(metric, sideOf(pair, 'baseline'), units, drawn, 1, options)
  if (hasNoValue(candidate)) return candidate
  if (hasNoValue(baseline)) return baseline
  return {
    candidate,
    baseline,
    difference: differenceOf(drawing.held(metric, pair, found, options), options),
  }
}

/** One side's value with an interval by the same drawing. */
function estimateResampled(
  drawing: Drawing,
  metric: Metric,
  side: OneSide,
  options: CompareOptions,
): Estimate | NoValue {
  const twice = { ...side, candidate: side, baseline: side, slices: [] }
  const units = drawnUnits(drawing, metric, twice)
  if (hasNoValue(units)) return units
  const drawn = drawing.resample(metric, units.sides.slice(0, 1), units.source, options)
  return hasNoValue(drawn) ? drawn : drawnEstimate(metric, side, drawn, 0, options)
}

/** What is drawn, and the two sides as predictions over just that. */
interface Units {
  source: Source
  sides: OneSide[]
  counts: Record<string, number>
  /** How many of them there are that do not depend on one another. */
  independent: number
}

function drawnUnits(drawing: Drawing, metric: Metric, pair: PairedPredictions): Units | NoValue {
  const sides = [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')]
  if (pair.group) {
    const clusters = clustersOf(pair.group)
    if (clusters.count < 2)
      return { undefinedBecause: `all rows have the same ${maskPersonalData(pair.group.name)}` }
    const counts = { groups: clusters.count, ...effective(pair) }
    return { source: { by: 'clusters', ...clusters }, sides, counts, independent: unitsOf(pair, clusters) }
  }
  if (drawing.areCells(metric)) {
    const { counts, candidate, baseline } = foldIntoCells(pair)
    if (cellsPay(counts.length, pair.rows))
      return {
        source: { by: 'cells', counts },
        sides: [candidate, baseline],
        counts: namedCells(counts, candidate, baseline),
        independent: pair.rows,
      }
  }
  return {
    source: { by: 'rows', rows: pair.rows },
    sides,
    counts: effective(pair),
    independent: unitsOf(pair, undefined),
  }
}

function effective(pair: PairedPredictions): Record<string, number> {
  return pair.weight ? { effective_rows: effectiveRows(pair) } : {}
}

/** The table of a binary metric in full; for many classes how many cells there are. */
function namedCells(counts: Float64Array, candidate: OneSide, baseline: OneSide): Record<string, number> {
  if (candidate.task !== 'binary') return { cells: counts.length }
  return Object.fromEntries(
    Array.from(counts, (count, cell) => [
      `label_${candidate.label[cell]}_candidate_${candidate.prediction[cell]}_baseline_${baseline.prediction[cell]}`,
      count,
    ]),
  )
}

/** The interval that `estimateMetric` gives the side too, so that a report never shows two for one number. */
function ownEstimate(
  metric: Metric,
  side: OneSide,
  units: Units,
  drawn: Resampled,
  index: 0 | 1,
  options: CompareOptions,
): Estimate | NoValue {
  if (options.valuesOnly) return { value: drawn.values[index]! }
  if (units.source.by === 'clusters') return drawnEstimate(metric, side, drawn, index, options)
  if (metric.drawn === 'cells' && !side.weight) return metric.comparison.estimate(metric, side, options)
  return drawnEstimate(metric, side, drawn, index, options)
}

function drawnEstimate(
  metric: Metric,
  side: OneSide,
  drawn: Resampled,
  index: 0 | 1,
  { level }: CompareOptions,
): Estimate {
  const value = drawn.values[index]!
  const { low: drawnLow, high } = intervalAround(value, drawn.own[index]!, level)
  const reach = (high - drawnLow) / 2
  const low = metric.byChance ? Math.min(drawnLow, value - metric.byChance(side) - reach) : drawnLow
  const [least, greatest] = metric.range
  const interval = { low: Math.max(least, low), high: Math.min(greatest, high), level }
  return holdUnseen(metric, side, { value, interval, method: drawn.method })
}
