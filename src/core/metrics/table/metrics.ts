import type { Task } from '../../inputs/evaluation.ts'
import { BY_RESAMPLING } from '../compare/by-bootstrap.ts'
import { BY_DELONG } from '../compare/by-delong.ts'
import { BY_MCNEMAR } from '../compare/by-mcnemar.ts'
import { byShare } from '../compare/by-share.ts'
import { byT } from '../compare/by-t.ts'
import {
  calibrationErrorInfluence,
  determinationInfluence,
  meanInfluence,
  rootMeanSquareInfluence,
  shareInfluence,
} from '../compare/influence.ts'
import { type Metric, needsScores } from '../compare/metric.ts'
import { meanMoved, orderMoved, placesMoved, shareMoved } from '../compare/moved.ts'
import { averagePrecisionInfluence, rocAucInfluence } from '../compare/rank-influence.ts'
import { averagePrecision, rocAuc } from '../row-weights/ranks.ts'
import {
  absoluteErrors,
  brierLosses,
  logLosses,
  MOST_LOG_LOSS,
  type RowValues,
  rightAnswers,
} from '../row-weights/row-values.ts'
import { calibrationError, determination, meanOf, rootMeanSquare } from '../row-weights/sums.ts'
import { F1, PRECISION, RECALL, type Share, type ShareOf, shareOfRows } from '../row-weights/tallies.ts'

const CLASSES: readonly Task[] = ['binary', 'multiclass']
const BINARY: readonly Task[] = ['binary']
const NUMBERS: readonly Task[] = ['regression']
const NO_ROWS = 'there are no rows'
const ONE_LABEL = 'all rows have the same label'

const SHARE = [0, 1] as const
const LOSS = [0, Number.POSITIVE_INFINITY] as const

/**
 * The metrics Assay computes itself from per-row predictions, in the order they are shown. All values equal those of
 * scikit-learn. `precision`, `recall` and `f1` are those of the positive class of two; the unweighted mean over classes is
 * another quantity and has names of its own, with `_macro`.
 */
export const METRICS = {
  accuracy: {
    title: 'accuracy',
    direction: 'higher',
    tasks: CLASSES,
    needs: 'prediction',
    isShareOfRows: true,
    range: SHARE,
    undefinedWhen: NO_ROWS,
    ...meanOfRows(rightAnswers),
    comparison: BY_MCNEMAR,
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 0, right: 1 }) },
  },
  precision: {
    title: 'precision',
    ...ofPositive(PRECISION, 'precision_macro'),
    undefinedWhen: 'no row is predicted positive',
  },
  recall: {
    title: 'recall',
    ...ofPositive(RECALL, 'recall_macro'),
    undefinedWhen: 'no row is labelled positive',
  },
  f1: {
    title: 'F1',
    ...ofPositive(F1, 'f1_macro'),
    undefinedWhen: 'no row is labelled or predicted positive',
  },
  precision_macro: { title: 'mean precision', ...overClasses(PRECISION) },
  recall_macro: { title: 'mean recall', ...overClasses(RECALL) },
  f1_macro: { title: 'mean F1', ...overClasses(F1) },
  roc_auc: {
    title: 'ROC AUC',
    ...ofOrder(),
    undefinedWhen: ONE_LABEL,
    value: rocAuc,
    influence: rocAucInfluence,
    comparison: BY_DELONG,
    unseen: { aRowMoves: 'more', movable: placesMoved({ wrong: 0, right: 1 }) },
  },
  average_precision: {
    title: 'average precision',
    ...ofOrder(),
    undefinedWhen: 'no row is labelled positive',
    value: averagePrecision,
    influence: averagePrecisionInfluence,
    comparison: BY_RESAMPLING,
    unseen: { aRowMoves: 'more', movable: orderMoved(averagePrecision) },
  },
  log_loss: {
    title: 'log loss',
    ...ofProbabilities(),
    range: LOSS,
    ...meanOfRows(logLosses),
    unseen: { aRowMoves: 'more', movable: meanMoved({ wrong: MOST_LOG_LOSS, right: 0 }) },
  },
  brier: {
    title: 'Brier score',
    ...ofProbabilities(),
    range: SHARE,
    ...meanOfRows(brierLosses),
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 1, right: 0 }) },
  },
  ece: {
    title: 'ECE',
    ...ofProbabilities(),
    range: SHARE,
    value: calibrationError,
    influence: calibrationErrorInfluence,
    comparison: BY_RESAMPLING,
    drawn: 'rows',
    telling: { marks: brierLosses },
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 1, right: 0 }) },
  },
  rmse: {
    title: 'RMSE',
    ...ofNumbers(),
    direction: 'lower',
    range: LOSS,
    undefinedWhen: NO_ROWS,
    value: rootMeanSquare,
    influence: rootMeanSquareInfluence,
    comparison: BY_RESAMPLING,
  },
  mae: {
    title: 'MAE',
    ...ofNumbers(),
    direction: 'lower',
    range: LOSS,
    undefinedWhen: NO_ROWS,
    ...meanOfRows(absoluteErrors),
  },
  r2: {
    title: 'R²',
    ...ofNumbers(),
    direction: 'higher',
    range: [Number.NEGATIVE_INFINITY, 1],
    undefinedWhen: ONE_LABEL,
    value: determination,
    influence: determinationInfluence,
    comparison: BY_RESAMPLING,
  },
} satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS

