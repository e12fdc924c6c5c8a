import { numberOf } from './bins.ts'
import type { Bins } from './feature.ts'
import { type ModelProfile, POSITIVE } from './profile.ts'

/** Labels of the negative and of the positive class; undefined where a profile has no score. */
export function classesOf({
  score,
}: Pick<ModelProfile, 'score'>): [negative: string, positive: string] | undefined {
  if (!score) return undefined
  const { labels, positive = POSITIVE } = score
  const negative = Object.keys(labels).find(label => label !== positive)
  return negative === undefined ? undefined : [negative, positive]
}

/** Of more, a count for each class and each prediction would be too many series: no outcome is counted. */
export const MOST_TRUTHS = 20

/** What may come true, as outcomes are counted: the two classes of the score, or without one the classes that are predicted. */
export function truthLabels({
  score,
  prediction,
}: Pick<ModelProfile, 'score' | 'prediction'>): readonly string[] {
  if (score) return classesOf({ score }) ?? []
  const classes = prediction?.type === 'category' ? prediction.categories : []
  return classes.length <= MOST_TRUTHS ? classes : []
}

/** What came true, as the bins of a feature: one for each label, in the order that is given. */
export function labelBins(labels: readonly string[]): Bins {
  return {
    type: 'category',
    categories: [...labels],
    counts: labels.map(() => 0),
    missing: 0,
    pooled: 0,
  }
}

/**
 * What a score says of the class, where the accepted predictions were made of scores alone: undefined where they were not. No score
 * is no class, and what is no finite number stays what it is, which no class is.
 */
export function classByScore(
  profile: Pick<ModelProfile, 'score'>,
): ((score: unknown) => unknown) | undefined {
  const classes = classesOf(profile)
  const threshold = profile.score?.threshold
  if (!classes || threshold === undefined) return undefined
  const [negative, positive] = classes
  return score => {
    const number = numberOf(score)
    if (number === undefined || !Number.isFinite(number)) return number
    return number >= threshold ? positive : negative
  }
}
