import type { PersonalBecause } from '../secrets/personal-column.ts'
import type { Estimate } from '../statistics/estimate.ts'
import type { RowIds } from './row-ids.ts'

/**
 * What one model version scored on one test set. Plain data: readers in this folder make
 * it, `core/verdict/comparison` compares two of them.
 */

/** Which version an evaluation belongs to. */
export type Side = 'candidate' | 'champion' | 'base'

/** Which way a metric improves. `undefined` where nobody said: such a metric is shown, never judged. */
export type Direction = 'higher' | 'lower'

export type Task = 'binary' | 'multiclass' | 'regression' | 'scores'

/** One number a row that is a metric by its mean: what a judge gave, an NDCG, a loss. */
export interface ScoreColumn {
  name: string
  direction: Direction
  values: Float64Array
  /** All of them lie within 0 to 1. */
  isShare: boolean
  /** So many rows are never scored so, where some are: they hold NaN, and the metric is of the others. */
  without?: number
}

/** How much each row counts: above 0, for rows of weight 0 are no rows. */
export interface WeightColumn {
  name: string
  values: Float64Array
  /** Rows of weight 0, which are none of these. */
  leftOut?: number
}

/** A column of names kept as one small integer a row. `values[codes[i]]` is the name in row `i`. */
export interface CodedColumn {
  name: string
  values: string[]
  codes: Uint32Array
  /** The values name single people, by this, and are masked. */
  masked?: PersonalBecause
}

/**
 * Per-row predictions of one model version. All arrays have `rows` entries, in file order.
 *
 * - `ids` are unique (the reader refuses duplicates).
 * - binary: `label` and `prediction` hold 0 or 1 (1 = the positive class), `score` the score of the positive class. From a
 *   column of predicted classes they are indices into `classes`, negative and positive first: what is only predicted, and
 *   never true, comes after them. (In any order where nobody knows the positive one.)
 * - multiclass: `label` and `prediction` hold indices into `classes`; there is no `score`, but there may be `probabilities`.
 * - regression: `label` and `prediction` hold the numbers themselves.
 * - scores: rows have neither truth nor answer, only `values`; `label` and `prediction` hold 0.
 *
 * Every number is finite, but where there are no answers (`undecided`) and in scores that only some rows have.
 */
export interface Predictions {
  task: Task
  rows: number
  ids: RowIds
  /** Rows without a label, which are none of these. */
  leftOut?: number
  /** Some may be shown as examples: of people they say nothing. */
  idsShown?: boolean
  label: Float64Array
  prediction: Float64Array
  score?: Float64Array
  /** Columns of scores, by name. */
  values?: ScoreColumn[]
  /** Of several classes: a column for each of `classes`, of the probability that the row is of it. Each row adds up to about 1. */
  probabilities?: Float64Array[]
  /** Why rows have no score by a name that some of them have one by, in a sentence. */
  unscored?: ReadonlyMap<string, string>
  /** What a reader must know of how the file was read, in sentences. */
  remarks?: readonly string[]
  /** Where the same items are put to several prompts or providers: what each is called, and of which each row is. */
  arms?: Arms
  /** Scores of which the file itself shows that a lower one passes, and nobody said so. */
  lower?: readonly string[]
  /** What the column `passed` among `values` is made of, where it is there, and what else it could be made of. */
  passing?: Passing
  /** Where in the file the tries of each row stand, where a row has several. */
  places?: string[][]
  /** Which quantile of the truth the predictions are, where they are one. */
  quantile?: number
  /** Absent: each row counts once. It is the test set's: candidate and champion have the same. */
  weight?: WeightColumn
  classes?: string[]
  /** How the file writes the two classes of a binary classifier, and the score from which on it calls a row positive, where it has no column for that. */
  written?: { negative: string; positive: string; threshold?: number }
  /** Why no answers can be read off the scores, in a sentence: `prediction` is NaN then, and only the scores can be judged. */
  undecided?: string
  /** Why nobody knows which of the two classes is positive, in a sentence: precision, recall and F1 have no value then. */
  noPositive?: string
  slices: CodedColumn[]
  /** Rows that share a group (a user, a session, a document) are not independent: resampled together. */
  group?: CodedColumn
}

