import {
  type ComputedMetric,
  isShareName,
  type MacroName,
  type ShareName,
  shareOfMacro,
} from '../definitions.ts'
import { addTallies, emptyTallies, shareOfTallies, type Tallies } from '../row-weights/tallies.ts'
import { prepareMetric } from '../row-weights/values.ts'
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

/** The most that the log loss of a row can be: no probability is taken to be nearer to 0 or 1 than this. */
const MOST_LOG_LOSS = -Math.log(Number.EPSILON)

/** The metric of one side, of which `value` is that over its own rows. Not for metrics that have no worst row. */
export function movable(metric: ComputedMetric, side: OneSide, value: number): Movable {
  if (metric.comparedBy === 'cells') return ofTallies(metric.name as ShareName | MacroName, side)
  const rows = metric.name === 'roc_auc' || metric.name === 'average_precision' ? classesOf(side) : undefined
  if (metric.name === 'average_precision') return ofRanks(metric, side, rows!)
  return ofMean(metric, rows ?? new Map([[0, side.rows]]), value)
}

/** The rows of either label. */
export function classesOf({ label }: Pick<OneSide, 'label'>): RowsOfClasses {
  const positives = label.reduce((sum, one) => sum + one, 0)
  return new Map([
    [0, label.length - positives],
    [1, positives],
  ])
}

// --- internal ---

/** A mean of rows: of their losses, or of the places that the rows of either class have among those of the other. */
function ofMean(metric: ComputedMetric, rows: RowsOfClasses, value: number): Movable {
  const [wrong, right] =
    metric.direction === 'higher' ? [0, 1] : [metric.name === 'log_loss' ? MOST_LOG_LOSS : 1, 0]
  return {
    rows,
    moved(added, answered) {
      let mean = value
      for (const [index, more] of added) {
        const own = rows.get(index)!
        mean = (mean * own + more * (answered === 'right' ? right : wrong)) / (own + more)
      }
      return mean
    },
  }
}

/**
 * A wrong row is one that its class's share counts and that hits nothing. In a mean over classes it is wrong twice: missed in its
 * own class, and taken for another, which falls on the classes as rows do.
 */
function ofTallies(name: ShareName | MacroName, side: OneSide): Movable {
  const share = shareOfMacro(name)
  const own = emptyTallies(side)
  addTallies(own, side, new Uint32Array(side.rows).fill(1))
  const classes = isShareName(name) ? [1] : [...own.labelled.keys()].filter(index => own.labelled[index]! > 0)
  const rows = new Map(classes.map(index => [index, rowsOf(share, own, index)]))
  const all = sum(rows)
  return {
    rows,
    moved(added, answered) {
      const [labelled, predicted, hits] = [own.labelled, own.predicted, own.hits].map(counts =>
        counts.slice(),
      )
      for (const [index, more] of added) {
        if (answered === 'right' || share !== 'precision') labelled![index]! += more
        if (answered === 'right' || share === 'precision') predicted![index]! += more
        if (answered === 'right') hits![index]! += more
      }
      const taken = answered === 'wrong' && name === 'f1_macro' ? sum(added) : 0
      for (const [index, count] of rows) predicted![index]! += (taken * count) / all
      return shareOfTallies(name, { labelled: labelled!, predicted: predicted!, hits: hits! }) ?? 0
    },
  }
}

function sum(counts: RowsOfClasses): number {
  let all = 0
  for (const count of counts.values()) all += count
  return all
}

function rowsOf(share: ShareName, { labelled, predicted }: Tallies, index: number): number {
  if (share === 'f1') return (labelled[index]! + predicted[index]!) / 2
  return share === 'recall' ? labelled[index]! : predicted[index]!
}

/** Scored beyond every other row, on the wrong side of the other class or on the right one. */
function ofRanks(metric: ComputedMetric, side: OneSide, rows: RowsOfClasses): Movable {
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
      const weights = new Float64Array(longer.rows).fill(1)
      weights.set([...added.values()], side.rows)
      return prepareMetric(metric, longer)(weights)!
    },
  }
}

function joined(first: Float64Array, second: number[]): Float64Array {
  const both = new Float64Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
