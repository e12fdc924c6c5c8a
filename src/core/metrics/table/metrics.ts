import type { ScoreColumn } from '../../inputs/evaluation.ts'
import { BY_RESAMPLING, BY_WEIGHTED_DRAWS } from '../compare/by-bootstrap.ts'
import { BY_DELONG } from '../compare/by-delong.ts'
import { byMcnemar } from '../compare/by-mcnemar.ts'
import { calibrationErrorInfluence } from '../compare/influence.ts'
import { type Metric, needsScores } from '../compare/metric.ts'
import { meanMoved, orderMoved, placementsMoved } from '../compare/moved.ts'
import { averagePrecisionInfluence, rocAucInfluence } from '../compare/rank-influence.ts'
import { KAPPA, MCC } from '../row-weights/agreement.ts'
import { ndcg, reciprocalRank } from '../row-weights/rankings.ts'
import { averagePrecision, rocAuc } from '../row-weights/ranks.ts'
import { brierLosses, logLosses, MOST_LOG_LOSS, rightAnswers } from '../row-weights/row-values.ts'
import { calibrationError, calibrationErrorByChance } from '../row-weights/sums.ts'
import { F1, PRECISION, RECALL } from '../row-weights/tallies.ts'
import type { OneSide } from '../side.ts'
import { meanOfColumn } from './columns.ts'
import {
  amongTop,
  BINARY,
  CLASSES,
  LOSS,
  meanLoss,
  meanOfRows,
  NO_ROWS,
  ONE_LABEL,
  ofAgreement,
  ofOrder,
  ofPositive,
  ofProbabilities,
  ofRanking,
  overClasses,
  overRest,
  ROWS_FOR_LOSS,
  SHARE,
} from './families.ts'
import { MACRO_NAMES } from './macro-names.ts'
import { OF_NUMBERS } from './of-numbers.ts'

/**
 * The metrics Assay computes itself from per-row predictions, in the order they are shown. All values equal those of
 * scikit-learn. `precision`, `recall` and `f1` are those of the positive class of two; the unweighted mean over classes is
 * another quantity and has names of its own, with `_macro`.
 */
export const METRICS = tableOf({
  accuracy: {
    title: 'accuracy',
    direction: 'higher',
    tasks: CLASSES,
    needs: 'prediction',
    isShareOfRows: true,
    range: SHARE,
    undefinedWhen: NO_ROWS,
    ...meanOfRows(rightAnswers, 1),
    comparison: byMcnemar(rightAnswers),
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 0, right: 1 }) },
  },
  precision: {
    title: 'precision',
    ...ofPositive(PRECISION, MACRO_NAMES.precision),
    undefinedWhen: 'no row is predicted positive',
  },
  recall: {
    title: 'recall',
    ...ofPositive(RECALL, MACRO_NAMES.recall),
    undefinedWhen: 'no row is labelled positive',
  },
  f1: {
    title: 'F1',
    ...ofPositive(F1, MACRO_NAMES.f1),
    undefinedWhen: 'no row is labelled or predicted positive',
  },
  precision_macro: { title: 'mean precision', ...overClasses(PRECISION) },
  recall_macro: { title: 'mean recall', ...overClasses(RECALL) },
  f1_macro: { title: 'mean F1', ...overClasses(F1) },
  balanced_accuracy: { title: 'balanced accuracy', ...overClasses(RECALL), onRequest: CLASSES },
  mcc: { title: 'MCC', ...ofAgreement(MCC) },
  kappa: { title: "Cohen's kappa", ...ofAgreement(KAPPA) },
  roc_auc: {
    title: 'ROC AUC',
    ...ofOrder(),
    ofSeveral: 'roc_auc_ovr',
    undefinedWhen: ONE_LABEL,
    value: rocAuc,
    influence: rocAucInfluence,
    comparison: BY_DELONG,
    unseen: { aRowMoves: 'more', movable: placementsMoved({ wrong: 0, right: 1 }) },
  },
  roc_auc_ovr: { title: 'mean ROC AUC', ...overRest('each alike') },
  roc_auc_ovr_weighted: { title: 'weighted ROC AUC', ...overRest('by rows'), onRequest: ['multiclass'] },
  top_2_accuracy: amongTop(2),
  top_3_accuracy: amongTop(3),
  top_5_accuracy: amongTop(5),
  top_10_accuracy: amongTop(10),
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
    ...meanLoss(logLosses, MOST_LOG_LOSS),
    unseen: { aRowMoves: 'more', movable: meanMoved({ wrong: MOST_LOG_LOSS, right: 0 }) },
  },
  brier: {
    title: 'Brier score',
    ...ofProbabilities(),
    range: SHARE,
    ...meanLoss(brierLosses, 1),
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 1, right: 0 }) },
  },
  ece: {
    title: 'ECE',
    ...ofProbabilities(),
    tasks: BINARY,
    range: SHARE,
    value: calibrationError,
    influence: calibrationErrorInfluence,
    comparison: BY_RESAMPLING,
    weighted: BY_WEIGHTED_DRAWS,
    drawn: 'rows',
    leastRows: ROWS_FOR_LOSS,
    byChance: calibrationErrorByChance,
    telling: { marks: brierLosses, most: 1 },
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 1, right: 0 }) },
  },
  ...OF_NUMBERS,
  mrr: { title: 'MRR', ...ofRanking(reciprocalRank) },
  ndcg: { title: 'NDCG', ...ofRanking(ndcg()) },
  ndcg_5: { title: 'NDCG of 5', ...ofRanking(ndcg(5)) },
  ndcg_10: { title: 'NDCG of 10', ...ofRanking(ndcg(10)) },
})

