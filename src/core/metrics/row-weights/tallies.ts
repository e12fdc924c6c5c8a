import type { OneSide } from '../side.ts'
import { countsOf } from './counts.ts'
import type { MetricByWeights, RowWeights } from './weights.ts'

/** Shares of the rows of a class, such as precision, and their means over the classes. */

/** A share of the rows of a class: its hits, over the rows that were labelled so, predicted so, or either. */
export interface Share {
  /** How often a hit counts: once for every time that `whole` counts its row. */
  hitCounts: 1 | 2
  whole(labelled: number, predicted: number): number
}

export const PRECISION: Share = { hitCounts: 1, whole: (_labelled, predicted) => predicted }
export const RECALL: Share = { hitCounts: 1, whole: labelled => labelled }
export const F1: Share = { hitCounts: 2, whole: (labelled, predicted) => labelled + predicted }

/** Of which class: the positive one of two, or the mean over the classes of the truth. */
export type ShareOf = 'positive' | 'classes'

/** Per class: how many rows carry the label, were predicted so, and both. Binary: class 1 is the positive one. */
export interface Tallies {
  labelled: Float64Array
  predicted: Float64Array
  hits: Float64Array
}

/** The share of one side as a function of how often each row counts. */
export function shareOfRows(share: Share, of: ShareOf): (side: OneSide) => MetricByWeights {
  return side => {
    const tallies = emptyTallies(side)
    return weights => {
      addTallies(tallies, side, weights)
      return shareOfTallies(share, of, tallies)
    }
  }
}

/** Counts the rows, each once or by its weight. */
export function talliesOf(side: OneSide): Tallies {
  const tallies = emptyTallies(side)
  addTallies(tallies, side, countsOf(side))
  return tallies
}

/**
 * A share of the positive class, or its mean over the classes of the truth: those that a row at hand is
 * labelled with. A class that is only predicted, were it once, is a wrong answer and no class of its own; a class that a
 * resample holds no row of is none of that resample. In the mean a class without a value counts 0, as in scikit-learn's
 * `average='macro', labels=<classes of the truth>, zero_division=0`; on its own it has none.
 */
export function shareOfTallies(
  share: Share,
  of: ShareOf,
  { labelled, predicted, hits }: Tallies,
): number | undefined {
  if (of === 'positive') return shareOfClass(share, labelled[1]!, predicted[1]!, hits[1]!)
  let sum = 0
  let classes = 0
  for (let i = 0; i < hits.length; i++) {
    if (labelled[i] === 0) continue
    sum += shareOfClass(share, labelled[i]!, predicted[i]!, hits[i]!) ?? 0
    classes++
  }
  return classes > 0 ? sum / classes : undefined
}

/** How many classes labels and predictions of this side are indices into. */
export function classCount(side: OneSide): number {
  if (side.classes) return side.classes.length
  if (side.task === 'binary') return 2
  let highest = 0
  for (let i = 0; i < side.rows; i++) highest = Math.max(highest, side.label[i]!, side.prediction[i]!)
  return highest + 1
}

/** Empty tallies with a count for every class of this side. */
export function emptyTallies(side: OneSide): Tallies {
  const classes = classCount(side)
  return {
    labelled: new Float64Array(classes),
    predicted: new Float64Array(classes),
    hits: new Float64Array(classes),
  }
}

/** Counts the rows anew into `tallies`, each row as often as its weight says. */
export function addTallies(tallies: Tallies, side: OneSide, weights: RowWeights): void {
  const { labelled, predicted, hits } = tallies
  labelled.fill(0)
  predicted.fill(0)
  hits.fill(0)
  for (let i = 0; i < side.rows; i++) {
    const label = side.label[i]!
    const prediction = side.prediction[i]!
    const weight = weights[i]!
    labelled[label]! += weight
    predicted[prediction]! += weight
    if (label === prediction) hits[label]! += weight
  }
}

// --- internal ---

function shareOfClass({ hitCounts, whole }: Share, labelled: number, predicted: number, hits: number) {
  const all = whole(labelled, predicted)
  return all > 0 ? (hitCounts * hits) / all : undefined
}
