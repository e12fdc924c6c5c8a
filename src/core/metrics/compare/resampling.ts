import { sorted, sortedQuantile, variance } from '../../statistics/describe.ts'
import { normalSf, tQuantile, twoSidedZ } from '../../statistics/distributions/distributions.ts'
import { type Bootstrap, cellBootstrap, pairedBootstrap } from '../../statistics/intervals/bootstrap.ts'
import type { Bounds } from '../../statistics/intervals/proportions.ts'
import { meanTest } from '../../statistics/paired/paired-t.ts'
import type { RowWeights } from '../row-weights/weights.ts'
import { hasNoValue, type NoValue, type OneSide } from '../side.ts'
import type { CompareOptions } from './comparison.ts'
import { type Clusters, standardErrorOf } from './influence.ts'
import type { Metric } from './metric.ts'

/** What is drawn: single rows, whole clusters of rows, or how many rows fall into each cell. */
export type Source =
  | { by: 'rows'; rows: number }
  | ({ by: 'clusters' } & Clusters)
  | { by: 'cells'; counts: Float64Array }

/** What resampling says about a metric of one side, or about the difference of two. */
export interface Resampled extends Bounds {
  se: number
  /** Two-sided, for "it is 0". */
  p: number
  values: number[]
  /** Each side's own interval. */
  own: Bounds[]
  method: string
  seed?: number
  resamples?: number
}

export const RESAMPLES = 2000
/** Percentiles of fewer resamples are too rough; their standard deviation is not. */
const RESAMPLES_FOR_PERCENTILES = 1000
/** Rows × resamples that one metric may draw: seconds of work. */
export const MOST_DRAWS = 2e8
/**
 * From this many rows on the jackknife takes the bootstrap's place. Both have the same limit, and here the widths of their
 * intervals for average precision, RMSE and R² differ by a few per cent, about the noise of 2,000 resamples. With few
 * positives that of average precision is narrower by the jackknife (8 % at 100 of them, up to 20 % at 30), and still holds: of
 * 500 pairs of equally good versions it covered the true difference in 98 % and 100 %. That of ECE, whose bins without a gap
 * have no slope, is up to a quarter wider. The work is a thousandth, so from here on it grows with the rows and has no step down.
 */
const ROWS_FOR_JACKKNIFE = 10_000
/** One draw of a cell's count takes about as long as drawing this many rows. */
const ROWS_PER_CELL = 20
/** With fewer resamples beyond 0 than this their share is too rough a p, and the normal tail is used. */
const RESAMPLES_FOR_SHARE = 10

/** Whether drawing cells is cheaper than drawing rows, and cheap enough. */
export function cellsPay(cells: number, rows: number): boolean {
  const draws = cells * ROWS_PER_CELL
  return draws < rows && draws * RESAMPLES_FOR_PERCENTILES <= MOST_DRAWS
}

/**
 * Interval, standard error and p of a metric (one side) or of the difference first − second (two sides) that were
 * prepared over the units of `source`. On many rows, unless `resamples` asks for the bootstrap, and where the draws allow fewer
 * than 1,000 resamples, the infinitesimal jackknife takes the bootstrap's place: it is what the bootstrap's error becomes
 * for many rows, at the cost of a sort.
 */
export function resample(
  metric: Metric,
  sides: OneSide[],
  source: Source,
  options: CompareOptions,
): Resampled | NoValue {
  const wanted = options.resamples ?? RESAMPLES
  const rows = source.by === 'cells' ? source.counts.length * ROWS_PER_CELL : sides[0]!.rows
  const draws = rows * (metric.passes?.(sides[0]!) ?? 1)
  const affordable = Math.floor((options.draws ?? MOST_DRAWS) / draws)
  const isMany = options.resamples === undefined && sides[0]!.rows >= ROWS_FOR_JACKKNIFE
  if (source.by !== 'cells' && (isMany || affordable < Math.min(wanted, RESAMPLES_FOR_PERCENTILES)))
    return linearise(metric, sides, source.by === 'clusters' ? source : undefined, options)
  return bootstrap(metric, sides, source, options, Math.min(wanted, affordable))
}

// --- internal ---

function bootstrap(
  metric: Metric,
  sides: OneSide[],
  source: Source,
  options: CompareOptions,
  resamples: number,
): Resampled | NoValue {
  const prepared = sides.map(side => metric.value(side))
  const all = source.by === 'cells' ? source.counts : new Uint32Array(sides[0]!.rows).fill(1)
  const values = definedValues(
    metric,
    prepared.map(value => value(all)),
  )
  if (hasNoValue(values)) return values
  const replicates = sides.map((): number[] => [])
  const drawn = draw(source, resamples, options, weights => {
    const ofSides = prepared.map(value => value(weights))
    if (!ofSides.every(value => value !== undefined && Number.isFinite(value))) return undefined
    for (const [side, own] of replicates.entries()) own.push(ofSides[side]!)
    return combine(ofSides as number[])
  })
  const centre = combine(values)
  const percentiles = resamples >= RESAMPLES_FOR_PERCENTILES
  return {
    ...(percentiles ? { low: drawn.low, high: drawn.high } : normalBounds(centre, drawn.se, options.level)),
    se: drawn.se,
    p: percentiles ? pOf(drawn, centre) : normalP(centre, drawn.se),
    values,
    own: replicates.map((own, side) =>
      percentiles
        ? percentileBounds(own, options.level)
        : normalBounds(values[side]!, Math.sqrt(variance(own)), options.level),
    ),
    method: source.by === 'clusters' ? 'cluster-bootstrap' : 'paired-bootstrap',
    seed: options.seed,
    resamples,
  }
}

