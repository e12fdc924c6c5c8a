import { canonicalLabel } from '../../inputs/predictions/cells/cell.ts'
import { twoClassesOf } from '../../inputs/predictions/labels/positive-class.ts'
import { type ClassScore, classScoresIn, probabilitiesOf } from './class-scores.ts'
import {
  isCalled,
  LABEL_LIKE,
  LABELS,
  NO_SCORE,
  PREDICTION_LIKE,
  PREDICTIONS,
  SCORE_LIKE,
  SCORES,
  subjectOf,
} from './column-names.ts'
import type { Columns, Table } from './repository.ts'
import { scoredRows } from './scored-rows.ts'
import { type Seen, seenIn, separationOf } from './seen-columns.ts'
import { truthsIn } from './truth-columns.ts'

/**
 * What the columns of a table are, told by their names and by the cells below them.
 *
 * @returns the likeliest first; they differ in the `id`. None where it does not look like predictions. The loader says which holds.
 */
export function columnGuesses(table: Table): Columns[] {
  const seen = seenIn(table)
  const answers = answersOf(seen)
  const scored = answers?.label === undefined ? scoredRows(seen) : []
  if (!answers || scored.length > 0) return scored
  const maybe = [...(answers.labels ?? []), ...(answers.scores ?? [])].map(({ column }) => column)
  const used = [answers.label, answers.score, answers.prediction, ...maybe]
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
/** Fewer rows say nothing of how two columns belong together. */
const FEWEST_ROWS = 20

type Answers = Omit<Columns, 'id'>

function answersOf(seen: Seen[]): Answers | undefined {
  const isScore = ({ name }: Seen) =>
    SCORES.test(name) || SCORE_LIKE.test(name) || (subjectOf(name) !== undefined && !PREDICTIONS.test(name))
  const named =
    seen.find(({ name }) => PREDICTIONS.test(name)) ??
    seen.find(one => PREDICTION_LIKE.test(one.name) && !isScore(one) && !isOfClass(one, seen))
  const label =
    seen.find(one => one !== named && LABELS.test(one.name)) ??
    seen.find(one => one !== named && LABEL_LIKE.test(one.name) && !PREDICTION_LIKE.test(one.name)) ??
    calledAs(named?.name.replace(PREDICTION_LIKE, ''), named, seen) ??
    seen
      .map(one => (one.isNumeric && isScore(one) ? calledAs(subjectOf(one.name), one, seen) : undefined))
      .find(Boolean)
  const classScores = ofSomeClass(classScoresIn(seen, label), label)
  const isOfClasses = (one: Seen) => classScores.some(({ of }) => of === one)
  const scores = scoresIn(
    seen.filter(one => one !== label && one !== named && !isOfClasses(one)),
    { label, named },
  )
  const found: Found = { prediction: named, scores, classScores }
  if (!named && scores.length === 0 && classScores.length === 0) return undefined
  if (label) return answered(label, found)
  const [score] = scores.length === 1 ? scores : []
  const others = seen.filter(one => ![named, ...scores].includes(one) && !isOfClasses(one))
  const truths = truthsIn(others, { prediction: named, score, classScores })
  if ('is' in truths) return answered(truths.is, { ...found, classScores: classScoresIn(seen, truths.is) })
  return {
    labels: truths.maybe,
    ...(named && { prediction: named.column }),
    ...(score && { score: score.column }),
    ...(scores.length > 1 && { scores: scores.map(({ column }) => ({ column, says: '' })) }),
  }
}

/** `score_gbm` and `score_lr` are no scores of classes where the truth has others. */
function ofSomeClass(scores: ClassScore[], label: Seen | undefined): ClassScore[] {
  const isOne = ({ className }: ClassScore) => label?.values.includes(canonicalLabel(className)) ?? true
  return label?.values.length === 0 || scores.some(isOne) ? scores : []
}

/** `.pred_Yes` is the score of a class, where another column holds the classes. */
function isOfClass(one: Seen, seen: readonly Seen[]): boolean {
  const rest = one.name.replace(PREDICTION_LIKE, '')
  return (
    one.isNumeric &&
    one.isShare &&
    seen.some(
      other =>
        other !== one &&
        other.values.length <= MOST_CLASSES &&
        other.values.some(value => value.toLowerCase() === rest),
    )
  )
}

/** A domain's own word, such as `churned` beside `churned_pred`, `malignant` beside `p_malignant`. */
function calledAs(word: string | undefined, by: Seen | undefined, seen: readonly Seen[]): Seen | undefined {
  if (word === undefined || word === '') return undefined
  const others = seen.filter(one => one !== by)
  return (
    others.find(({ name }) => name === word) ??
    others.find(one => one.values.length === 2 && isCalled(one.name, word))
  )
}

interface Found {
  prediction: Seen | undefined
  /** Those that may be the score of the positive class. */
  scores: Seen[]
  classScores: ClassScore[]
}

/** By their names, the likeliest first; where no name tells, by the cells beside a truth of two classes. */
function scoresIn(
  free: Seen[],
  { label, named }: { label: Seen | undefined; named: Seen | undefined },
): Seen[] {
  const numeric = free.filter(one => one.isNumeric)
  const plain = numeric.filter(({ name }) => SCORES.test(name))
  if (plain.length > 0) return plain.slice(0, 1)
  const isOfLabel = ({ name }: Seen) => {
    const word = subjectOf(name)
    return (
      label !== undefined &&
      word !== undefined &&
      (isCalled(label.name, word) || label.values.some(value => value.toLowerCase() === word))
    )
  }
  const ofLabel = numeric.filter(isOfLabel)
  if (ofLabel.length > 0) return ofLabel.slice(0, 1)
  const like = numeric.filter(({ name }) => SCORE_LIKE.test(name))
  if (like.length > 0) return like
  const ofOne = numeric.filter(one => one.isDecimal && subjectOf(one.name) !== undefined)
  if (ofOne.length > 0 && (label === undefined || label.values.length === 2)) return ofOne
  if (label?.values.length !== 2 || named?.isDecimal || label.cells.length < FEWEST_ROWS) return []
  const shares = numeric.filter(one => one.isDecimal && one.isShare && !NO_SCORE.test(one.name))
  // What the answers were cut from tells them apart without a fault.
  const cut = named ? shares.filter(one => separationOf(one, named) === 1) : []
  if (named) return cut.length === 1 ? cut : []
  return shares.length === 1 && separationOf(shares[0]!, label)! < 0.6 ? [] : shares
}

function answered(label: Seen, { prediction, scores, classScores }: Found): Answers {
  const known = { label: label.column }
  const predicted = prediction && { prediction: prediction.column }
  const [score] = scores.length === 1 ? scores : []
  if (label.values.length === 0) return { ...known, ...predicted, ...(score && { score: score.column }) }
  const numbers = prediction ?? score
  if (isAmount(label, prediction) && numbers?.isNumeric)
    return { ...known, prediction: numbers.column, task: 'regression' }
  const probabilities = probabilitiesOf(classScores, label)
  const ofClasses = probabilities !== undefined && { probabilities }
  if (label.values.length > 2) return { ...known, ...predicted, ...ofClasses, task: 'multiclass' }
  const answers = binary(label, { prediction, scores, classScores }, ofClasses || {})
  // Of two classes none of which is the positive one by its name, answers alone are judged as they stand.
  const isRanked = answers.score !== undefined || answers.scores !== undefined
  const isBinary = isRanked || answers.probabilities !== undefined || twoClassesOf(label.values) !== undefined
  return { ...known, ...answers, ...(isBinary && { task: 'binary' as const }) }
}

function binary(
  label: Seen,
  { prediction, scores, classScores }: Found,
  ofClasses: Pick<Columns, 'probabilities'>,
): Answers {
  const [score] = scores.length === 1 ? scores : []
  const found = score ?? (prediction?.isDecimal ? prediction : positiveScore(label, classScores))
  const answer = prediction && !prediction.isDecimal ? { prediction: prediction.column } : {}
  const isAnswered = prediction !== undefined && !prediction.isDecimal
  const known = twoClassesOf(label.values)
  if (found === undefined || !found.isNumeric) {
    if (isAnswered) return answer
    if (scores.length > 1) return { scores: rated(scores, label) }
    return ofClasses.probabilities === undefined
      ? {}
      : { ...ofClasses, ...(!known && { classes: label.values }) }
  }
  const word = subjectOf(found.name)
  const named = label.values.find(value => value.toLowerCase() === word)
  const positive = named !== undefined && named !== known?.positive ? { positive: named } : undefined
  if (positive) return { score: found.column, ...answer, ...positive }
  // Accuracy needs no positive class; a score without one says nothing.
  if (!known && isAnswered) return answer
  return { score: found.column, ...answer, ...(!known && { classes: label.values }) }
}

/** The best first, with how well each tells the classes apart. */
function rated(scores: readonly Seen[], label: Seen): NonNullable<Columns['scores']> {
  const all = scores.map(({ column, ...one }) => ({
    column,
    auc: separationOf({ column, ...one }, label) ?? 0.5,
  }))
  return all
    .toSorted((a, b) => b.auc - a.auc)
    .map(({ column, auc }) => ({ column, says: `AUC of ${label.column}: ${auc.toFixed(2)}` }))
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

function positiveScore(label: Seen, classScores: readonly ClassScore[]): Seen | undefined {
  const positive = twoClassesOf(label.values)?.positive
  return classScores.find(({ className }) => canonicalLabel(className) === positive)?.of
}

function idRank({ name }: Seen): number {
  const rank = ID_NAMES.findIndex(pattern => pattern.test(name))
  return rank < 0 ? ID_NAMES.length : rank
}
