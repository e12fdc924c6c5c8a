import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { clamp } from '../../statistics/describe.ts'
import { tQuantile, twoSidedZ } from '../../statistics/distributions/distributions.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { newcombeAuc } from '../../statistics/intervals/auc-interval.ts'
import { aucInterval, delong } from '../../statistics/paired/delong.ts'
import { meanTest } from '../../statistics/paired/paired-t.ts'
import { hasNoValue, type NoValue, type OneSide } from '../side.ts'
import { type Compared, type CompareOptions, differenceOf } from './comparison.ts'
import type { Method, Metric } from './metric.ts'
import { findUnseen } from './unseen.ts'

/**
 * DeLong's normal distribution is that of many rows of either class. With five positives it finds a difference where
 * there is none in 10 % of cases instead of 5 %, with ten in 7 %; below this many rows of the rarer class Student's t
 * with one degree of freedom fewer than those rows takes its place, which keeps to 5 %.
 */
const ROWS_FOR_NORMAL = 50

/** ROC AUCs on independent rows by DeLong's method. */
export const BY_DELONG: Method = {
  compare: compareAucs,
  estimate: (_metric, side, { level }) => estimateAuc(side, level),
}

// --- internal ---

function compareAucs(metric: Metric, pair: PairedPredictions, options: CompareOptions): Compared | NoValue {
  const positives = countPositives(pair.label)
  const rarer = Math.min(positives, pair.rows - positives)
  const tooFew = tooFewForVariance(rarer)
  if (tooFew) return tooFew
  const test = delong(pair.label, pair.baseline.score!, pair.candidate.score!, options.level)
  const byT = rarer < ROWS_FOR_NORMAL && test.se > 0
  const { p, low, high } = byT ? meanTest(test.difference, test.se, rarer - 1, options.level) : test
  const finding = {
    value: test.difference,
    own: { candidate: test.aucCandidate, baseline: test.aucChampion },
    low: clamp(low, -1, 1),
    high: clamp(high, -1, 1),
    p,
    se: test.se,
    method: byT ? 'delong+t' : 'delong',
    rows: pair.rows,
    counts: { positives, negatives: pair.rows - positives },
  }
  const found = findUnseen(metric, pair, finding, options)
  if (hasNoValue(found)) return found
  const { counts } = finding
  return {
    candidate: aucEstimate(test.aucCandidate, Math.sqrt(test.varianceCandidate), counts, options.level),
    baseline: aucEstimate(test.aucChampion, Math.sqrt(test.varianceChampion), counts, options.level),
    difference: differenceOf(found, options),
  }
}

function estimateAuc(side: OneSide, level: number): Estimate | NoValue {
  const positives = countPositives(side.label)
  const rarer = Math.min(positives, side.rows - positives)
  const tooFew = tooFewForVariance(rarer)
  if (tooFew) return tooFew
  const { auc, se } = aucInterval(side.label, side.score!, level)
  return aucEstimate(auc, se, { positives, negatives: side.rows - positives }, level)
}

/**
 * DeLong's error is that of the rows seen: where next to none is ranked wrongly it is next to nothing. Of an AUC of 0.99 with ten
 * rows of either class its interval holds the truth in 37 % of cases. Where it is far narrower than Newcombe's, which knows
 * the sizes alone, it goes over into that: from three quarters of its width on, wholly at half.
 */
function aucEstimate(
  auc: number,
  se: number,
  { positives, negatives }: { positives: number; negatives: number },
  level: number,
): Estimate {
  const rarer = Math.min(positives, negatives)
  const byT = rarer < ROWS_FOR_NORMAL
  const half = (byT ? tQuantile((1 + level) / 2, rarer - 1) : twoSidedZ(level)) * se
  const wide = newcombeAuc(auc, positives, negatives, level)
  const interval = {
    low: clamp(auc - between(half, auc - wide.low), 0, 1),
    high: clamp(auc + between(half, wide.high - auc), 0, 1),
    level,
  }
  return { value: auc, interval, method: byT ? 'delong+t' : 'delong' }
}

function between(half: number, wide: number): number {
  if (half >= wide) return half
  return half + clamp(3 - (4 * half) / wide, 0, 1) * (wide - half)
}

function tooFewForVariance(rarer: number): NoValue | undefined {
  if (rarer === 0) return { undefinedBecause: 'all rows have the same label' }
  if (rarer === 1) return { undefinedBecause: 'one of the two labels is on a single row' }
  return undefined
}

function countPositives(label: Float64Array): number {
  let positives = 0
  for (let i = 0; i < label.length; i++) positives += label[i]!
  return positives
}