export type MetricName = keyof typeof METRICS

/** A row of the table with its name. */
export type ComputedMetric = Metric & { name: MetricName }

/** A metric of rows with its name: a row of the table, or a column of scores. */
export type RowMetric = Metric & { name: string }

/** What rows may bring of their own: columns of scores. */
interface WithColumns {
  values?: ScoreColumn[]
}

const NAMED = Object.entries<Metric>(METRICS).map(
  ([name, metric]): ComputedMetric => ({ ...metric, name: name as MetricName }),
)
const BY_NAME: ReadonlyMap<string, ComputedMetric> = new Map(NAMED.map(metric => [metric.name, metric]))

/** The computed metric of this name, or undefined. */
export function computedMetric(name: string): ComputedMetric | undefined {
  return BY_NAME.get(name)
}

/** The metric of this name of these rows: the mean of their own column of that name, else the computed one. */
export function metricOfRows(name: string, { values }: WithColumns): RowMetric | undefined {
  const column = values?.find(one => one.name === name)
  return column ? meanOfColumn(column) : computedMetric(name)
}

/** The metrics that these rows have, in the order they are shown: their own columns first. */
export function metricsOfRows(
  predictions: WithColumns & Pick<OneSide, 'task' | 'score' | 'probabilities'>,
): RowMetric[] {
  const own = (predictions.values ?? []).map(meanOfColumn)
  const computed = computedMetrics(predictions)
  return [...own, ...computed.filter(metric => !own.some(({ name }) => name === metric.name))]
}

/** The metrics that can be computed for predictions of this kind, in the order they are shown. */
export function computedMetrics(
  predictions: Pick<OneSide, 'task' | 'score' | 'probabilities'>,
): ComputedMetric[] {
  return NAMED.filter(
    metric =>
      metric.tasks.includes(predictions.task) &&
      !metric.onRequest?.includes(predictions.task) &&
      (!needsScores(metric) || (predictions.score ?? predictions.probabilities) !== undefined),
  )
}

// --- internal ---

/** The rows as they are. Each is checked where it stands, and the keys stay a type. */
function tableOf<Name extends string>(rows: Record<Name, Metric>): Record<Name, Metric> {
  return rows
}
