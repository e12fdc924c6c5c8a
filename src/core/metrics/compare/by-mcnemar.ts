import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
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
  const kindOfRows = (pair: PairedPredictions) =>
    kindsOf(right(sideOf(pair, 'candidate')), right(sideOf(pair, 'baseline')))
  const compare = (counts: ArrayLike<number>, options: Omit<CompareOptions, 'rows'>) =>
    compareCounts(
      {
        bothWrong: counts[0]!,
        championOnly: counts[1]!,
        candidateOnly: counts[2]!,
        bothCorrect: counts[3]!,
      },
      options,
    )
  return {
    compare(_metric, pair, options) {
      const counts = new Uint32Array(KINDS)
      for (const kind of kindOfRows(pair)) counts[kind]!++
      return compare(counts, options)
    },
    estimate: (_metric, side, { level }) => shareEstimate(countRight(right(side)), side.rows, level),
    counted: { kinds: KINDS, kindOfRows, compare },
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
    // Where no row tells, all of the interval's width is that of the two rows that Bonett and Price add.
    ...(candidateOnly + championOnly === 0 && { unseen: { rows: 2, reach: test.high, se: 0 } }),
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

/** Who was right: 2 for the candidate and 1 for the champion, added up. */
const KINDS = 4

function kindsOf(ours: Float64Array, theirs: Float64Array): Uint8Array {
  const kinds = new Uint8Array(ours.length)
  for (let i = 0; i < kinds.length; i++) kinds[i] = 2 * ours[i]! + theirs[i]!
  return kinds
}

function countRight(right: Float64Array): number {
  let count = 0
  for (let i = 0; i < right.length; i++) count += right[i]!
  return count
}
