import type { PredictionsConfig } from '../config.ts'
import type { Predictions, Task } from '../evaluation.ts'
import type { ProblemList } from '../problem-list.ts'
import { visible } from '../visible-text.ts'
import { canonicalLabel } from './cell.ts'
import { CodeSink, type NumberSink, quoted } from './sinks.ts'

/** The columns that say what is true and what was predicted, as they were read. */
export interface Labels {
  label: CodeSink | NumberSink
  prediction?: CodeSink | NumberSink
  score?: NumberSink
}

export type JudgedLabels = Pick<Predictions, 'label' | 'prediction' | 'score' | 'classes'>

/** Truth, prediction and score as the task wants them; `undefined` when there is a problem, which is then in `problems`. */
export function labelsOf(
  labels: Labels,
  task: Task,
  config: PredictionsConfig,
  problems: ProblemList,
): JudgedLabels | undefined {
  const { label, prediction, score } = labels
  if (!(label instanceof CodeSink))
    return { label: label.finish(), prediction: prediction!.finish() as Float64Array }
  const read = {
    label: label.finish(),
    prediction: prediction?.finish() as Uint32Array | undefined,
    score: score?.finish(),
  }
  const names = label.texts.values
  if (task === 'multiclass') {
    const { classes, rank } = sortedClasses(names)
    return {
      label: mapped(read.label, rank),
      prediction: mapped(read.prediction!, rank),
      classes: classes.map(visible),
    }
  }
  const isPositive = positiveAmong(names, config.positive, problems)
  if (!isPositive) return undefined
  const predicted = read.prediction
    ? mapped(read.prediction, isPositive)
    : atLeast(read.score!, config.threshold)
  return {
    label: mapped(read.label, isPositive),
    prediction: predicted,
    ...(read.score ? { score: read.score } : {}),
  }
}

/** Classes in an order that does not depend on the rows: by number where all are numbers, otherwise by code unit. */
export function sortedClasses(names: readonly string[]): { classes: string[]; rank: number[] } {
  const numeric = names.every(name => name.trim() !== '' && Number.isFinite(Number(name)))
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  const classes = [...names].sort(numeric ? (a, b) => Number(a) - Number(b) || byText(a, b) : byText)
  const rankOf = new Map(classes.map((name, rank) => [name, rank]))
  return { classes, rank: names.map(name => rankOf.get(name)!) }
}

// --- internal ---

/** 1 for the code of the positive class, 0 for the other. */
function positiveAmong(names: string[], positive: string, problems: ProblemList): number[] | undefined {
  const shown = names.slice(0, 10).map(quoted).join(', ')
  const wanted = canonicalLabel(positive)
  if (names.length > 2) {
    problems.add(
      `a binary classifier has two labels, and here are ${names.length}: ${shown}`,
      undefined,
      'Set `task: multiclass` and name the column of predicted classes with `prediction`.',
    )
    return undefined
  }
  const onlyNegatives = names.length === 1 && names[0] === '0' && wanted === '1'
  if (!names.includes(wanted) && !onlyNegatives) {
    problems.add(
      `no row has the positive label ${quoted(positive)}; the labels are ${shown}`,
      undefined,
      'Set `predictions.positive` to the label that counts as positive.',
    )
    return undefined
  }
  return names.map(name => (name === wanted ? 1 : 0))
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
