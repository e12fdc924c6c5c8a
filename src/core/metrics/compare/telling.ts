import type { WeightColumn } from '../../inputs/evaluation.ts'
import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { kish } from '../../statistics/describe.ts'
import { type OneSide, sideOf } from '../side.ts'
import type { Clusters } from './influence.ts'
import { type Metric, needsScores } from './metric.ts'

/**
 * Rows that tell something of how much a number can vary: those that do to the metric what most rows do not. Where next to
 * none do, the spread that was seen is no measure of the spread that there is.
 */

/** Numbers nearer to each other than this, as a part of the largest, are the same but for the rounding of 32 bits. */
const ROUNDING = 1e-6

/** As many rows as every question about them asks for at most: more than these need not be counted. */
const ENOUGH = 100
/** Rows that are looked at first: mostly as many as that tell something among them. */
const FIRST_ROWS = 10_000

/**
 * How many rows, or clusters of rows, tell something of the value of one side; 100 may stand for any number above it. Of rows with
 * weights it is how many of one weight those are worth, rounded down.
 */
export function tellingOf(metric: Metric, side: OneSide, clusters?: Clusters): number {
  const { most } = metric.telling
  const marks = marksOf(metric)
  const { weight } = side
  if (most !== undefined && !clusters && !weight && areEnough(marks(firstRows(side)), undefined, most))
    return ENOUGH
  const all = marks(side)
  return countApart(all, { strata: strataOf(metric, side), clusters, weight, scale: largest(all) })
}

/** How many rows, or clusters of rows, tell something of the difference of two; 100 may stand for any number above it. */
export function tellingOfPair(
  metric: Metric,
  pair: PairedPredictions,
  clusters: Clusters | undefined,
): number {
  const { most } = metric.telling
  const marks = marksOf(metric)
  const { weight } = pair
  const sides = [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')] as const
  if (most !== undefined && !clusters && !weight) {
    const first = difference(...both(sides, side => marks(firstRows(side))))
    if (areEnough(first, undefined, most)) return ENOUGH
  }
  const [ours, theirs] = both(sides, marks)
  const scale = Math.max(largest(ours), largest(theirs))
  const strata = strataOf(metric, sides[0])
  return countApart(difference(ours, theirs), { strata, clusters, weight, scale })
}

/** How many rows the two answer differently, as far as the metric sees their answers. */
export function answeredApart(metric: Metric, pair: PairedPredictions): number {
  const [ours, theirs] = [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')].map(side => {
    if (metric.needs === 'values') return [metric.telling.marks(side)]
    return needsScores(metric) ? (side.probabilities ?? [side.score ?? side.prediction]) : [side.prediction]
  }) as [Float64Array[], Float64Array[]]
  if (ours.length === 1) return countDiffering(ours[0]!, theirs[0]!)
  const isApart = new Uint8Array(pair.rows)
  for (const [index, own] of ours.entries()) {
    const other = theirs[index]!
    const least = ROUNDING * Math.max(largest(own), largest(other))
    for (let i = 0; i < own.length; i++) if (Math.abs(own[i]! - other[i]!) > least) isApart[i] = 1
  }
  let apart = 0
  for (let i = 0; i < isApart.length; i++) apart += isApart[i]!
  return apart
}

// --- internal ---

/** A mark is that of its row, whatever the row counts. */
function marksOf({ telling }: Metric): (side: OneSide) => Float64Array {
  return side => telling.marks({ ...side, weight: undefined })
}

function strataOf({ telling }: Metric, side: OneSide): Float64Array | undefined {
  return telling.areWithinClass && side.label
}

function both<T, R>([first, second]: readonly [T, T], make: (one: T) => R): [R, R] {
  return [make(first), make(second)]
}

/** In place, in the first. */
function difference(ours: Float64Array, theirs: Float64Array): Float64Array {
  for (let i = 0; i < ours.length; i++) ours[i]! -= theirs[i]!
  return ours
}

