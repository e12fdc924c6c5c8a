import type { CodedColumn, Predictions, ScoreColumn, WeightColumn } from '../inputs/evaluation.ts'
import type { PairedPredictions, SidePredictions } from '../inputs/predictions/pair.ts'
import { rowsWithout } from '../inputs/predictions/score-column.ts'

/** What a metric is computed from: the truth, one version's answer and the clusters that rows come in. `Predictions` is one. */
export type OneSide = Pick<
  Predictions,
  | 'task'
  | 'rows'
  | 'label'
  | 'prediction'
  | 'score'
  | 'values'
  | 'probabilities'
  | 'quantile'
  | 'classes'
  | 'undecided'
  | 'noPositive'
  | 'group'
  | 'weight'
>

/** A metric that does not exist for these rows, and why, in one sentence. */
export interface NoValue {
  undefinedBecause: string
  /** It is the scale of the scores that keeps it from having a value: a sign of another measure, not of a missing one. */
  otherScale?: boolean
}

/** Tells a missing value from one that is there. */
export function hasNoValue(value: unknown): value is NoValue {
  return typeof value === 'object' && value !== null && 'undefinedBecause' in value
}

/** One version of a pair, as predictions of its own. Shares the arrays. */
export function sideOf(pair: PairedPredictions, side: 'candidate' | 'baseline'): OneSide {
  return {
    task: pair.task,
    rows: pair.rows,
    label: pair.label,
    classes: pair.classes,
    noPositive: pair.noPositive,
    quantile: pair.quantile,
    prediction: pair[side].prediction,
    score: pair[side].score,
    values: pair[side].values,
    probabilities: pair[side].probabilities,
    group: pair.group,
    weight: pair.weight,
    undecided: pair[side].undecided,
  }
}

/** Columns beside truth and answer that are taken along: the classifier's scores, and the column of scores of a name. */
export interface Taken {
  score: boolean
  column: string
}

/** A copy that holds only these rows, in this order; slice columns, and scores unless asked for, are left out. */
export function takeRows(pair: PairedPredictions, rows: Uint32Array, taken: Taken): PairedPredictions {
  return {
    task: pair.task,
    rows: rows.length,
    label: take(pair.label, rows),
    classes: pair.classes,
    noPositive: pair.noPositive,
    quantile: pair.quantile,
    candidate: takeSide(pair.candidate, rows, taken),
    baseline: takeSide(pair.baseline, rows, taken),
    slices: [],
    group: takeGroup(pair.group, rows),
    weight: takeWeight(pair.weight, rows),
  }
}

/** A copy of one side that holds only these rows, in this order. */
export function takeRowsOfSide(side: OneSide, rows: Uint32Array, taken: Taken): OneSide {
  return {
    task: side.task,
    rows: rows.length,
    label: take(side.label, rows),
    classes: side.classes,
    noPositive: side.noPositive,
    quantile: side.quantile,
    ...takeSide(side, rows, taken),
    group: takeGroup(side.group, rows),
    weight: takeWeight(side.weight, rows),
  }
}

// --- internal ---

function takeSide(side: SidePredictions, rows: Uint32Array, { score, column }: Taken): SidePredictions {
  return {
    prediction: take(side.prediction, rows),
    score: score && side.score ? take(side.score, rows) : undefined,
    values: side.values?.filter(({ name }) => name === column).map(one => takeColumn(one, rows)),
    probabilities: score ? side.probabilities?.map(one => take(one, rows)) : undefined,
    undecided: side.undecided,
  }
}

/** Whether all rows have such a score is asked anew: of some it may be all. */
function takeColumn(column: ScoreColumn, rows: Uint32Array): ScoreColumn {
  const { without, ...taken } = { ...column, values: take(column.values, rows) }
  const left = without === undefined ? 0 : rowsWithout(taken.values)
  return left > 0 ? { ...taken, without: left } : taken
}

function takeGroup(group: CodedColumn | undefined, rows: Uint32Array): CodedColumn | undefined {
  if (!group) return undefined
  const codes = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) codes[i] = group.codes[rows[i]!]!
  return { ...group, codes }
}

function takeWeight(weight: WeightColumn | undefined, rows: Uint32Array): WeightColumn | undefined {
  return weight && { name: weight.name, values: take(weight.values, rows) }
}

function take(values: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!]!
  return taken
}
