import { maskPersonalData } from '../../secrets/secrets.ts'
import { formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { CodedColumn, Predictions, ScoreColumn, Task, WeightColumn } from '../evaluation.ts'
import { areSameIds } from '../row-ids.ts'
import { comparerOf, idOrder } from './id-order.ts'
import { sortedClasses } from './labels/labels.ts'
import { differentGroups, movedRows } from './moved-rows.ts'
import { isSinglePrecision } from './single-precision.ts'

/**
 * Two versions' predictions on the same rows, aligned: row `i` is the same example. The baseline's labels are proved equal.
 */
export interface PairedPredictions {
  task: Task
  rows: number
  label: Float64Array
  classes?: string[]
  noPositive?: string
  quantile?: number
  candidate: SidePredictions
  baseline: SidePredictions
  slices: CodedColumn[]
  /** Of slice columns that part the rows otherwise in the baseline's file: how many rows. */
  movedRows?: ReadonlyMap<string, number> | undefined
  group?: CodedColumn
  /** The candidate's; the baseline's are the same. */
  weight?: WeightColumn
}

export interface SidePredictions {
  prediction: Float64Array
  score?: Float64Array
  values?: ScoreColumn[]
  /** By class, as in `Predictions`: of a class that only the other side knows all are 0. */
  probabilities?: Float64Array[]
  undecided?: string
}

/** Why two sets of predictions cannot be weighed against each other, in one sentence with counts; with examples where ids may be shown. */
export interface NotComparable {
  notComparable: string
  /** They are of other rows, or of other labels. */
  otherTestSet?: true
}

/**
 * Joins by id. The order of the rows does not matter; the result is in the candidate's. Slices are the candidate's, and groups,
 * which must part the rows alike. Classes that only one side ever named are added to the other's: a model need not use them all.
 */
export function pairPredictions(
  candidate: Predictions,
  baseline: Predictions,
): PairedPredictions | NotComparable {
  if (candidate.task !== baseline.task)
    return {
      notComparable: `The candidate's predictions are ${candidate.task}, the baseline's are ${baseline.task}.`,
    }
  const order = joined(candidate, baseline)
  if ('notComparable' in order) return order
  const hasPositive = candidate.task === 'binary' && candidate.noPositive === undefined
  const classes = commonClasses(candidate.classes, baseline.classes, hasPositive)
  const count = classes?.names.length
  const ours = mapped(candidate, undefined, classes?.fromFirst, count)
  const theirs = mapped(baseline, order.rows, classes?.fromSecond, count)
  const difference =
    differing('labels', candidate, ours.label, theirs.label) ??
    differentWeights(candidate, baseline, order.rows) ??
    differentGroups(candidate, baseline, order.rows)
  if (difference !== undefined) return { notComparable: difference, otherTestSet: true }
  return {
    task: candidate.task,
    rows: candidate.rows,
    label: ours.label,
    ...(classes ? { classes: classes.names } : {}),
    ...(candidate.noPositive !== undefined ? { noPositive: candidate.noPositive } : {}),
    ...(candidate.quantile !== undefined ? { quantile: candidate.quantile } : {}),
    candidate: sideOf({ ...ours, values: onOneScale(ours.values, theirs.values) }, candidate.undecided),
    baseline: sideOf({ ...theirs, values: onOneScale(theirs.values, ours.values) }, baseline.undecided),
    slices: candidate.slices,
    movedRows: movedRows(candidate.slices, baseline.slices, order.rows),
    ...(candidate.group ? { group: candidate.group } : {}),
    ...(candidate.weight ? { weight: candidate.weight } : {}),
  }
}

// --- internal ---

interface Columns {
  label: Float64Array
  prediction: Float64Array
  score?: Float64Array
  values?: ScoreColumn[]
  probabilities?: Float64Array[]
}

/** The baseline's row for each of the candidate's; no `rows` where both files are in the same order. */
function joined(
  { ids: ours, idsShown = false, weight: ourWeight }: Predictions,
  { ids: theirs, weight: theirWeight }: Predictions,
): { rows?: Uint32Array } | NotComparable {
  if (areSameIds(ours, theirs)) return {}
  const [ourOrder, theirOrder] = [idOrder(ours), idOrder(theirs)]
  const compare = comparerOf(ours, theirs)
  const rows = new Uint32Array(ours.length)
  const only = { ours: [] as string[], theirs: [] as string[] }
  let [our, their, matched] = [0, 0, 0]
  while (our < ours.length || their < theirs.length) {
    const ourRow = ourOrder ? ourOrder[our]! : our
    const theirRow = theirOrder ? theirOrder[their]! : their
    const side = their === theirs.length ? -1 : our === ours.length ? 1 : compare(ourRow, theirRow)
    if (side === 0) {
      rows[ourRow] = theirRow
      matched++
    } else if (side < 0 && only.ours.length < 3) only.ours.push(ours.at(ourRow)!)
    else if (side > 0 && only.theirs.length < 3) only.theirs.push(theirs.at(theirRow)!)
    if (side <= 0) our++
    if (side >= 0) their++
  }
  if (matched === ours.length && matched === theirs.length) return { rows }
  const parts = [
    `The rows are not the same: ${formatCount(matched)} ids are in both`,
    `${formatCount(ours.length - matched)} only in the candidate's${idsShown ? examples(only.ours) : ''}`,
    `${formatCount(theirs.length - matched)} only in the baseline's${idsShown ? examples(only.theirs) : ''}`,
  ]
  const weightless = ourWeight?.leftOut ?? theirWeight?.leftOut
  const why = weightless === undefined ? '' : ' Rows of weight 0 are left out.'
  return { notComparable: `${parts.join(', ')}.${why}`, otherTestSet: true }
}

/** Weights are the test set's, as the truth is. */
function differentWeights(
  candidate: Predictions,
  baseline: Predictions,
  rows: Uint32Array | undefined,
): string | undefined {
  const [ours, theirs] = [candidate.weight, baseline.weight]
  if (!ours || !theirs) {
    const [whose, weight] = ours ? (['candidate', ours] as const) : (['baseline', theirs] as const)
    return weight && `Only the ${whose}'s rows have weights (\`${maskPersonalData(weight.name)}\`).`
  }
  const aligned = rows ? Float64Array.from(rows, row => theirs.values[row]!) : theirs.values
  return differing('weights', candidate, ours.values, aligned)
}

function differing(
  what: string,
  { ids, idsShown = false }: Predictions,
  ours: Float64Array,
  theirs: Float64Array,
): string | undefined {
  let count = 0
  const shown: string[] = []
  const isSame = sameTruth(ours, theirs)
  for (let row = 0; row < ours.length; row++)
    if (ours[row] !== theirs[row] && !isSame(row) && ++count <= 3) shown.push(ids.at(row)!)
  if (count === 0) return undefined
  const such = idsShown ? examples(shown) : ''
  return `The ${what} are not the same: ${formatCount(count)} of ${formatCount(ours.length)} rows differ${such}.`
}

/** Whether two labels that differ are one: where one file has 32 bits and the other more, they agree in those 32. */
function sameTruth(ours: Float64Array, theirs: Float64Array): (row: number) => boolean {
  let singles: boolean[] | undefined
  return row => {
    // The other file's numbers agree in all 32 bits, or they are not taken for the same.
    singles ??= [ours, theirs].map(values => isSinglePrecision(values, { whole: true }))
    const [our, their] = [ours[row]!, theirs[row]!]
    return (singles[0]! && our === Math.fround(their)) || (singles[1]! && Math.fround(our) === their)
  }
}

function examples(ids: string[]): string {
  return ids.length === 0
    ? ''
    : ` (such as ${ids.map(id => `"${shortened(visible(maskPersonalData(id)), 60)}"`).join(', ')})`
}

/**
 * One list of classes for both, and for each side the new index of every old one where that changes. Where one of two is
 * positive, the negative and it stay the first.
 */
function commonClasses(
  first: string[] | undefined,
  second: string[] | undefined,
  hasPositive: boolean,
): { names: string[]; fromFirst?: number[]; fromSecond?: number[] } | undefined {
  if (!first || !second) return undefined
  const all = [...new Set([...first, ...second])]
  const classes = hasPositive ? all : sortedClasses(all).classes
  const indexOf = new Map(classes.map((name, index) => [name, index]))
  const changes = (names: string[]) =>
    names.every((name, index) => classes[index] === name) ? undefined : names.map(name => indexOf.get(name)!)
  return { names: classes, fromFirst: changes(first), fromSecond: changes(second) }
}

/** The columns in the order of `rows`, classes renumbered; the very same arrays where nothing changes. */
function mapped(
  predictions: Predictions,
  rows: Uint32Array | undefined,
  classes: number[] | undefined,
  count = 0,
): Columns {
  const column = (values: Float64Array, renumber: number[] | undefined): Float64Array => {
    if (!rows && !renumber) return values
    const result = new Float64Array(values.length)
    for (let row = 0; row < result.length; row++) {
      const value = values[rows ? rows[row]! : row]!
      result[row] = renumber ? renumber[value]! : value
    }
    return result
  }
  const { label, prediction, score, values, probabilities } = predictions
  const never = probabilities && new Float64Array(label.length)
  const byClass = (columns: Float64Array[]) => {
    const placed = new Array<Float64Array>(Math.max(count, columns.length)).fill(never!)
    for (const [index, own] of columns.entries())
      placed[classes ? classes[index]! : index] = column(own, undefined)
    return placed
  }
  return {
    label: column(label, classes),
    prediction: column(prediction, classes),
    ...(score ? { score: column(score, undefined) } : {}),
    ...(values ? { values: values.map(one => ({ ...one, values: column(one.values, undefined) })) } : {}),
    ...(probabilities ? { probabilities: byClass(probabilities) } : {}),
  }
}

/** A column is one of shares only where it is on both sides. */
function onOneScale(ours: ScoreColumn[] | undefined, theirs: ScoreColumn[] = []): ScoreColumn[] | undefined {
  return ours?.map(column => ({
    ...column,
    isShare: column.isShare && theirs.every(({ name, isShare }) => name !== column.name || isShare),
  }))
}

function sideOf(
  { prediction, score, values, probabilities }: Columns,
  undecided: string | undefined,
): SidePredictions {
  return {
    prediction,
    ...(score ? { score } : {}),
    ...(values ? { values } : {}),
    ...(probabilities ? { probabilities } : {}),
    ...(undecided === undefined ? {} : { undecided }),
  }
}