/** A row of the table with its name. */
export type ComputedMetric = Metric & { name: MetricName }

const NAMED = Object.entries(METRICS).map(
  ([name, metric]): ComputedMetric => ({ ...metric, name: name as MetricName }),
)
const BY_NAME: ReadonlyMap<string, ComputedMetric> = new Map(NAMED.map(metric => [metric.name, metric]))

/** The computed metric of this name, or undefined. */
export function computedMetric(name: string): ComputedMetric | undefined {
  return BY_NAME.get(name)
}

/** The metrics that can be computed for predictions of this kind, in the order they are shown. */
export function computedMetrics(predictions: { task: Task; score?: Float64Array }): ComputedMetric[] {
  return NAMED.filter(
    metric =>
      metric.tasks.includes(predictions.task) &&
      !metric.onRequest?.includes(predictions.task) &&
      (!needsScores(metric) || predictions.score !== undefined),
  )
}

/** What the mean over classes is called of which the metric of this name is the share of the positive one; else undefined. */
export function macroNameOf(name: string): string | undefined {
  return computedMetric(name)?.macro
}

// --- internal: what rows have in common ---

/** The mean of one number a row, compared by Student's t unless the row says otherwise. */
function meanOfRows(rowValues: RowValues) {
  return {
    value: meanOf(rowValues),
    influence: meanInfluence(rowValues),
    comparison: byT(rowValues),
    drawn: 'rows',
    telling: { marks: rowValues },
  } as const
}

function ofTallies(share: Share, of: ShareOf) {
  return {
    direction: 'higher',
    range: SHARE,
    value: shareOfRows(share, of),
    influence: shareInfluence(share, of),
    drawn: 'cells',
    telling: { marks: rightAnswers },
    unseen: { aRowMoves: 'its share', movable: shareMoved(share, of) },
  } as const
}

function ofPositive(share: Share, macro: string) {
  return {
    ...ofTallies(share, 'positive'),
    tasks: BINARY,
    needs: 'positive',
    macro,
    comparison: byShare(share),
  } as const
}

function overClasses(share: Share) {
  return {
    ...ofTallies(share, 'classes'),
    tasks: CLASSES,
    onRequest: BINARY,
    needs: 'prediction',
    undefinedWhen: NO_ROWS,
    comparison: BY_RESAMPLING,
  } as const
}

function ofOrder() {
  return {
    direction: 'higher',
    tasks: BINARY,
    needs: 'score',
    range: SHARE,
    drawn: 'rows',
    telling: { marks: side => rocAucInfluence(side, 0), areWithinClass: true },
  } satisfies Partial<Metric>
}

function ofProbabilities() {
  return { direction: 'lower', tasks: BINARY, needs: 'probability', undefinedWhen: NO_ROWS } as const
}

function ofNumbers() {
  return {
    tasks: NUMBERS,
    needs: 'prediction',
    drawn: 'rows',
    telling: { marks: absoluteErrors },
    unseen: { aRowMoves: 'without bound' },
  } as const
}
