import type { Estimate } from '../../statistics/estimate.ts'
import { wilson } from '../../statistics/intervals/proportions.ts'
import type { Share } from '../row-weights/tallies.ts'
import type { OneSide } from '../side.ts'
import { BY_RESAMPLING } from './by-bootstrap.ts'
import type { Method } from './metric.ts'

/** Shares of the positive class: compared by resampling; on its own each is a share of some rows, with Wilson's interval. */
export function byShare(share: Share): Method {
  return {
    compare: BY_RESAMPLING.compare,
    estimate: (metric, side, options) =>
      estimateShare(share, side, options.level) ?? BY_RESAMPLING.estimate(metric, side, options),
  }
}

/** A share of rows with Wilson's interval. */
export function shareEstimate(successes: number, rows: number, level: number): Estimate {
  const { low, high } = wilson(successes, rows, level)
  return { value: successes / rows, interval: { low, high, level }, method: 'wilson' }
}

// --- internal ---

/**
 * Wilson's interval given how many rows the share counts; undefined where those are none. F1 = 2 J / (1 + J) rises with Jaccard's
 * index J, the hits among the rows that are labelled or predicted positive, which is such a share: the ends of its interval are
 * those of J on the same map.
 */
function estimateShare({ hitCounts, whole }: Share, side: OneSide, level: number): Estimate | undefined {
  const { labelled, predicted, hits } = countPositives(side)
  const all = whole(labelled, predicted)
  // A hit is one row, however often it counts.
  const rows = all - (hitCounts - 1) * hits
  if (rows === 0) return undefined
  const counted = shareEstimate(hits, rows, level)
  return hitCounts === 1 ? counted : onF1(counted, (2 * hits) / all)
}

function onF1({ interval }: Estimate, value: number): Estimate {
  const { low, high, level } = interval!
  const f1 = (jaccard: number) => (2 * jaccard) / (1 + jaccard)
  return {
    value,
    interval: { low: Math.min(value, f1(low)), high: Math.max(value, f1(high)), level },
    method: 'wilson',
  }
}

/**
 * The positive class is 1; beside the other, 0, there may be answers that are never true. Counted in a table: which of them comes next
 * cannot be guessed.
 */
function countPositives({ rows, label, prediction }: OneSide) {
  const table = new Uint32Array(9)
  for (let i = 0; i < rows; i++) table[3 * Math.min(label[i]!, 2) + Math.min(prediction[i]!, 2)]!++
  const hits = table[4]!
  return {
    labelled: table[3]! + hits + table[5]!,
    predicted: table[1]! + hits + table[7]!,
    hits,
  }
}
