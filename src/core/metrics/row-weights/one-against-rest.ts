import type { OneSide } from '../side.ts'
import { rocAuc } from './ranks.ts'
import type { MetricByWeights, RowWeights } from './weights.ts'

/**
 * ROC AUC of several classes: of each class of the truth against all others, by its probability, and the mean of those. A class
 * that a resample drew no row of is none of its mean.
 */

/** How much a class counts in the mean: each the same, or as its share of the rows. */
export type ClassWeighting = 'each alike' | 'by rows'

/** The classes that rows are labelled with, ascending. */
export function classesOfTruth(side: OneSide): number[] {
  return [...rowsByClass(side).entries()].flatMap(([index, rows]) => (rows > 0 ? [index] : []))
}

/** One class of several as the positive one of two. */
export function againstRest(side: OneSide, index: number): OneSide {
  const label = side.label.map(own => (own === index ? 1 : 0))
  return { task: 'binary', rows: side.rows, label, prediction: label, score: side.probabilities![index] }
}

export function meanRocAuc(weighting: ClassWeighting): (side: OneSide) => MetricByWeights {
  return side => {
    const classes = classesOfTruth(side).map(index => ({
      index,
      auc: rocAuc(againstRest(side, index)),
    }))
    return weights => {
      const shares = weighting === 'by rows' ? rowsByClass(side, weights) : undefined
      let sum = 0
      let whole = 0
      for (const { index, auc } of classes) {
        const own = auc(weights)
        if (own === undefined) continue
        const share = shares?.[index] ?? 1
        sum += share * own
        whole += share
      }
      return whole > 0 ? sum / whole : undefined
    }
  }
}

/** How many rows are labelled with each class, up to the last that one is; each as often as its weight says. */
export function rowsByClass({ label }: Pick<OneSide, 'label'>, weights?: RowWeights): Float64Array {
  let last = -1
  for (let i = 0; i < label.length; i++) if (label[i]! > last) last = label[i]!
  const counts = new Float64Array(last + 1)
  for (let i = 0; i < label.length; i++) counts[label[i]!]! += weights ? weights[i]! : 1
  return counts
}
