import { formatCount } from '../../../text/numbers.ts'
import { visible } from '../../../text/visible-text.ts'
import type { Task } from '../../evaluation.ts'
import type { PredictionsConfig } from '../../file-options.ts'
import type { ProblemList } from '../../problem-list.ts'
import { canonicalLabel } from '../cells/cell.ts'
import type { ColumnKey } from '../cells/cell-fixes.ts'
import { CodeSink, NumberSink, type Sink, type TextRules } from '../cells/sinks.ts'
import { TextCodes } from '../cells/text-codes.ts'
import type { ClassProbabilities } from './chances.ts'
import type { ClassColumn } from './class-columns.ts'
import type { Labels } from './labels.ts'
import { twoClassesOf } from './positive-class.ts'

/** The columns that say what is true and what was predicted, and where their cells go. */

/** Has a column read that the configuration names by a key, into a sink, which it gives back. */
export type Use = <S extends Sink>(key: ColumnKey, name: string, sink: S) => S

/** Two columns of probabilities are those of two classes, as a score is; of more, several. */
export function guessedTask(config: PredictionsConfig, classes: ClassColumn[] | undefined): Task | 'classes' {
  if (classes) return classes.length === 2 ? 'binary' : 'multiclass'
  return config.score === undefined ? 'classes' : 'binary'
}

/** What the task takes; what is wrong is in `problems`. */
export function useLabels(
  config: PredictionsConfig,
  task: Task | 'classes',
  classes: ClassColumn[] | undefined,
  use: Use,
  problems: ProblemList,
): Labels {
  if (task !== 'binary' && config.score !== undefined)
    problems.add(
      `\`score\` is for a binary classifier, and the task is ${task}`,
      undefined,
      'Name the column of predictions with `prediction`, and remove `score`.',
    )
  const predicted =
    config.prediction ??
    (classes || (task === 'binary' && config.score !== undefined) ? undefined : 'prediction')
  if (task === 'regression')
    return {
      label: use('label', config.label, new NumberSink()),
      prediction: use('prediction', predicted!, new NumberSink()),
    }
  const names = new TextCodes(canonicalLabel)
  const rules = config.task === 'multiclass' || classes ? SAID_CLASSES : GUESSED_CLASSES
  const label = use('label', config.label, new CodeSink(names, rules))
  const prediction =
    predicted === undefined ? undefined : use('prediction', predicted, new CodeSink(names, rules))
  const probabilities = classes && useProbabilities(classes, task, config, use, problems)
  const score =
    task === 'binary' && config.score !== undefined ? use('score', config.score, new NumberSink()) : undefined
  return { label, prediction, score, probabilities }
}

// --- internal ---

/** A classifier may have this many classes where nobody said that it is one. */
const MAX_GUESSED_CLASSES = 100
/** And this many where somebody did. */
const MAX_CLASSES = 1000

function useProbabilities(
  classes: ClassColumn[],
  task: Task | 'classes',
  { positive }: PredictionsConfig,
  use: Use,
  problems: ProblemList,
): ClassProbabilities {
  const names = classes.map(({ className }) => className)
  if (classes.length > MAX_CLASSES) problems.add(`there are ${classes.length} columns of probabilities`)
  const known = task === 'binary' ? twoClassesOf(names, positive) : undefined
  if (task === 'binary' && (classes.length !== 2 || !known || !names.includes(known.positive)))
    problems.add(
      `which of the columns ${classes.map(({ column }) => `\`${visible(column)}\``).join(', ')} is that of the positive class is not known`,
      undefined,
      'Set `predictions.positive` to that class, or `task: multiclass`. Of a class that is new, a model that does not know it has a column of zeros: docs/living-with-it.md#a-new-class',
    )
  return {
    classes: names,
    columns: classes.map(({ column }) => use('probabilities', column, new NumberSink())),
    positive: known && names.indexOf(known.positive),
  }
}

function classRules(values: number, fix: string): TextRules {
  return {
    most: {
      values,
      problem: `is the ${formatCount(values + 1)}st class; there may be ${formatCount(values)}. ${fix}`,
    },
  }
}
const GUESSED_CLASSES = classRules(
  MAX_GUESSED_CLASSES,
  `For numbers set \`task: regression\`, for up to ${formatCount(MAX_CLASSES)} classes \`task: multiclass\``,
)
const SAID_CLASSES = classRules(MAX_CLASSES, 'For numbers set `task: regression`')
