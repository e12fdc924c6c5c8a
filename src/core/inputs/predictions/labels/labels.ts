import { maskPersonalData } from '../../../secrets/secrets.ts'
import { visible } from '../../../text/visible-text.ts'
import type { Predictions, Task } from '../../evaluation.ts'
import type { PredictionsConfig } from '../../file-options.ts'
import type { ProblemList } from '../../problem-list.ts'
import { CodeSink, type NumberSink, quoted } from '../cells/sinks.ts'
import { type Chances, type ClassProbabilities, chancesOf, likeliest } from './chances.ts'
import { type TwoClasses, twoClassesOf } from './positive-class.ts'
import { areProbabilities } from './probabilities.ts'

/** The columns that say what is true and what was predicted, as they were read. */
export interface Labels {
  label: CodeSink | NumberSink
  prediction?: CodeSink | NumberSink
  score?: NumberSink
  probabilities?: ClassProbabilities
}

export type JudgedLabels = Pick<
  Predictions,
  | 'task'
  | 'label'
  | 'prediction'
  | 'score'
  | 'probabilities'
  | 'classes'
  | 'written'
  | 'undecided'
  | 'noPositive'
>

/**
 * Truth, prediction and score as the task wants them; `undefined` when there is a problem, which is then in `problems`.
 * The task `classes` is decided by the truth: two classes are binary, more are several. What is only predicted decides nothing.
 */
export function labelsOf(
  labels: Labels,
  task: Task | 'classes',
  config: PredictionsConfig,
  problems: ProblemList,
): JudgedLabels | undefined {
  const { label, prediction, score } = labels
  if (!(label instanceof CodeSink))
    return { task: 'regression', label: label.finish(), prediction: prediction!.finish() as Float64Array }
  const names = label.texts.values
  const read = {
    label: label.finish(),
    prediction: prediction?.finish() as Uint32Array | undefined,
    score: score?.finish(),
  }
  const chances = labels.probabilities && chancesOf(labels.probabilities, problems)
  if (chances && task !== 'binary') return severalChances(read, names, chances, problems)
  if (chances) read.score = chances.columns[labels.probabilities!.positive!]
  if (labels.probabilities && !chances) return undefined
  if (task === 'binary') return binary(read, names, config, problems)
  const truth = namesIn(read.label, names)
  const answers = { label: read.label, prediction: read.prediction! }
  return task === 'multiclass' || truth.length > 2
    ? multiclass(answers, names)
    : twoClasses(answers, names, truth, config.positive)
}

/** Classes in an order that does not depend on the rows: by number where all are numbers, otherwise by code unit. */
export function sortedClasses(names: readonly string[]): { classes: string[]; rank: number[] } {
  const numeric = names.every(name => name.trim() !== '' && Number.isFinite(Number(name)))
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  const classes = [...names].sort(numeric ? (a, b) => Number(a) - Number(b) || byText(a, b) : byText)
  return { classes, rank: ranksIn(classes, names) }
}

// --- internal ---

interface Answers {
  label: Uint32Array
  prediction: Uint32Array
}

function multiclass({ label, prediction }: Answers, names: string[]): JudgedLabels {
  const { classes, rank } = sortedClasses(names)
  return {
    task: 'multiclass',
    label: mapped(label, rank),
    prediction: mapped(prediction, rank),
    classes: classes.map(visible),
  }
}

/** Several classes with the probability of each. What is answered is what a column says, else the likeliest. */
function severalChances(
  { label, prediction }: { label: Uint32Array; prediction?: Uint32Array },
  names: string[],
  chances: Chances,
  problems: ProblemList,
): JudgedLabels | undefined {
  const without = namesIn(label, names).filter(name => !chances.classes.includes(name))
  if (without.length > 0) {
    problems.add(
      `no column holds the probability of ${without.length === 1 ? 'the class' : 'the classes'} ${shown(without)}, which rows are labelled with`,
      undefined,
      `The classes of the columns are ${shown(chances.classes)}. Name them as labels are: \`probabilities: { <class>: <column> }\`. A model that does not know a new class has zeros there: docs/living-with-it.md#a-new-class`,
    )
    return undefined
  }
  const { classes } = sortedClasses([...new Set([...chances.classes, ...names])])
  const never = new Float64Array(label.length)
  const probabilities = classes.map(name => chances.columns[chances.classes.indexOf(name)] ?? never)
  const rank = ranksIn(classes, names)
  return {
    task: 'multiclass',
    label: mapped(label, rank),
    prediction: prediction ? mapped(prediction, rank) : likeliest(probabilities, label.length),
    classes: classes.map(visible),
    probabilities,
  }
}

