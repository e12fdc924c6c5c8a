import { requireEqualLengths, requireFinite, requireInnerShare, requireZeroOne } from '../checks.ts'
import { clamp } from '../describe.ts'
import { normalSf, twoSidedZ } from '../distributions/distributions.ts'
import { logGamma } from '../distributions/gamma.ts'
import type { Bounds } from '../intervals/proportions.ts'
import { sortOrder } from '../sort-order.ts'

export interface DeLong extends Bounds {
  aucChampion: number
  aucCandidate: number
  /** Candidate minus champion. */
  difference: number
  se: number
  z: number
  /** Two-sided. */
  p: number
  varianceChampion: number
  varianceCandidate: number
  covariance: number
}

/**
 * ROC AUCs of two models on the same rows (DeLong, DeLong & Clarke-Pearson 1988), in O(N log N) by ranks
 * (Sun & Xu 2014). `label` holds 0 or 1, at least two rows of each, else a RangeError.
 *
 * Without variance: equal AUCs give p 1 and the interval [0, 0]. Different ones (each model separates all rows, ties
 * them all, or gets all wrong) give the smallest p any ranking of that many rows can have, and an interval
 * that is the difference itself if that p is significant, else everything.
 */
export function delong(
  label: Float64Array,
  champion: Float64Array,
  candidate: Float64Array,
  level = 0.95,
): DeLong {
  requireInnerShare(level, 'The confidence level')
  const classes = requireScores(label, champion)
  requireScores(label, candidate)
  const ours = placements(label, candidate, classes)
  const theirs = placements(label, champion, classes)
  const difference = ours.auc - theirs.auc
  const gain = ours.values.map((value, row) => value - theirs.values[row]!)
  const se = Math.sqrt(
    covariance(label, classes, { values: gain, auc: difference }, { values: gain, auc: difference }),
  )
  return {
    aucChampion: theirs.auc,
    aucCandidate: ours.auc,
    difference,
    se,
    ...(se === 0 ? withoutVariance(difference, classes, level) : wald(difference, se, level)),
    varianceChampion: covariance(label, classes, theirs, theirs),
    varianceCandidate: covariance(label, classes, ours, ours),
    covariance: covariance(label, classes, ours, theirs),
  }
}

/** ROC AUC of one model with DeLong's interval, cut at 0 and 1. Same demands as `delong`. */
export function aucInterval(
  label: Float64Array,
  score: Float64Array,
  level = 0.95,
): Bounds & { auc: number; se: number } {
  requireInnerShare(level, 'The confidence level')
  const classes = requireScores(label, score)
  const placed = placements(label, score, classes)
  const se = Math.sqrt(covariance(label, classes, placed, placed))
  const half = twoSidedZ(level) * se
  return { auc: placed.auc, se, low: clamp(placed.auc - half, 0, 1), high: clamp(placed.auc + half, 0, 1) }
}

// --- internal ---

interface Classes {
  positive: number
  negative: number
}

/** For each row the share of the other class that it is ranked rightly against, ties half; their mean is the AUC. */
interface Placements {
  values: Float64Array
  auc: number
}

function requireScores(label: Float64Array, score: Float64Array): Classes {
  requireEqualLengths(label, score, 'Labels and scores')
  requireZeroOne(label, 'Labels')
  requireFinite(score, 'Scores')
  let positive = 0
  for (let row = 0; row < label.length; row++) positive += label[row]!
  const negative = label.length - positive
  if (positive < 2 || negative < 2)
    throw new RangeError(
      `ROC AUC needs at least two rows of each class, but there are ${positive} positive and ${negative} negative.`,
    )
  return { positive, negative }
}

function placements(label: Float64Array, score: Float64Array, { positive, negative }: Classes): Placements {
  const order = sortOrder(score)
  const values = new Float64Array(order.length)
  let positiveBelow = 0
  let negativeBelow = 0
  let pairs = 0
  for (let start = 0; start < order.length; ) {
    const tied = score[order[start]!]!
    let end = start
    let positiveTied = 0
    for (; end < order.length && score[order[end]!] === tied; end++) positiveTied += label[order[end]!]!
    const negativeTied = end - start - positiveTied
    const ofPositive = (negativeBelow + negativeTied / 2) / negative
    const ofNegative = (positive - positiveBelow - positiveTied / 2) / positive
    for (let at = start; at < end; at++) {
      const row = order[at]!
      values[row] = label[row] === 1 ? ofPositive : ofNegative
    }
    pairs += positiveTied * (negativeBelow + negativeTied / 2)
    positiveBelow += positiveTied
    negativeBelow += negativeTied
    start = end
  }
  return { values, auc: pairs / positive / negative }
}

/** Covariance of two AUCs: that of their placements, class by class. */
function covariance(
  label: Float64Array,
  { positive, negative }: Classes,
  a: Placements,
  b: Placements,
): number {
  let ofPositive = 0
  let ofNegative = 0
  for (let row = 0; row < label.length; row++) {
    const product = (a.values[row]! - a.auc) * (b.values[row]! - b.auc)
    if (label[row] === 1) ofPositive += product
    else ofNegative += product
  }
  return ofPositive / (positive - 1) / positive + ofNegative / (negative - 1) / negative
}

type Inference = Pick<DeLong, 'z' | 'p' | 'low' | 'high'>

function wald(difference: number, se: number, level: number): Inference {
  const z = difference / se
  const half = twoSidedZ(level) * se
  return {
    z,
    p: Math.min(1, 2 * normalSf(Math.abs(z))),
    low: clamp(difference - half, -1, 1),
    high: clamp(difference + half, -1, 1),
  }
}

function withoutVariance(difference: number, { positive, negative }: Classes, level: number): Inference {
  if (difference === 0) return { z: 0, p: 1, low: 0, high: 0 }
  const z = Math.sign(difference) * Number.POSITIVE_INFINITY
  const logRankings = logGamma(positive + negative + 1) - logGamma(positive + 1) - logGamma(negative + 1)
  const p = Math.min(1, 2 * Math.exp(-logRankings))
  return p < 1 - level ? { z, p, low: difference, high: difference } : { z, p, low: -1, high: 1 }
}
