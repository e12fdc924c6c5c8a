import type { Direction, Task } from '../inputs/evaluation.ts'

/**
 * The metrics Assay computes itself from per-row predictions. All values equal those of scikit-learn. `precision`,
 * `recall` and `f1` are those of the positive class of two; the unweighted mean over classes is another quantity and has
 * names of its own, with `_macro`.
 */

/** Shares of the positive class of two. */
export type ShareName = 'precision' | 'recall' | 'f1'
/** Their means over the classes of the truth. */
export type MacroName = `${ShareName}_macro`

export type MetricName =
  | 'accuracy'
  | ShareName
  | MacroName
  | 'roc_auc'
  | 'average_precision'
  | 'log_loss'
  | 'brier'
  | 'ece'
  | 'rmse'
  | 'mae'
  | 'r2'

/**
 * How two versions are compared when rows are independent. `cells`: bootstrap over the joint table of (label,
 * prediction, prediction), whose cost does not depend on the rows. `rows`: paired bootstrap over the rows.
 */
export type ComparedBy = 'mcnemar' | 'delong' | 'paired-t' | 'cells' | 'rows'

export interface ComputedMetric {
  name: MetricName
  direction: Direction
  tasks: readonly Task[]
  /** Of these tasks only where it is asked for by name. */
  onRequest?: readonly Task[]
  /** What it is computed from beside the label; a `probability` is a score within 0..1. */
  needs: 'prediction' | 'score' | 'probability'
  comparedBy: ComparedBy
  /**
   * How far one row among n can move it: about 1/n of its range; more than that (a row of a rare class at the wrong end of the
   * order, a wrong answer that was certain); or as far as the row is off.
   */
  aRowMoves: 'its share' | 'more' | 'without bound'
  /** The least and greatest value it can have. */
  range: readonly [number, number]
  /** Why it has no value, when the rows at hand are enough for everything else but not for it. */
  undefinedWhen: string
}

const CLASSES: readonly Task[] = ['binary', 'multiclass']
const BINARY: readonly Task[] = ['binary']
const NUMBERS: readonly Task[] = ['regression']
const NO_ROWS = 'there are no rows'

const SHARE = [0, 1] as const
const LOSS = [0, Number.POSITIVE_INFINITY] as const

const METRICS: readonly ComputedMetric[] = [
  metric('accuracy', 'higher', CLASSES, 'prediction', 'mcnemar', SHARE, NO_ROWS),
  metric('precision', 'higher', BINARY, 'prediction', 'cells', SHARE, 'no row is predicted positive'),
  metric('recall', 'higher', BINARY, 'prediction', 'cells', SHARE, 'no row is labelled positive'),
  metric('f1', 'higher', BINARY, 'prediction', 'cells', SHARE, 'no row is labelled or predicted positive'),
  {
    ...metric('precision_macro', 'higher', CLASSES, 'prediction', 'cells', SHARE, NO_ROWS),
    onRequest: BINARY,
  },
  { ...metric('recall_macro', 'higher', CLASSES, 'prediction', 'cells', SHARE, NO_ROWS), onRequest: BINARY },
  { ...metric('f1_macro', 'higher', CLASSES, 'prediction', 'cells', SHARE, NO_ROWS), onRequest: BINARY },
  metric('roc_auc', 'higher', BINARY, 'score', 'delong', SHARE, 'all rows have the same label'),
  metric('average_precision', 'higher', BINARY, 'score', 'rows', SHARE, 'no row is labelled positive'),
  metric('log_loss', 'lower', BINARY, 'probability', 'paired-t', LOSS, NO_ROWS),
  metric('brier', 'lower', BINARY, 'probability', 'paired-t', SHARE, NO_ROWS),
  metric('ece', 'lower', BINARY, 'probability', 'rows', SHARE, NO_ROWS),
  metric('rmse', 'lower', NUMBERS, 'prediction', 'rows', LOSS, NO_ROWS),
  metric('mae', 'lower', NUMBERS, 'prediction', 'paired-t', LOSS, NO_ROWS),
  metric(
    'r2',
    'higher',
    NUMBERS,
    'prediction',
    'rows',
    [Number.NEGATIVE_INFINITY, 1],
    'all rows have the same label',
  ),
]

/** The computed metric of this name, or undefined. */
export function computedMetric(name: string): ComputedMetric | undefined {
  return METRICS.find(metric => metric.name === name)
}

/** The metrics that can be computed for predictions of this kind, in the order they are shown. */
export function computedMetrics(predictions: { task: Task; score?: Float64Array }): ComputedMetric[] {
  return METRICS.filter(
    metric =>
      metric.tasks.includes(predictions.task) &&
      !metric.onRequest?.includes(predictions.task) &&
      (metric.needs === 'prediction' || predictions.score !== undefined),
  )
}

/** Whether it is a share of the positive class, and so takes two classes of which one is known to be positive. */
export function isShareName(name: string): name is ShareName {
  return name === 'precision' || name === 'recall' || name === 'f1'
}

/** The share that a mean over classes is made of. */
export function shareOfMacro(name: ShareName | MacroName): ShareName {
  return name.replace(/_macro$/, '') as ShareName
}

// --- internal ---

function metric(
  name: MetricName,
  direction: Direction,
  tasks: readonly Task[],
  needs: ComputedMetric['needs'],
  comparedBy: ComparedBy,
  range: readonly [number, number],
  undefinedWhen: string,
): ComputedMetric {
  const aRowMoves =
    tasks === NUMBERS
      ? 'without bound'
      : name === 'roc_auc' || name === 'average_precision' || name === 'log_loss'
        ? 'more'
        : 'its share'
  return { name, direction, tasks, needs, comparedBy, aRowMoves, range, undefinedWhen }
}