/** Two classes that nobody called binary: the truth has no more. Classes that are only predicted come last. */
function twoClasses(
  answers: Answers,
  names: string[],
  truth: string[],
  positive: string | undefined,
): JudgedLabels {
  const known = twoClassesOf(truth, positive)
  if (!known)
    return { ...multiclass(answers, names), task: 'binary', noPositive: whyNoPositive(truth, positive) }
  const classes = [...new Set([known.negative, known.positive, ...sortedClasses(names).classes])]
  const rank = ranksIn(classes, names)
  return {
    task: 'binary',
    label: mapped(answers.label, rank),
    prediction: mapped(answers.prediction, rank),
    classes: classes.map(visible),
  }
}

/** A classifier that is said to be binary, or has scores. */
function binary(
  read: { label: Uint32Array; prediction?: Uint32Array; score?: Float64Array },
  names: string[],
  config: PredictionsConfig,
  problems: ProblemList,
): JudgedLabels | undefined {
  if (names.length > 2) {
    problems.add(
      `a binary classifier has two labels, and here are ${names.length}: ${shown(names)}`,
      undefined,
      'Set `task: multiclass` and name the column of predicted classes with `prediction`.',
    )
    return undefined
  }
  const known = twoClassesOf(names, config.positive)
  if (!known || !isPlausible(known, names))
    return void noPositiveLabel(names, config.positive ?? '1', problems)
  const isPositive = names.map(name => (name === known.positive ? 1 : 0))
  const label = mapped(read.label, isPositive)
  const score = read.score && { score: read.score }
  if (read.prediction)
    return {
      task: 'binary',
      label,
      prediction: mapped(read.prediction, isPositive),
      ...score,
      written: known,
    }
  const undecided = whyUndecided(read.score!, config.threshold)
  if (undecided !== undefined) {
    const prediction = new Float64Array(label.length).fill(Number.NaN)
    return { task: 'binary', label, prediction, ...score, written: known, undecided }
  }
  const threshold = config.threshold ?? 0.5
  const prediction = atLeast(read.score!, threshold)
  return { task: 'binary', label, prediction, ...score, written: { ...known, threshold } }
}

/** Labels of one class that is not the positive one are all negative only where the name says so; else it may be misspelt. */
function isPlausible({ negative, positive }: TwoClasses, names: string[]): boolean {
  return names.includes(positive) || twoClassesOf([negative])?.positive === positive
}

/**
 * 0.5 is the threshold of a probability. Of scores on another scale (per cent, logits) nobody said where positive begins, and
 * the same model times 100 would find every positive.
 */
function whyUndecided(score: Float64Array, threshold: number | undefined): string | undefined {
  if (threshold !== undefined || areProbabilities(score)) return undefined
  return 'there are scores outside 0 to 1 and no `predictions.threshold` says which of them are positive'
}

function whyNoPositive(truth: string[], positive: string | undefined): string {
  const classes = maskPersonalData(shown(truth))
  return positive === undefined
    ? `nobody said which class is positive (${classes}): set \`predictions.positive\``
    : `no row has the positive label ${quoted(positive)} (the labels are ${classes}): set \`predictions.positive\``
}

function noPositiveLabel(names: string[], positive: string, problems: ProblemList): undefined {
  problems.add(
    `no row has the positive label ${quoted(positive)}; the labels are ${shown(names)}`,
    undefined,
    'Set `predictions.positive` to the label that counts as positive.',
  )
}

function shown(names: string[]): string {
  return names.slice(0, 10).map(quoted).join(', ')
}

/** The names that rows carry, in the order of classes. */
function namesIn(codes: Uint32Array, names: string[]): string[] {
  const isThere = new Uint8Array(names.length)
  for (const code of codes) isThere[code] = 1
  return sortedClasses(names.filter((_, code) => isThere[code] === 1)).classes
}

function ranksIn(classes: readonly string[], names: readonly string[]): number[] {
  const rankOf = new Map(classes.map((name, rank) => [name, rank]))
  return names.map(name => rankOf.get(name)!)
}

function mapped(codes: Uint32Array, values: number[]): Float64Array {
  const result = new Float64Array(codes.length)
  for (let row = 0; row < codes.length; row++) result[row] = values[codes[row]!]!
  return result
}

function atLeast(score: Float64Array, threshold: number): Float64Array {
  const result = new Float64Array(score.length)
  for (let row = 0; row < score.length; row++) result[row] = score[row]! >= threshold ? 1 : 0
  return result
}
