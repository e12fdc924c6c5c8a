import { againstRest, type ClassWeighting } from '../row-weights/one-against-rest.ts'
import { rocAuc } from '../row-weights/ranks.ts'
import { type NoValue, type OneSide, sideOf } from '../side.ts'
import { BY_RESAMPLING } from './by-bootstrap.ts'
import type { Method } from './metric.ts'
import { type Answered, classesOf, type Movable, type RowsOfClasses } from './moved.ts'
import { rocAucInfluence } from './rank-influence.ts'

/** What becomes of a mean of ROC AUCs, one class against the rest, where rows count otherwise. */

/** A mean over classes says nothing of its error where one of them is a single row: `BY_RESAMPLING` but for that. */
export const BY_CLASSES: Method = {
  compare: (metric, pair, options) =>
    singleRow(sideOf(pair, 'candidate')) ?? BY_RESAMPLING.compare(metric, pair, options),
  estimate: (metric, side, options) => singleRow(side) ?? BY_RESAMPLING.estimate(metric, side, options),
}

/** The mean of what a row moves in each class, and, where classes count by their rows, what it moves of that. */
export function meanRocAucInfluence(
  weighting: ClassWeighting,
): (side: OneSide, value: number) => Float64Array {
  return (side, value) => {
    const { shares, aucs } = byClass(side, weighting)
    const influence = new Float64Array(side.rows)
    for (const [index, share] of shares) {
      const own = rocAucInfluence(againstRest(side, index), aucs.get(index)!)
      for (let i = 0; i < influence.length; i++) influence[i]! += share * own[i]!
    }
    if (weighting === 'by rows')
      for (let i = 0; i < influence.length; i++)
        influence[i]! += (aucs.get(side.label[i]!)! - value) / side.rows
    return influence
  }
}

/**
 * Rows more of a class are the last, or the first, of it in the order of its own probability, and the first, or the last, in that
 * of every other.
 */
export function meanRocAucMoved(weighting: ClassWeighting): (side: OneSide) => Movable {
  return side => {
    const { shares, aucs, rows } = byClass(side, weighting)
    return {
      rows,
      moved(added: RowsOfClasses, answered: Answered) {
        const right = answered === 'right' ? 1 : 0
        const more = sum(added)
        let mean = 0
        for (const [index, share] of shares) {
          const own = added.get(index) ?? 0
          const positives = rows.get(index)!
          const negatives = side.rows - positives
          const moved = (aucs.get(index)! * positives + own * right) / (positives + own)
          mean += (share * (moved * negatives + (more - own) * right)) / (negatives + more - own)
        }
        return mean
      },
    }
  }
}

// --- internal ---

function byClass(side: OneSide, weighting: ClassWeighting) {
  const once = new Uint32Array(side.rows).fill(1)
  const rows = classesOf(side)
  const classes = [...rows.keys()]
  return {
    rows,
    aucs: new Map(classes.map(index => [index, rocAuc(againstRest(side, index))(once)!])),
    shares: new Map(
      classes.map(index => [
        index,
        weighting === 'by rows' ? rows.get(index)! / side.rows : 1 / classes.length,
      ]),
    ),
  }
}

function singleRow(side: OneSide): NoValue | undefined {
  const rows = classesOf(side)
  const single = [...rows.values()].filter(count => count === 1).length
  if (single === 0) return undefined
  return { undefinedBecause: `${single} of ${rows.size} classes have a single row: it takes two of each` }
}

function sum(counts: RowsOfClasses): number {
  let all = 0
  for (const count of counts.values()) all += count
  return all
}
