import type { PairedPredictions } from '../predictions/pair.ts'
import type { Estimate } from '../report/result.ts'
import { aucInterval, delong } from '../statistics/delong.ts'
import { clamp } from '../statistics/describe.ts'
import { twoSidedZ } from '../statistics/distributions.ts'
import type { OneSide, Undefined } from './side.ts'
import { differenceOf, type Weighed, type WeighOptions } from './weighed.ts'

/** ROC AUCs on independent rows by DeLong's method. */
export function weighAuc(pair: PairedPredictions, options: WeighOptions): Weighed | Undefined {
  const positives = countPositives(pair.label)
  const tooFew = tooFewForVariance(positives, pair.rows)
  if (tooFew) return tooFew
  const test = delong(pair.label, pair.baseline.score!, pair.candidate.score!, options.level)
  const finding = {
    value: test.difference,
    low: test.low,
    high: test.high,
    p: test.p,
    se: test.se,
    method: 'delong',
    rows: pair.rows,
    counts: { positives, negatives: pair.rows - positives },
  }
  return {
    candidate: aucEstimate(test.aucCandidate, Math.sqrt(test.varianceCandidate), options.level),
    baseline: aucEstimate(test.aucChampion, Math.sqrt(test.varianceChampion), options.level),
    difference: differenceOf(finding, options),
  }
}

export function estimateAuc(side: OneSide, level: number): Estimate | Undefined {
  const tooFew = tooFewForVariance(countPositives(side.label), side.rows)
  if (tooFew) return tooFew
  const { auc, se } = aucInterval(side.label, side.score!, level)
  return aucEstimate(auc, se, level)
}

// --- internal ---

function aucEstimate(auc: number, se: number, level: number): Estimate {
  const half = twoSidedZ(level) * se
  const interval = { low: clamp(auc - half, 0, 1), high: clamp(auc + half, 0, 1), level }
  return { value: auc, interval, method: 'delong' }
}

function tooFewForVariance(positives: number, rows: number): Undefined | undefined {
  const fewer = Math.min(positives, rows - positives)
  if (fewer === 0) return { undefinedBecause: 'all rows have the same label' }
  if (fewer === 1) return { undefinedBecause: 'one of the two labels is on a single row' }
  return undefined
}

function countPositives(label: Float64Array): number {
  let positives = 0
  for (let i = 0; i < label.length; i++) positives += label[i]!
  return positives
}
