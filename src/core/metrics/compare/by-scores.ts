import type { PairedCounts } from '../../statistics/paired/mcnemar.ts'
import type { RowValues } from '../row-weights/row-values.ts'
import { sideOf } from '../side.ts'
import { compareCounts } from './by-mcnemar.ts'
import { shareEstimate } from './by-share.ts'
import { byT } from './by-t.ts'
import type { Method } from './metric.ts'

/** Means of a column of scores: by McNemar where every score is 0 or 1, as accuracies are; else the t-test on the differences. */
export function byScores(rowValues: RowValues): Method {
  const means = byT(rowValues)
  return {
    compare(metric, pair, options) {
      const ours = rowValues(sideOf(pair, 'candidate'))
      const theirs = rowValues(sideOf(pair, 'baseline'))
      if (!areMarks(ours) || !areMarks(theirs)) return means.compare(metric, pair, options)
      return compareCounts(countMarks(ours, theirs), options)
    },
    estimate(metric, side, options) {
      const values = rowValues(side)
      return areMarks(values)
        ? shareEstimate(sum(values), side.rows, options.level)
        : means.estimate(metric, side, options)
    },
  }
}

// --- internal ---

function areMarks(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0 && values[i] !== 1) return false
  return true
}

function sum(values: Float64Array): number {
  let all = 0
  for (let i = 0; i < values.length; i++) all += values[i]!
  return all
}

/** `correct` is a score of 1, whichever way it improves: the difference is that of the means. */
function countMarks(ours: Float64Array, theirs: Float64Array): PairedCounts {
  const counts = { bothCorrect: 0, candidateOnly: 0, championOnly: 0, bothWrong: 0 }
  for (let i = 0; i < ours.length; i++) {
    if (ours[i] === 1) counts[theirs[i] === 1 ? 'bothCorrect' : 'candidateOnly']++
    else counts[theirs[i] === 1 ? 'championOnly' : 'bothWrong']++
  }
  return counts
}
