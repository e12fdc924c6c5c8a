import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { type OneSide, sideOf } from '../side.ts'
import type { Clusters } from './influence.ts'
import { type Metric, needsScores } from './metric.ts'

/**
 * Rows that tell something of how much a number can vary: those that do to the metric what most rows do not. Where next to
 * none do, the spread that was seen is no measure of the spread that there is.
 */

/** Numbers nearer to each other than this, as a part of the largest, are the same but for the rounding of 32 bits. */
const ROUNDING = 1e-6

/** How many rows, or clusters of rows, tell something of the value of one side. */
export function tellingOf(metric: Metric, side: OneSide, clusters?: Clusters): number {
  return countApart(metric.telling.marks(side), strataOf(metric, side), clusters)
}

/** How many rows, or clusters of rows, tell something of the difference of two. */
export function tellingOfPair(
  metric: Metric,
  pair: PairedPredictions,
  clusters: Clusters | undefined,
): number {
  const ours = metric.telling.marks(sideOf(pair, 'candidate'))
  const theirs = metric.telling.marks(sideOf(pair, 'baseline'))
  const scale = Math.max(largest(ours), largest(theirs))
  for (let i = 0; i < ours.length; i++) ours[i]! -= theirs[i]!
  return countApart(ours, strataOf(metric, sideOf(pair, 'candidate')), clusters, scale)
}

/** How many rows the two answer differently, as far as the metric sees their answers. */
export function answeredApart(metric: Metric, pair: PairedPredictions): number {
  const [ours, theirs] = [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')].map(side => {
    if (metric.needs === 'values') return [metric.telling.marks(side)]
    return needsScores(metric) ? (side.probabilities ?? [side.score ?? side.prediction]) : [side.prediction]
  }) as [Float64Array[], Float64Array[]]
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

function strataOf({ telling }: Metric, side: OneSide): Float64Array | undefined {
  return telling.areWithinClass && side.label
}

function countApart(
  marks: Float64Array,
  strata: Float64Array | undefined,
  clusters: Clusters | undefined,
  scale = largest(marks),
): number {
  const least = ROUNDING * scale
  const usual = Array.from({ length: 1 + (strata ? largest(strata) : 0) }, (_, stratum) =>
    mostCommon(marks, least, row => (strata?.[row] ?? 0) === stratum),
  )
  const apart = new Set<number>()
  let rows = 0
  for (let i = 0; i < marks.length; i++) {
    if (!(Math.abs(marks[i]! - usual[strata?.[i] ?? 0]!) > least)) continue
    if (clusters) apart.add(clusters.codes[i]!)
    else rows++
  }
  return clusters ? apart.size : rows
}

/**
 * The number that more than half of the rows have, by Boyer and Moore's vote. Where none is in the majority it is any of them:
 * then half of the rows are apart from it in any case, which is what counts.
 */
function mostCommon(marks: Float64Array, least: number, isCounted: (row: number) => boolean): number {
  let candidate = 0
  let votes = 0
  for (let i = 0; i < marks.length; i++) {
    if (!isCounted(i)) continue
    if (votes === 0) candidate = marks[i]!
    votes += Math.abs(marks[i]! - candidate) > least ? -1 : 1
  }
  return candidate
}

function largest(numbers: Float64Array): number {
  let size = 0
  for (let i = 0; i < numbers.length; i++) size = Math.max(size, Math.abs(numbers[i]!))
  return size
}
