import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import { mcnemar, type PairedCounts } from '../../statistics/paired/mcnemar.ts'
import type { OneSide } from '../side.ts'
import { shareEstimate } from './by-share.ts'
import { type Compared, type CompareOptions, differenceOf } from './comparison.ts'
import type { Method } from './metric.ts'

/** Accuracies on independent rows: McNemar's test with Bonett and Price's interval, from four counts; on its own Wilson's. */
export const BY_MCNEMAR: Method = {
  compare: (_metric, pair, options) => compareCounts(countPairs(pair), options),
  estimate: (_metric, side, { level }) => shareEstimate(countRight(side), side.rows, level),
}

/** Two shares of the same rows, from how often each was right. */
export function compareCounts(counts: PairedCounts, options: CompareOptions): Compared {
  const { bothCorrect, candidateOnly, championOnly, bothWrong } = counts
  const rows = bothCorrect + candidateOnly + championOnly + bothWrong
  const test = mcnemar(counts, options.level)
  const finding = {
    value: test.difference,
    own: {
      candidate: (bothCorrect + candidateOnly) / rows,
      baseline: (bothCorrect + championOnly) / rows,
    },
    low: test.low,
    high: test.high,
    p: test.p,
    // The error under "no difference". Where no row tells the two apart one is assumed: seeing none is no proof.
    se: Math.sqrt(Math.max(1, candidateOnly + championOnly)) / rows,
    method: 'mcnemar+bonett-price',
    rows,
    counts: {
      both_correct: bothCorrect,
      champion_only: championOnly,
      candidate_only: candidateOnly,
      both_wrong: bothWrong,
    },
  }
  return {
    candidate: shareEstimate(bothCorrect + candidateOnly, rows, options.level),
    baseline: shareEstimate(bothCorrect + championOnly, rows, options.level),
    difference: differenceOf(finding, options),
  }
}

// --- internal ---

function countPairs({ rows, label, candidate, baseline }: PairedPredictions): PairedCounts {
  const ours = candidate.prediction
  const theirs = baseline.prediction
  let bothCorrect = 0
  let candidateOnly = 0
  let championOnly = 0
  for (let i = 0; i < rows; i++) {
    const we = ours[i] === label[i]
    const they = theirs[i] === label[i]
    if (we && they) bothCorrect++
    else if (we) candidateOnly++
    else if (they) championOnly++
  }
  return {
    bothCorrect,
    candidateOnly,
    championOnly,
    bothWrong: rows - bothCorrect - candidateOnly - championOnly,
  }
}

function countRight({ rows, label, prediction }: OneSide): number {
  let right = 0
  for (let i = 0; i < rows; i++) if (label[i] === prediction[i]) right++
  return right
}
