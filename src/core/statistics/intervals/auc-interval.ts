import { requireCount, requireInnerShare, requireShare } from '../checks.ts'
import { twoSidedZ } from '../distributions/distributions.ts'
import type { Bounds } from './proportions.ts'

/**
 * Newcombe's score interval of a ROC AUC ("Confidence intervals for an effect size measure based on the Mann–Whitney
 * statistic. Part 2", Statistics in Medicine 25, 2006, 559–573, method 5): all θ with |auc − θ| ≤ z √V(θ), where
 * V(θ) = θ(1 − θ) [1 + k (1 − θ) / (2 − θ) + k θ / (1 + θ)] / (m n), k = (m + n) / 2 − 1, is Hanley and McNeil's (1982) with
 * both classes given their mean size. As with Wilson's of a share the variance is that of the limit, not of the rows seen, so
 * the interval has a width at 0 and 1 too. Needs the two class sizes alone.
 *
 * @throws RangeError where a class has no row or the AUC is not within 0 to 1
 */
export function newcombeAuc(auc: number, positives: number, negatives: number, level = 0.95): Bounds {
  requireShare(auc, 'The AUC')
  requireCount(positives, 'The number of positives', 1)
  requireCount(negatives, 'The number of negatives', 1)
  requireInnerShare(level, 'The confidence level')
  const z = twoSidedZ(level)
  const middle = (positives + negatives) / 2 - 1
  const error = (theta: number) =>
    Math.sqrt(
      (theta * (1 - theta) * (1 + (middle * (1 - theta)) / (2 - theta) + (middle * theta) / (1 + theta))) /
        positives /
        negatives,
    )
  const isInside = (theta: number) => Math.abs(auc - theta) <= z * error(theta)
  return { low: lastInside(isInside, auc, 0), high: lastInside(isInside, auc, 1) }
}

// --- internal ---

/** The limit on the way from `inside` to `end`, by bisection to the last bit. */
function lastInside(isInside: (theta: number) => boolean, inside: number, end: 0 | 1): number {
  let within = inside
  let beyond: number = end
  for (let step = 0; step < 60; step++) {
    const middle = (within + beyond) / 2
    if (isInside(middle)) within = middle
    else beyond = middle
  }
  return isInside(beyond) ? beyond : within
}
