import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { clamp } from '../../statistics/describe.ts'
import { tQuantile, twoSidedZ } from '../../statistics/distributions/distributions.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { aucInterval, delong } from '../../statistics/paired/delong.ts'
import { meanTest } from '../../statistics/paired/paired-t.ts'
import type { OneSide, Undefined } from '../side.ts'
import { differenceOf, type Weighed, type WeighOptions } from './comparison.ts'

/**
 * DeLong's normal distribution is that of many rows of either class. With five positives it finds a difference where
 * there is none in 10 % of cases instead of 5 %, with ten in 7 %; below this many rows of the rarer class Student's t
 * with one degree of freedom fewer than those rows takes its place, which keeps to 5 %.
 */
const ROWS_FOR_NORMAL = 50

/** ROC AUCs on independent rows by DeLong's method. */
export function weighAuc(pair: PairedPredictions, options: WeighOptions): Weighed | Undefined {
  const positives = countPositives(pair.label)
  const rarer = Math.min(positives, pair.rows - positives)
  const tooFew = tooFewForVariance(rarer)
  if (tooFew) return tooFew
  const test = delong(pair.label, pair.baseline.score!, pair.candidate.score!, options.level)
  const byT = rarer < ROWS_FOR_NORMAL && test.se > 0
  const { p, low, high } = byT ? meanTest(test.difference, test.se, rarer - 1, options.level) : test
  const finding = {
    value: test.difference,
    low: clamp(low, -1, 1),
    high: clamp(high, -1, 1),
    p,
    se: test.se,
    method: byT ? 'delong+t' : 'delong',
    rows: pair.rows,
    counts: { positives, negatives: pair.rows - positives },
  }
  return {
    candidate: aucEstimate(test.aucCandidate, Math.sqrt(test.varianceCandidate), rarer, options.level),
    baseline: aucEstimate(test.aucChampion, Math.sqrt(test.varianceChampion), rarer, options.level),
    difference: differenceOf(finding, options),
  }
}

export function estimateAuc(side: OneSide, level: number): Estimate | Undefined {
  const positives = countPositives(side.label)
  const rarer = Math.min(positives, side.rows - positives)
  const tooFew = tooFewForVariance(rarer)
  if (tooFew) return tooFew
  const { auc, se } = aucInterval(side.label, side.score!, level)
  return aucEstimate(auc, se, rarer, level)
}

// --- internal ---

function aucEstimate(auc: number, se: number, rarer: number, level: number): Estimate {
  const byT = rarer < ROWS_FOR_NORMAL
  const half = (byT ? tQuantile((1 + level) / 2, rarer - 1) : twoSidedZ(level)) * se
  const interval = { low: clamp(auc - half, 0, 1), high: clamp(auc + half, 0, 1), level }
  return { value: auc, interval, method: byT ? 'delong+t' : 'delong' }
}

function tooFewForVariance(rarer: number): Undefined | undefined {
  if (rarer === 0) return { undefinedBecause: 'all rows have the same label' }
  if (rarer === 1) return { undefinedBecause: 'one of the two labels is on a single row' }
  return undefined
}

function countPositives(label: Float64Array): number {
  let positives = 0
  for (let i = 0; i < label.length; i++) positives += label[i]!
  return positives
}
