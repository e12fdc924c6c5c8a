import type { Direction, Task } from '../../inputs/evaluation.ts'
import type { PairedPredictions } from '../../inputs/predictions/pair.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import type { RowValues } from '../row-weights/row-values.ts'
import type { MetricByWeights } from '../row-weights/weights.ts'
import type { NoValue, OneSide } from '../side.ts'
import type { Compared, CompareOptions } from './comparison.ts'
import type { Movable } from './moved.ts'

/** All there is to know of a metric that is computed from rows: a row of `METRICS`, which adds its name. */
export interface Metric {
  /** What it is called in a sentence. */
  title: string
  direction: Direction
  tasks: readonly Task[]
  /** Of these tasks only where it is asked for by name. */
  onRequest?: readonly Task[]
  /**
   * What it is computed from beside the label. `positive`: a prediction, and the knowledge which of two classes is the positive
   * one; `probability`: a score within 0..1, of several classes the probability of each; `order`: a score, of
   * numbers the prediction; `values`: the column of scores of its name, and no label.
   */
  needs: 'prediction' | 'positive' | 'score' | 'probability' | 'order' | 'values'
  /** What is asked instead where there are several classes. */
  ofSeveral?: string
  /** Why it says nothing of this side, in a sentence, though all that it needs is there. */
  saysNothing?(side: OneSide): string | undefined
  /** How many times its value goes over the rows; absent: once. */
  passes?(side: OneSide): number
  /** What its mean over the classes is called, where it is a share of the positive class. */
  macro?: string
  /** It counts right rows, or wrong ones, over all of them: a binomial interval is its interval. */
  isShareOfRows?: true
  /** The least and greatest value it can have. */
  range: readonly [number, number]
  /** Why it has no value, when the rows at hand are enough for everything else but not for it. */
  undefinedWhen: string
  /**
   * Prepares it for a side (sorts, bins, takes logarithms, once), so that it can be had again and again for resampled rows in
   * one pass. It must exist for the side (`existingMetric`). Its value is the case of all weights 1.
   */
  value(side: OneSide): MetricByWeights
  /**
   * How much each row moves it: its derivative by the row's weight at weight 1 (the empirical influence, over the rows). The
   * entries add up to 0. `value` is the metric over all rows; it must exist for them.
   */
  influence(side: OneSide, value: number): Float64Array
  /** How it is compared and estimated where rows are independent. */
  comparison: Method
  /** How it is where rows come in groups. Absent: by drawing groups. */
  grouped?: Method
  /** How it is where rows have weights, in groups or not. */
  weighted: Method
  /**
   * What is drawn where it is resampled and rows are independent. `cells`: how many rows fall into each cell of the joint table
   * of (label, prediction, prediction), whose cost does not depend on the rows. `rows`: the rows.
   */
  drawn: 'cells' | 'rows'
  telling: Telling
  unseen: Unseen
  /** Of so few independent rows nothing can be told, whatever they show. Absent: of any that a sign test could tell apart. */
  leastRows?: number
  /** What chance alone adds to it at most, where it is never below what it is: an interval of its own reaches as much further down. */
  byChance?(side: OneSide): number
}

/** A way of comparing two sides, and of giving one side its interval. Both take the metric that they are of. */
export interface Method {
  compare(metric: Metric, pair: PairedPredictions, options: CompareOptions): Compared | NoValue
  estimate(metric: Metric, side: OneSide, options: CompareOptions): Estimate | NoValue
  /** Where it takes of the rows how many there are of each kind, and nothing else. */
  counted?: Counted
}

/** A comparison by counts. Rows are of few kinds, so that those of every part of them are counted in one pass. */
export interface Counted {
  kinds: number
  /** The kind of each row, from 0. */
  kindOfRows(pair: PairedPredictions): Uint8Array
  /** @param counts how many rows there are of each kind */
  compare(counts: ArrayLike<number>, options: Omit<CompareOptions, 'rows'>): Compared
}

/** What each row is to the metric, seen for itself: its placement among the other class, its loss, or whether it is right. */
export interface Telling {
  marks: RowValues
  /** No mark is larger than this, and each is made of its own row alone. Absent: nobody knows. */
  most?: number
  /** They are placements among the other class, and are compared within a class. */
  areWithinClass?: true
  /** They are those of whole groups: never do rows alone tell. */
  areOfGroups?: true
}

/**
 * How far one row among n can move it: about 1/n of its range; more than that (a row of a rare class at the wrong end of the
 * order, a wrong answer that was certain); or as far as the row is off. Where there is a worst row, where such rows take it.
 */
export type Unseen =
  | { aRowMoves: 'its share' | 'more'; movable(side: OneSide, value: number): Movable }
  | { aRowMoves: 'without bound' }

/** Whether it is computed from scores; else from predictions. */
export function needsScores({ needs }: Pick<Metric, 'needs'>): boolean {
  return OF_SCORES[needs]
}

// --- internal ---

const OF_SCORES: Record<Metric['needs'], boolean> = {
  prediction: false,
  positive: false,
  score: true,
  probability: true,
  order: true,
  values: false,
}
