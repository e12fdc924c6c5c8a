import { requireEqualLengths, requireFinite, requireInnerShare, requireZeroOne } from '../checks.ts'
import { clamp } from '../describe.ts'
import { normalSf, twoSidedZ } from '../distributions/distributions.ts'
import { logGamma } from '../distributions/gamma.ts'
import type { Bounds } from '../intervals/proportions.ts'
import { type Ranking, rankingOf } from '../ranking.ts'

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
  const { variances, covariance, ofDifference } = spreads(label, classes, ours, theirs)
  const se = Math.sqrt(ofDifference)
  return {
    aucChampion: theirs.auc,
    aucCandidate: ours.auc,
    difference,
    se,
    ...(se === 0 ? withoutVariance(difference, classes, level) : wald(difference, se, level)),
    varianceChampion: variances[1],
    varianceCandidate: variances[0],
    covariance,
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
  const se = Math.sqrt(spreads(label, classes, placed, placed).variances[0])
  const half = twoSidedZ(level) * se
  return { auc: placed.auc, se, low: clamp(placed.auc - half, 0, 1), high: clamp(placed.auc + half, 0, 1) }
}

/** Of each row the share of the other class that it is ranked rightly against, ties half. `label` holds 0 or 1. Not to be written to. */
export function placementsOf(label: Float64Array, score: Float64Array): Float64Array {
  const { positive } = rankingOf(score, label)
  let positives = 0
  for (let rank = 0; rank < positive.length; rank++) positives += positive[rank]!
  return placements(label, score, { positive: positives, negative: label.length - positives }).values
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
  const ranking = rankingOf(score, label)
  const known = PLACEMENTS.get(ranking)
  if (known) return known
  const { order, positive: isPositive, isTieEnd } = ranking
  const values = new Float64Array(order.length)
  let positiveBelow = 0
  let negativeBelow = 0
  let pairs = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    let positiveTied = 0
    do positiveTied += isPositive[end]!
    while (isTieEnd[end++] === 0)
    const negativeTied = end - start - positiveTied
    const ofPositive = (negativeBelow + negativeTied / 2) / negative
    const ofNegative = (positive - positiveBelow - positiveTied / 2) / positive
    for (let at = start; at < end; at++) values[order[at]!] = isPositive[at] === 1 ? ofPositive : ofNegative
    pairs += positiveTied * (negativeBelow + negativeTied / 2)
    positiveBelow += positiveTied
    negativeBelow += negativeTied
    start = end
  }
  const placed = { values, auc: pairs / positive / negative }
  PLACEMENTS.set(ranking, placed)
  return placed
}

/** Gone with the ranking: the value of a version, its interval and its difference to another are all made of them. */
const PLACEMENTS = new WeakMap<Ranking, Placements>()

/**
 * Variances and covariance of two AUCs and the variance of their difference: those of their placements, class by class. All of them
 * in one pass, without a branch: which class comes next cannot be guessed.
 */
function spreads(
  label: Float64Array,
  { positive, negative }: Classes,
  first: Placements,
  second: Placements,
): { variances: [number, number]; covariance: number; ofDifference: number } {
  const difference = first.auc - second.auc
  let [first0, first1, second0, second1, both0, both1, gain0, gain1] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let row = 0; row < label.length; row++) {
    const isPositive = label[row]!
    const isNegative = 1 - isPositive
    const one = first.values[row]! - first.auc
    const other = second.values[row]! - second.auc
    const gain = first.values[row]! - second.values[row]! - difference
    first1 += one * one * isPositive
    first0 += one * one * isNegative
    second1 += other * other * isPositive
    second0 += other * other * isNegative
    both1 += one * other * isPositive
    both0 += one * other * isNegative
    gain1 += gain * gain * isPositive
    gain0 += gain * gain * isNegative
  }
  const perPair = (ofPositive: number, ofNegative: number) =>
    ofPositive / (positive - 1) / positive + ofNegative / (negative - 1) / negative
  return {
    variances: [perPair(first1, first0), perPair(second1, second0)],
    covariance: perPair(both1, both0),
    ofDifference: perPair(gain1, gain0),
  }
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