function countDiffering(ours: Float64Array, theirs: Float64Array): number {
  const least = ROUNDING * Math.max(largest(ours), largest(theirs))
  let apart = 0
  for (let i = 0; i < ours.length; i++) apart += Math.abs(ours[i]! - theirs[i]!) > least ? 1 : 0
  return apart
}

/** The same arrays, up to so many rows. */
function firstRows(side: OneSide): OneSide {
  const cut = (values: Float64Array) => values.subarray(0, FIRST_ROWS)
  return {
    ...side,
    rows: Math.min(side.rows, FIRST_ROWS),
    label: cut(side.label),
    prediction: cut(side.prediction),
    ...(side.score && { score: cut(side.score) }),
    ...(side.values && { values: side.values.map(one => ({ ...one, values: cut(one.values) })) }),
    ...(side.probabilities && { probabilities: side.probabilities.map(cut) }),
  }
}

/**
 * Whether the first rows are enough to see that enough of all tell something: of two of one stratum whose marks differ by more than
 * rounding one is apart from what most rows do, whatever that is.
 *
 * @param scale no mark is larger
 */
function areEnough(marks: Float64Array, strata: Float64Array | undefined, scale: number): boolean {
  // Far more than what counts as the same, so that rounding plays no part in it.
  const least = 4 * ROUNDING * scale
  const open = new Map<number, number>()
  let pairs = 0
  for (let row = 0; row < Math.min(marks.length, FIRST_ROWS) && pairs < ENOUGH; row++) {
    const stratum = strata?.[row] ?? 0
    const other = open.get(stratum)
    if (other === undefined) open.set(stratum, marks[row]!)
    else if (Math.abs(marks[row]! - other) > least) {
      pairs++
      open.delete(stratum)
    }
  }
  return pairs >= ENOUGH
}

interface Apart {
  strata: Float64Array | undefined
  clusters: Clusters | undefined
  weight: WeightColumn | undefined
  /** No mark is larger. */
  scale: number
}

function countApart(marks: Float64Array, { strata, clusters, weight, scale }: Apart): number {
  if (!clusters && !weight && areEnough(marks, strata, scale)) return ENOUGH
  const least = ROUNDING * scale
  const usual = Array.from({ length: 1 + (strata ? largest(strata) : 0) }, (_, stratum) =>
    strata ? mostCommonIn(marks, least, strata, stratum) : mostCommon(marks, least),
  )
  const apart = new Map<number, number>()
  let rows = 0
  for (let i = 0; i < marks.length; i++) {
    if (!(Math.abs(marks[i]! - usual[strata?.[i] ?? 0]!) > least)) continue
    if (!clusters && !weight) rows++
    else {
      const unit = clusters ? clusters.codes[i]! : i
      apart.set(unit, (apart.get(unit) ?? 0) + (weight ? weight.values[i]! : 1))
    }
  }
  if (weight) return Math.floor(kish([...apart.values()]))
  return clusters ? apart.size : rows
}

/**
 * The number that more than half of the rows have, by Boyer and Moore's vote. Where none is in the majority it is any of them:
 * then half of the rows are apart from it in any case, which is what counts.
 */
function mostCommon(marks: Float64Array, least: number): number {
  let candidate = 0
  let votes = 0
  for (let i = 0; i < marks.length; i++) {
    if (votes === 0) candidate = marks[i]!
    votes += Math.abs(marks[i]! - candidate) > least ? -1 : 1
  }
  return candidate
}

/** The same of the rows of one class. */
function mostCommonIn(marks: Float64Array, least: number, strata: Float64Array, stratum: number): number {
  return mostCommon(
    marks.filter((_, row) => strata[row] === stratum),
    least,
  )
}

function largest(numbers: Float64Array): number {
  let size = 0
  for (let i = 0; i < numbers.length; i++) {
    const own = Math.abs(numbers[i]!)
    if (own > size) size = own
  }
  return size
}