/** Draws, and hands over each draw as how often each row (or cell) was drawn. */
export function draw(
  source: Source,
  resamples: number,
  { seed, level }: CompareOptions,
  statistic: (weights: RowWeights) => number | undefined,
): Bootstrap {
  if (source.by === 'cells') return cellBootstrap({ cells: source.counts, resamples, seed, statistic }, level)
  const codes = source.by === 'clusters' ? source.codes : undefined
  const units = source.by === 'clusters' ? source.count : source.rows
  const drawn = new Uint32Array(units)
  const weights = codes ? new Uint32Array(codes.length) : drawn
  const ofIndices = (indices: Uint32Array) => {
    drawn.fill(0)
    for (let i = 0; i < indices.length; i++) drawn[indices[i]!]!++
    // A row counts as often as its cluster was drawn.
    if (codes) for (let row = 0; row < codes.length; row++) weights[row] = drawn[codes[row]!]!
    return statistic(weights)
  }
  return pairedBootstrap({ rows: units, resamples, seed, statistic: ofIndices }, level)
}

function linearise(
  metric: Metric,
  sides: OneSide[],
  clusters: Clusters | undefined,
  options: CompareOptions,
): Resampled | NoValue {
  const once = new Uint8Array(sides[0]!.rows).fill(1)
  const values = definedValues(
    metric,
    sides.map(side => metric.value(side)(once)),
  )
  if (hasNoValue(values)) return values
  const influences = sides.map((side, index) => metric.influence(side, values[index]!))
  const freedom = (influence: Float64Array) => freedomOf(metric, sides[0]!, influence, clusters)
  const own = influences.map((influence, side) => {
    const half = tQuantile((1 + options.level) / 2, freedom(influence)) * standardErrorOf(influence, clusters)
    return { low: values[side]! - half, high: values[side]! + half }
  })
  const [first, second] = influences
  if (second) for (let i = 0; i < first!.length; i++) first![i]! -= second[i]!
  const se = standardErrorOf(first!, clusters)
  const centre = combine(values)
  const { low, high, p } = meanTest(centre, se, freedom(first!), options.level)
  return {
    low,
    high,
    se,
    p,
    values,
    own,
    method: clusters ? 'cluster-infinitesimal-jackknife' : 'infinitesimal-jackknife',
  }
}

/**
 * Degrees of freedom of the error: one less than the clusters, or the rows, and of a ranking of two classes than the rows
 * of the rarer one, which carry its noise (as for DeLong's, see by-delong.ts). Of a ranking of several each class carries its part.
 */
function freedomOf(
  { telling }: Metric,
  side: OneSide,
  influence: Float64Array,
  clusters: Clusters | undefined,
): number {
  const units = clusters?.count ?? side.rows
  if (side.task === 'multiclass' && telling.areWithinClass)
    return Math.max(1, Math.min(units - 1, freedomOfClasses(influence, side.label)))
  if (side.task !== 'binary') return units - 1
  let positives = 0
  for (let i = 0; i < side.label.length; i++) positives += side.label[i]!
  const rarer = Math.min(positives, side.rows - positives)
  return Math.max(1, Math.min(units, rarer) - 1)
}

/** (Σ V)² / Σ V²/(n − 1) over the classes, of n rows each, with V the squares of its rows (Satterthwaite 1946). */
function freedomOfClasses(influence: Float64Array, label: Float64Array): number {
  const classes = new Map<number, { rows: number; squares: number }>()
  for (let i = 0; i < influence.length; i++) {
    const own = classes.get(label[i]!) ?? { rows: 0, squares: 0 }
    own.rows++
    own.squares += influence[i]! ** 2
    classes.set(label[i]!, own)
  }
  let sum = 0
  let parts = 0
  for (const { rows, squares } of classes.values()) {
    sum += squares
    parts += squares ** 2 / Math.max(1, rows - 1)
  }
  return parts > 0 ? sum ** 2 / parts : influence.length - 1
}

/** The values of the sides, or why one has none. */
export function definedValues(metric: Metric, values: (number | undefined)[]): number[] | NoValue {
  if (values.includes(undefined)) return { undefinedBecause: metric.undefinedWhen }
  if (values.every(value => Number.isFinite(value))) return values as number[]
  return { undefinedBecause: 'the numbers are too large to compute it' }
}

/** That of one side, or the difference of two. */
export function combine(values: number[]): number {
  return values.length === 1 ? values[0]! : values[0]! - values[1]!
}

function normalBounds(value: number, se: number, level: number): Bounds {
  const half = twoSidedZ(level) * se
  return { low: value - half, high: value + half }
}

function percentileBounds(replicates: number[], level: number): Bounds {
  const ordered = sorted(replicates)
  const tail = (1 - level) / 2
  return { low: sortedQuantile(ordered, tail), high: sortedQuantile(ordered, 1 - tail) }
}

/** A share of resamples cannot be smaller than one of them, too rough to be corrected for fifty slices. */
function pOf(drawn: Bootstrap, value: number): number {
  const beyond = (drawn.p * (drawn.used + 1)) / 2 - 1
  return beyond >= RESAMPLES_FOR_SHARE ? drawn.p : Math.min(drawn.p, normalP(value, drawn.se))
}

function normalP(value: number, se: number): number {
  if (se === 0) return value === 0 ? 1 : 0
  return Math.min(1, 2 * normalSf(Math.abs(value) / se))
}
