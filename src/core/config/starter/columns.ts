import { canonicalLabel } from '../../inputs/predictions/cells/cell.ts'
import { twoClassesOf } from '../../inputs/predictions/labels/positive-class.ts'
import type { Columns, Table } from './repository.ts'

/**
 * What the columns of a table are, told by their names and by the cells below them.
 *
 * @returns the likeliest first; they differ in the `id`. None where it does not look like predictions. The loader says which holds.
 */
export function columnGuesses(table: Table): Columns[] {
  const names = table.columns.map(tidyName)
  const seen: Seen[] = table.columns.map((column, at) => ({
    column,
    name: names[at]!,
    ...cellsOf(table, at),
  }))
  const answers = answersOf(seen)
  if (!answers) return []
  const used = [answers.label, answers.score, answers.prediction, ...(answers.labels ?? [])]
  const free = seen.filter(({ column }) => !used.includes(column))
  // A name of a row is short; what is long and different in each is a text.
  const isName = (one: Seen) =>
    idRank(one) < ID_NAMES.length || one.values.every(value => /^\S{1,64}$/.test(value))
  const ids = free
    .filter(one => one.isDistinct && !one.isDecimal && isName(one))
    .toSorted((a, b) => idRank(a) - idRank(b))
  if (ids.length === 0) return [answers]
  // Scores that are no probabilities are left out.
  const { probabilities, ...without } = answers
  const ways = probabilities === undefined ? [answers] : [answers, without]
  return ids.slice(0, MOST_IDS).flatMap(({ column }) => ways.map(way => ({ id: column, ...way })))
}

// --- internal ---

const MOST_IDS = 3
/** The likeliest first; an index that pandas has written has no name. */
const ID_NAMES = [
  /^$|^unnamed_0$|^index_level_0$/,
  /^(row_|example_|sample_)?id$/,
  /^(index|idx|row|key|uuid|uid|guid)$/,
  /(^|_)id(_|$)/,
]
/** Whole numbers with more different values than this are no classes. */
const MOST_CLASSES = 30

/** A column and what its cells are. */
interface Seen extends Cells {
  column: string
  /** In lower case, words joined by `_`. */
  name: string
}

interface Cells {
  /** The different values, as labels. */
  values: string[]
  isNumeric: boolean
  isDecimal: boolean
  /** All within 0 to 1. */
  isShare: boolean
  isDistinct: boolean
}

const LABELS =
  /^(label|labels|y_true|ytrue|true_label|target|targets|truth|ground_truth|actual|actuals|y|y_test|gold|gold_label|true|true_class|class|expected|observed|outcome|reference)$/
const LABEL_LIKE = /^(true|actual|gold|target)_|_(true|actual|label|target|truth)$/
const PREDICTIONS =
  /^(prediction|predictions|pred|preds|y_pred|ypred|yhat|y_hat|predicted|predicted_label|pred_label|predicted_class|pred_class|predicted_value|forecast|estimate)$/
const PREDICTION_LIKE = /^(pred|predicted|prediction|forecast)_|_(pred|predicted|prediction|hat|forecast)$/
const SCORE =
  '(?:y_|pred_|predicted_)?(?:score|scores|proba|probas|prob|probs|probability|probabilities|logit|logits)'
const SCORES = new RegExp(`^(?:${SCORE}|p|p_1|p1|p_pos|phat|p_hat)$`)
const SCORE_LIKE = new RegExp(`^${SCORE}_(?:1|true|yes|pos|positive)$|_(?:score|proba|prob|probability)$`)
const CLASS_SCORE = new RegExp(`^((?:${SCORE}|p)(?:_class)?)(?:_(.+)|(\\d+))$`)

function answersOf(seen: Seen[]): Omit<Columns, 'id'> | undefined {
  const isScore = ({ name }: Seen) => [SCORES, SCORE_LIKE, CLASS_SCORE].some(pattern => pattern.test(name))
  const named =
    seen.find(({ name }) => PREDICTIONS.test(name)) ??
    seen.find(one => PREDICTION_LIKE.test(one.name) && !isScore(one))
  const label =
    seen.find(one => one !== named && LABELS.test(one.name)) ??
    seen.find(one => one !== named && LABEL_LIKE.test(one.name) && !PREDICTION_LIKE.test(one.name)) ??
    labelOf(named, seen)
  const classScores = classScoresOf(seen, label)
  const scored = seen.find(({ name }) => SCORES.test(name)) ?? seen.find(({ name }) => SCORE_LIKE.test(name))
  const score = classScores.size > 0 && (!scored || classScores.has(scored)) ? undefined : scored
  if (!named && !score && classScores.size === 0) return undefined
  const others = seen.filter(one => ![named, score].includes(one) && !classScores.has(one))
  if (!label) return unlabelled({ prediction: named, score, classScores }, others)
  return answered({ label, prediction: named, score, classScores })
}

/** A domain's own word, such as `churned` beside `churned_pred`. */
function labelOf(prediction: Seen | undefined, seen: Seen[]): Seen | undefined {
  const word = prediction?.name.replace(PREDICTION_LIKE, '')
  return word === undefined ? undefined : seen.find(one => one !== prediction && one.name === word)
}

interface Named {
  label: Seen
  prediction: Seen | undefined
  score: Seen | undefined
  classScores: Map<Seen, string>
}

