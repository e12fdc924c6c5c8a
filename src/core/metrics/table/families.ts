import type { CodedColumn, Task } from '../../inputs/evaluation.ts'
import { agreementInfluence, agreementMoved } from '../compare/agreements.ts'
import { BY_RESAMPLING, BY_WEIGHTED_DRAWS } from '../compare/by-bootstrap.ts'
import { byMcnemar } from '../compare/by-mcnemar.ts'
import { byShare } from '../compare/by-share.ts'
import { byT } from '../compare/by-t.ts'
import { byWeights } from '../compare/by-weights.ts'
import {
  BY_CLASSES,
  BY_WEIGHTED_CLASSES,
  meanRocAucInfluence,
  meanRocAucMoved,
} from '../compare/class-means.ts'
import { groupInfluence, meanInfluence, shareInfluence } from '../compare/influence.ts'
import type { Metric } from '../compare/metric.ts'
import { meanMoved, shareMoved } from '../compare/moved.ts'
import { rocAucShares } from '../compare/rank-influence.ts'
import { type Agreement, agreementOfRows } from '../row-weights/agreement.ts'
import { type ClassWeighting, classesOfTruth, meanRocAuc } from '../row-weights/one-against-rest.ts'
import { groupValues, meanOverGroups, type OfRanking } from '../row-weights/rankings.ts'
import { absoluteErrors, amongLikeliest, type RowValues, rightAnswers } from '../row-weights/row-values.ts'
import { meanOf } from '../row-weights/sums.ts'
import { type Share, type ShareOf, shareOfRows } from '../row-weights/tallies.ts'
import type { OneSide } from '../side.ts'

/** What several rows of the table have in common. */

export const CLASSES: readonly Task[] = ['binary', 'multiclass']
export const BINARY: readonly Task[] = ['binary']
const SEVERAL: readonly Task[] = ['multiclass']
const NUMBERS: readonly Task[] = ['regression']
/** Rows that are relevant or not, or by grades. */
const RANKED: readonly Task[] = ['binary', 'regression']
export const NO_ROWS = 'there are no rows'
export const ONE_LABEL = 'all rows have the same label'

export const SHARE = [0, 1] as const
export const LOSS = [0, Number.POSITIVE_INFINITY] as const

/**
 * So many rows a loss takes. Its numbers are skew: fewer rows show small differences all alike, and not the row in twenty that is
 * far off. docs/statistics.md has what was measured.
 */
export const ROWS_FOR_LOSS = 30

/**
 * The mean of one number a row.
 *
 * @param most the largest it can be, where that is known
 */
export function meanOfRows(rowValues: RowValues, most?: number) {
  return {
    value: meanOf(rowValues),
    influence: meanInfluence(rowValues),
    weighted: byWeights(rowValues),
    drawn: 'rows',
    telling: { marks: rowValues, ...(most !== undefined && { most }) },
  } as const
}

/** The mean of a loss a row, compared by Student's t; `most` as above. */
export function meanLoss(rowValues: RowValues, most?: number) {
  return { ...meanOfRows(rowValues, most), comparison: byT(rowValues), leastRows: ROWS_FOR_LOSS } as const
}

/** A share of the positive class, whose mean over the classes has a name of its own. */
export function ofPositive(share: Share, macro: string) {
  return {
    ...ofTallies(share, 'positive'),
    tasks: BINARY,
    needs: 'positive',
    macro,
    comparison: byShare(share),
  } as const
}

/** The mean of a share over the classes of the truth. */
export function overClasses(share: Share) {
  return {
    ...ofTallies(share, 'classes'),
    tasks: CLASSES,
    onRequest: BINARY,
    needs: 'prediction',
    undefinedWhen: NO_ROWS,
    comparison: BY_RESAMPLING,
  } as const
}

/** Of the order of the scores: rows are compared by their placements among the other class. */
export function ofOrder() {
  return {
    direction: 'higher',
    tasks: BINARY,
    needs: 'score',
    range: SHARE,
    weighted: BY_WEIGHTED_DRAWS,
    drawn: 'rows',
    telling: { marks: rocAucShares, areWithinClass: true },
  } satisfies Partial<Metric>
}

/** Losses of probabilities, of two classes or several. */
export function ofProbabilities() {
  return { direction: 'lower', tasks: CLASSES, needs: 'probability', undefinedWhen: NO_ROWS } as const
}

