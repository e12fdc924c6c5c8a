import { isShareName, type MacroName, type ShareName, shareOfMacro } from '../definitions.ts'
import type { OneSide } from '../side.ts'
import type { RowWeights } from './weights.ts'

/** Per class: how many rows carry the label, were predicted so, and both. Binary: class 1 is the positive one. */
export interface Tallies {
  labelled: Float64Array
  predicted: Float64Array
  hits: Float64Array
}

/** Empty tallies with a place for every class of this side. */
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

/**
 * Precision, recall or f1 of the positive class, or their mean over the classes of the truth: those that a row at hand is
 * labelled with. A class that is only predicted, were it once, is a wrong answer and no class of its own; a class that a
 * resample holds no row of is none of that resample. In the mean a class without a value counts 0, as in scikit-learn's
 * `average='macro', labels=<classes of the truth>, zero_division=0`; on its own it has none.
 */
export function shareOfTallies(
  name: ShareName | MacroName,
  { labelled, predicted, hits }: Tallies,
): number | undefined {
  if (isShareName(name)) return share(name, labelled[1]!, predicted[1]!, hits[1]!)
  let sum = 0
  let classes = 0
  for (let i = 0; i < hits.length; i++) {
    if (labelled[i] === 0) continue
    sum += share(shareOfMacro(name), labelled[i]!, predicted[i]!, hits[i]!) ?? 0
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

// --- internal ---

function share(name: ShareName, labelled: number, predicted: number, hits: number) {
  const parts = name === 'f1' ? 2 * hits : hits
  const whole = name === 'precision' ? predicted : name === 'recall' ? labelled : labelled + predicted
  return whole > 0 ? parts / whole : undefined
}
