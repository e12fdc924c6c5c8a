import { countsOf, effectiveRows } from '../row-weights/counts.ts'
import { rowsByClass } from '../row-weights/one-against-rest.ts'
import { type Share, type ShareOf, shareOfTallies, type Tallies, talliesOf } from '../row-weights/tallies.ts'
import type { MetricByWeights } from '../row-weights/weights.ts'
import type { OneSide } from '../side.ts'

/** Where a metric goes when rows are added that are answered as wrongly, or as rightly, as rows can be. */

export type Answered = 'wrong' | 'right'

/** How many rows, by the class they count for; where a metric knows no classes all count for class 0. Need not be whole. */
export type RowsOfClasses = Map<number, number>

export interface Movable {
  /** The rows that the metric is about. */
  rows: RowsOfClasses
  /** The metric over the rows that are there and these. */
  moved(added: RowsOfClasses, answered: Answered): number
}

/** What a mean of rows has of a row that is answered as wrongly, and as rightly, as can be. */
type Ends = Record<Answered, number>

/** A mean of one number a row. */
export function meanMoved(ends: Ends): (side: OneSide, value: number) => Movable {
  return (side, value) => ofMean(ends, new Map([[0, effectiveRows(side)]]), value)
}

/** A mean of the placements of the rows of either class among those of the other. */
export function placementsMoved(ends: Ends): (side: OneSide, value: number) => Movable {
  return (side, value) => ofMean(ends, classesOf(side), value)
}

/** A share of the rows of a class, or its mean over the classes. */
export function shareMoved(share: Share, of: ShareOf): (side: OneSide) => Movable {
  return side => ofTallies(share, of, side)
}

/** A metric of the order of the scores: rows are scored beyond every other, on the wrong side of the other class or the right one. */
export function orderMoved(metric: (side: OneSide) => MetricByWeights): (side: OneSide) => Movable {
  return side => ofRanks(metric, side, classesOf(side))
}

/** The rows of each label, by their weights; of two classes also of one that no row has. */
export function classesOf(side: Pick<OneSide, 'label' | 'task' | 'rows' | 'weight'>): RowsOfClasses {
  const counts = [...rowsByClass(side, countsOf(side))]
  const known = side.task === 'binary' ? counts.concat([0, 0]).slice(0, 2) : counts
  return new Map([...known.entries()].filter(([, rows]) => side.task === 'binary' || rows > 0))
}

// --- internal ---

function ofMean(ends: Ends, rows: RowsOfClasses, value: number): Movable {
  return {
    rows,
    moved(added, answered) {
      let mean = value
      for (const [index, more] of added) {
        const own = rows.get(index)!
        mean = (mean * own + more * ends[answered]) / (own + more)
      }
      return mean
    },
  }
}

/**
 * A wrong row is one that its class's share counts and that hits nothing. In a mean over classes it is wrong twice: missed in its
 * own class, and taken for another, which falls on the classes as rows do.
 */
function ofTallies(share: Share, of: ShareOf, side: OneSide): Movable {
  const own = talliesOf(side)
  const classes = of === 'positive' ? [1] : [...own.labelled.keys()].filter(index => own.labelled[index]! > 0)
  const rows = new Map(classes.map(index => [index, rowsOf(share, own, index)]))
  // A share that does not count the labels of a class is that of the rows that were predicted so.
  const isMissed = share.whole(1, 0) > 0
  const all = sum(rows)
  return {
    rows,
    moved(added, answered) {
      const [labelled, predicted, hits] = [own.labelled, own.predicted, own.hits].map(counts =>
        counts.slice(),
      )
      for (const [index, more] of added) {
        if (answered === 'right' || isMissed) labelled![index]! += more
        if (answered === 'right' || !isMissed) predicted![index]! += more
        if (answered === 'right') hits![index]! += more
      }
      const taken = answered === 'wrong' && of === 'classes' && isMissed ? sum(added) : 0
      for (const [index, count] of rows) predicted![index]! += (taken * count) / all
      return shareOfTallies(share, of, { labelled: labelled!, predicted: predicted!, hits: hits! }) ?? 0
    },
  }
}

function sum(counts: RowsOfClasses): number {
  let all = 0
  for (const count of counts.values()) all += count
  return all
}

function rowsOf({ hitCounts, whole }: Share, { labelled, predicted }: Tallies, index: number): number {
  return whole(labelled[index]!, predicted[index]!) / hitCounts
}

function ofRanks(metric: (side: OneSide) => MetricByWeights, side: OneSide, rows: RowsOfClasses): Movable {
  return {
    rows,
    moved(added, answered) {
      const classes = [...added.keys()]
      const score = classes.map(
        index => ((index === 1) === (answered === 'right') ? 1 : -1) * Number.MAX_VALUE,
      )
      const longer = {
        ...side,
        rows: side.rows + classes.length,
        label: joined(side.label, classes),
        score: joined(side.score!, score),
      }
      const weights = new Float64Array(longer.rows)
      weights.set(countsOf(side))
      weights.set([...added.values()], side.rows)
      return metric(longer)(weights)!
    },
  }
}

function joined(first: Float64Array, second: number[]): Float64Array {
  const both = new Float64Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