/** The mean over the classes of ROC AUC, each against the rest. */
export function overRest(weighting: ClassWeighting) {
  return {
    direction: 'higher',
    tasks: SEVERAL,
    needs: 'probability',
    range: SHARE,
    undefinedWhen: ONE_LABEL,
    value: meanRocAuc(weighting),
    influence: meanRocAucInfluence(weighting),
    passes: side => classesOfTruth(side).length,
    comparison: BY_CLASSES,
    weighted: BY_WEIGHTED_CLASSES,
    drawn: 'rows',
    telling: { marks: side => meanRocAucInfluence(weighting)(side, 0), areWithinClass: true },
    unseen: { aRowMoves: 'more', movable: meanRocAucMoved(weighting) },
  } satisfies Partial<Metric>
}

/** Whether the truth is among the k likeliest classes. */
export function amongTop(k: number) {
  const right = amongLikeliest(k)
  return {
    title: `top-${k} accuracy`,
    direction: 'higher',
    tasks: SEVERAL,
    onRequest: SEVERAL,
    needs: 'probability',
    isShareOfRows: true,
    range: SHARE,
    undefinedWhen: NO_ROWS,
    ...meanOfRows(right, 1),
    comparison: byMcnemar(right),
    saysNothing: ({ probabilities }) =>
      probabilities!.length > k
        ? undefined
        : `every class is among the ${k} likeliest of ${probabilities!.length}`,
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 0, right: 1 }) },
  } satisfies Metric
}

/** Of numbers, where one row can be off by anything. */
export function ofNumbers() {
  return {
    tasks: NUMBERS,
    needs: 'prediction',
    drawn: 'rows',
    telling: { marks: absoluteErrors },
    unseen: { aRowMoves: 'without bound' },
    leastRows: ROWS_FOR_LOSS,
  } as const
}

/** The agreement of truth and answers over all classes. */
export function ofAgreement(agreement: Agreement) {
  return {
    direction: 'higher',
    tasks: CLASSES,
    onRequest: CLASSES,
    needs: 'prediction',
    range: [-1, 1],
    undefinedWhen: ONE_LABEL,
    value: agreementOfRows(agreement),
    influence: agreementInfluence(agreement),
    comparison: BY_RESAMPLING,
    weighted: BY_WEIGHTED_DRAWS,
    drawn: 'cells',
    telling: { marks: rightAnswers, most: 1 },
    unseen: { aRowMoves: 'its share', movable: agreementMoved(agreement) },
  } satisfies Partial<Metric>
}

/** Losses of numbers that are shown where a gate asks for them. */
export function ofErrors(losses: RowValues) {
  return {
    ...ofNumbers(),
    onRequest: NUMBERS,
    direction: 'lower',
    range: LOSS,
    undefinedWhen: NO_ROWS,
    ...meanLoss(losses),
  } as const
}

/** The order within each group, whose mean over the groups is compared group by group. */
export function ofRanking(of: OfRanking) {
  return {
    direction: 'higher',
    tasks: RANKED,
    onRequest: RANKED,
    needs: 'order',
    range: SHARE,
    undefinedWhen: NO_ROWS,
    value: meanOverGroups(of),
    influence: groupInfluence(of),
    comparison: BY_RESAMPLING,
    weighted: BY_WEIGHTED_DRAWS,
    drawn: 'rows',
    telling: { marks: side => valueOfGroup(side, of), areOfGroups: true },
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 0, right: 1 }) },
    saysNothing({ group, label, weight }) {
      if (!group) return 'it is a mean over queries: name their column with `predictions.group`'
      if (weight && !isOneInEach(weight.values, group))
        return 'it weighs queries, and rows of one query have different weights'
      return label.some(grade => grade < 0) ? 'a row has a label below 0, and labels are grades' : undefined
    },
  } satisfies Partial<Metric>
}

// --- internal ---

function isOneInEach(weights: Float64Array, { codes, values }: CodedColumn): boolean {
  const first = new Float64Array(values.length)
  for (let row = 0; row < codes.length; row++) {
    const known = first[codes[row]!]!
    if (known === 0) first[codes[row]!] = weights[row]!
    else if (known !== weights[row]) return false
  }
  return true
}

/** Of each row what its group comes to. */
function valueOfGroup(side: OneSide, of: OfRanking): Float64Array {
  const values = new Float64Array(side.rows)
  for (const { rows, value } of groupValues(side, of)) for (const row of rows) values[row] = value
  return values
}

function ofTallies(share: Share, of: ShareOf) {
  return {
    direction: 'higher',
    range: SHARE,
    value: shareOfRows(share, of),
    influence: shareInfluence(share, of),
    weighted: BY_WEIGHTED_DRAWS,
    drawn: 'cells',
    telling: { marks: rightAnswers, most: 1 },
    unseen: { aRowMoves: 'its share', movable: shareMoved(share, of) },
  } as const
}