function answered({ label, prediction, score, classScores }: Named): Omit<Columns, 'id'> {
  const known = { label: label.column }
  const predicted = prediction && { prediction: prediction.column }
  if (label.values.length === 0) return { ...known, ...predicted, ...(score && { score: score.column }) }
  const numbers = prediction ?? score
  if (isAmount(label, prediction) && numbers?.isNumeric)
    return { ...known, prediction: numbers.column, task: 'regression' }
  if (label.values.length > 2) {
    const probabilities = patternOf(classScores, label)
    return {
      ...known,
      ...predicted,
      ...(probabilities !== undefined && { probabilities }),
      task: 'multiclass',
    }
  }
  const scores = score ?? (prediction?.isDecimal ? prediction : positiveScore(label, classScores))
  const task = { task: 'binary' as const }
  const answer = prediction?.isDecimal ? undefined : predicted
  if (scores === undefined || !scores.isNumeric) return { ...known, ...answer, ...task }
  const isKnown = twoClassesOf(label.values) !== undefined
  // Accuracy needs no positive class; a score without one says nothing.
  if (!isKnown && answer) return { ...known, ...answer, ...task }
  return { ...known, score: scores.column, ...answer, ...task, ...(!isKnown && { classes: label.values }) }
}

/** Whether the truth is a number on a scale, not one of a few classes. */
function isAmount(label: Seen, prediction: Seen | undefined): boolean {
  if (!label.isNumeric) return false
  if (label.isDecimal) return true
  if (prediction?.isDecimal) return label.values.length > 2 || !prediction.isShare
  if (label.values.length <= MOST_CLASSES) return false
  // Many classes are numbered from 0 or 1 on without gaps; amounts are not.
  const numbers = label.values.map(Number)
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return !(least >= 0 && least <= 1 && most - least + 1 === numbers.length)
}

/** Nobody called a column the truth: those that hold what was predicted, or two classes, could be. */
function unlabelled(
  { prediction, score, classScores }: Omit<Named, 'label'>,
  others: Seen[],
): Omit<Columns, 'id'> | undefined {
  const fits = others.filter(one =>
    prediction && !prediction.isDecimal && prediction.values.length <= MOST_CLASSES
      ? one.values.length <= MOST_CLASSES && prediction.values.every(value => one.values.includes(value))
      : prediction && !prediction.isShare
        ? one.isNumeric && !(one.isDistinct && !one.isDecimal)
        : one.values.length === 2,
  )
  const isPlain = (one: Seen) => one.values.length === 2 && twoClassesOf(one.values) !== undefined
  const sure = fits.length === 1 ? fits : prediction ? [] : fits.filter(isPlain)
  if (sure.length === 1) return answered({ label: sure[0]!, prediction, score, classScores })
  return {
    labels: (fits.length > 0 ? fits : others).map(({ column }) => column),
    ...(prediction && { prediction: prediction.column }),
    ...(score && { score: score.column }),
  }
}

/** Columns of one score per class, `proba_0` and `proba_1`, or called by the classes alone: each with its class. */
function classScoresOf(seen: Seen[], label: Seen | undefined): Map<Seen, string> {
  const numeric = seen.filter(one => one.isNumeric && one !== label)
  const groups = Map.groupBy(
    numeric.filter(({ name }) => CLASS_SCORE.test(name)),
    ({ name }) => CLASS_SCORE.exec(name)![1]!,
  )
  const [group] = [...groups.values()].filter(({ length }) => length > 1)
  // In the spelling of the header: names of classes have capitals.
  if (group) return new Map(group.map(one => [one, one.column.trim().slice(-classIn(one).length)]))
  const called = numeric.filter(({ column }) => label?.values.includes(canonicalLabel(column.trim())))
  return new Map(called.length > 1 ? called.map(one => [one, one.column.trim()]) : [])
}

/** `proba_*`, where the columns are called alike and there is one for each class of the truth. */
function patternOf(classScores: Map<Seen, string>, label: Seen): string | undefined {
  const prefixes = new Set([...classScores].map(([{ column }, name]) => column.slice(0, -name.length)))
  const classes = [...classScores.values()].map(canonicalLabel)
  const [prefix = ''] = prefixes
  const isWhole = label.values.every(value => classes.includes(value))
  return prefixes.size === 1 && isWhole && prefix !== '' && !prefix.includes('*') ? `${prefix}*` : undefined
}

function classIn({ name }: Seen): string {
  const [, , word, number] = CLASS_SCORE.exec(name)!
  return word ?? number!
}

function positiveScore(label: Seen, classScores: Map<Seen, string>): Seen | undefined {
  const positive = twoClassesOf(label.values)?.positive
  return [...classScores].find(([, name]) => canonicalLabel(name) === positive)?.[0]
}

function idRank({ name }: Seen): number {
  const rank = ID_NAMES.findIndex(pattern => pattern.test(name))
  return rank < 0 ? ID_NAMES.length : rank
}

/** In lower case, its words joined by `_`. */
function tidyName(column: string): string {
  return column
    .replace(/^\ufeff/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
}

function cellsOf({ rows }: Table, at: number): Cells {
  const cells = rows.map(row => row[at] ?? '')
  const filled = cells.filter(cell => cell !== '')
  const values = [...new Set(filled.map(canonicalLabel))]
  const numbers = filled.map(cell => Number(canonicalLabel(cell)))
  const isNumeric = filled.length > 0 && numbers.every(Number.isFinite)
  return {
    values,
    isNumeric,
    isDecimal: isNumeric && numbers.some(number => !Number.isInteger(number)),
    isShare: isNumeric && numbers.every(number => number >= 0 && number <= 1),
    isDistinct: filled.length === cells.length && new Set(cells).size === cells.length,
  }
}
