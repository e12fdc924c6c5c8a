import { mcnemar, type PairedCounts } from '../../statistics/paired/mcnemar.ts'
import type { RowValues } from '../row-weights/row-values.ts'
import { sideOf } from '../side.ts'
import { shareEstimate } from './by-share.ts'
import { type Compared, type CompareOptions, differenceOf } from './comparison.ts'
import type { Method } from './metric.ts'

/**
 * Shares of right rows, independent of one another: McNemar's test with Bonett and Price's interval, from four counts; on its own
 * Wilson's.
 *
 * @param right 1 where the answer of a row is right
 */
export function byMcnemar(right: RowValues): Method {
  return {
    compare: (_metric, pair, options) =>
      compareCounts(countPairs(right(sideOf(pair, 'candidate')), right(sideOf(pair, 'baseline'))), options),
    estimate: (_metric, side, { level }) => shareEstimate(countRight(right(side)), side.rows, level),
  }
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

function countPairs(ours: Float64Array, theirs: Float64Array): PairedCounts {
  let bothCorrect = 0
  let candidateOnly = 0
  let championOnly = 0
  for (let i = 0; i < ours.length; i++) {
    const we = ours[i] === 1
    const they = theirs[i] === 1
    if (we && they) bothCorrect++
    else if (we) candidateOnly++
    else if (they) championOnly++
  }
  return {
    bothCorrect,
    candidateOnly,
    championOnly,
    bothWrong: ours.length - bothCorrect - candidateOnly - championOnly,
  }
}

function countRight(right: Float64Array): number {
  let count = 0
  for (let i = 0; i < right.length; i++) count += right[i]!
  return count
}