/** Rows by what was asked: their ids end in the number of it, from 1. */
export interface Arms {
  names: readonly string[]
  of: Uint32Array
}

/** By what tries pass. Two versions whose `by` is not the same mean different things by `passed`. */
export interface Passing {
  /** In words, the same where it is the same: `match is 1`, `faithfulness ≥ 0.7`. Absent: nothing says what passed. */
  by?: string
  /** Of a tool's result: how many tries each row has, and by the same words how many of them pass by each one score alone. */
  others?: { tries: Uint32Array; passed: ReadonlyMap<string, Uint32Array> }
}

/** The identity of a test set: sha256 over (id, label, weight) in id order, so row order does not matter. */
export interface TestSet {
  hash: string
  rows: number
  /** By which column rows are weighed, and how many of one weight they are worth. */
  weighted?: { by: string; effective: number }
}

/** Scores of one metric in each fold of a cross-validation, in fold order. */
export interface Folds {
  scores: Map<string, number[]>
  trainRows: number
  testRows: number
}

/** What one train + evaluate run with one seed gave. */
export interface SeedScores {
  seed: number
  metrics: Map<string, number>
}

/** Seconds, money and energy that one version took. Absent parts were not measured. */
export interface Usage {
  trainSeconds?: number
  evaluateSeconds?: number
  gpus?: GpuUsage[]
  /** In `currency`. GPU seconds × price, summed over GPUs. */
  cost?: number
  currency?: string
  /** Where the price came from, in words, with its date when the configuration has one. */
  priceSource?: string
  /** What the training ran in, `name@sha256:…`, where the CI says so. */
  image?: string
}

export interface GpuUsage {
  index: number
  name: string
  /** Mean share of time with at least one kernel running, 0..1; absent when the driver does not report it. */
  utilisation?: number
  /** Share of samples under 5 % utilisation, 0..1. */
  idleShare?: number
  memoryPeakMiB?: number
  memoryTotalMiB?: number
  /** Watt hours, integrated over the samples of `power.draw`. */
  energyWh?: number
  seconds: number
  /** Utilisation over time, at most 200 points, for the plot. */
  trace?: { second: number; utilisation: number; memoryMiB?: number }[]
}

/** What a file says of a number beside it: its standard error (0 or above), and of how many rows it is, of all that there are. */
export interface Aggregate {
  stderr?: number
  rows?: number
  /** Which part of all rows those are, in words, or `ALL_ROWS`. Absent: nothing says whether they are all. */
  part?: string
}

export interface Evaluation {
  side: Side
  /** Where it came from, in words: `this commit`, `path champion/`, `command node evaluate.mjs …`. */
  source: string
  commit?: string
  /** Metrics read from files: user-named, nested keys joined by `/`. Finite numbers only. */
  metrics: Map<string, number>
  /** What files say of their numbers beside them, by metric. */
  aggregates?: ReadonlyMap<string, Aggregate>
  /** What files say of their runs not being whole, in sentences: of a part of the test set, of a training that ended early. */
  partial?: readonly string[]
  /** Metrics that gates ask for and files name without a value, each with where and why, in a sentence. */
  noValue?: ReadonlyMap<string, string>
  /** Values with their intervals, for a version whose rows are not at hand: as the record of its release keeps them. */
  estimates?: Map<string, Estimate>
  predictions?: Predictions
  /** Which file they were read from, also where the configuration has a pattern. */
  predictionsFile?: string
  testSet?: TestSet
  /** Which outputs the commands of this run did not write, in a sentence: then nothing may pass. */
  unwritten?: string
  /** Why a service that should tell metrics told none, in a sentence: what nothing else tells is not known. */
  untold?: string
  seeds?: SeedScores[]
  folds?: Folds
  /** sha256 of the files that compute the metrics, when the configuration names them (`metric_code`). */
  metricCode?: string
  /** The first of them that is not there: then nobody knows which code computed the metrics of files. */
  metricCodeMissing?: string
  /** Data version lines such as `dvc.lock:data/train.csv md5 1a2b…`. */
  data?: string[]
  usage?: Usage
  /** ISO time the version was made, when known: gives the champion's age. */
  madeAt?: string
}
