import { countsOf, effectiveRows } from '../row-weights/counts.ts'
import { againstRest, type ClassWeighting, rowsByClass } from '../row-weights/one-against-rest.ts'
import { rocAuc } from '../row-weights/ranks.ts'
import { type NoValue, type OneSide, sideOf } from '../side.ts'
import { BY_RESAMPLING, BY_WEIGHTED_DRAWS } from './by-bootstrap.ts'
import type { Method } from './metric.ts'
import { type Answered, classesOf, type Movable, type RowsOfClasses } from './moved.ts'
import { rocAucInfluence } from './rank-influence.ts'

/** What becomes of a mean of ROC AUCs, one class against the rest, where rows count otherwise. */

/** A mean over classes says nothing of its error where one of them is a single row: `BY_RESAMPLING` but for that. */
export const BY_CLASSES: Method = ofSeveralRows(BY_RESAMPLING)

/** The same of rows with weights. */
export const BY_WEIGHTED_CLASSES: Method = ofSeveralRows(BY_WEIGHTED_DRAWS)

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
    const { shares, aucs, rows, all } = byClass(side, weighting)
    return {
      rows,
      moved(added: RowsOfClasses, answered: Answered) {
        const right = answered === 'right' ? 1 : 0
        const more = sum(added)
        let mean = 0
        for (const [index, share] of shares) {
          const own = added.get(index) ?? 0
          const positives = rows.get(index)!
          const negatives = all - positives
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
  const counts = countsOf(side)
  const all = effectiveRows(side)
  const rows = classesOf(side)
  const classes = [...rows.keys()]
  return {
    all,
    rows,
    aucs: new Map(classes.map(index => [index, rocAuc(againstRest(side, index))(counts)!])),
    shares: new Map(
      classes.map(index => [index, weighting === 'by rows' ? rows.get(index)! / all : 1 / classes.length]),
    ),
  }
}

function ofSeveralRows(drawing: Method): Method {
  return {
    compare: (metric, pair, options) =>
      singleRow(sideOf(pair, 'candidate')) ?? drawing.compare(metric, pair, options),
    estimate: (metric, side, options) => singleRow(side) ?? drawing.estimate(metric, side, options),
  }
}

function singleRow(side: OneSide): NoValue | undefined {
  const rows = [...rowsByClass(side)].filter(count => count > 0)
  const single = rows.filter(count => count === 1).length
  if (single === 0) return undefined
  return { undefinedBecause: `${single} of ${rows.length} classes have a single row: it takes two of each` }
}

function sum(counts: RowsOfClasses): number {
  let all = 0
  for (const count of counts.values()) all += count
  return all
}
