import { describe, expect, it } from 'vitest'
import { hasNoValue } from '../../../../src/core/metrics/side.ts'
import { compareOnRows } from '../../../../src/core/metrics/table/compare.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import reference from '../../../data/sklearn/metrics/numbers.json' with { type: 'json' }
import { column, OPTIONS, pairFrom, sideFrom } from '../samples.ts'

/** `numbers.json` is made by the script beside it, which calls scikit-learn. */
const { multiclass, binary, regression, ranking, hits } = reference

const SIDES = {
  multiclass: {
    side: sideFrom('multiclass', multiclass.label, { probabilities: multiclass.probabilities }),
    values: multiclass.values,
  },
  regression: {
    side: {
      ...sideFrom('regression', regression.label, { prediction: regression.prediction }),
      quantile: regression.quantile,
    },
    values: regression.values,
  },
  'queries with grades': {
    side: {
      ...sideFrom('regression', ranking.label, { prediction: ranking.score }),
      group: column('query', ranking.group),
    },
    values: ranking.values,
  },
  'queries with hits': {
    side: { ...sideFrom('binary', hits.label, { score: hits.score }), group: column('query', hits.group) },
    values: hits.values,
  },
  binary: { side: sideFrom('binary', binary.label, { score: binary.score }), values: binary.values },
}

describe.each(Object.entries(SIDES))('%s: numbers of scikit-learn', (_, { side, values }) => {
  it.each(Object.entries(values))('%s', (name, value) => {
    expect(computeMetric(name, side)).toBeCloseTo(value, 12)
  })
})

describe('several classes', () => {
  const side = sideFrom('multiclass', multiclass.label, { probabilities: multiclass.probabilities })

  it('of two classes the Brier score and the log loss are what they are of a score', () => {
    const chances = binary.score.map(score => [1 - score, score])
    const two = sideFrom('multiclass', binary.label, { probabilities: chances })
    const one = sideFrom('binary', binary.label, { score: binary.score })

    for (const name of ['brier', 'log_loss'])
      expect(computeMetric(name, two)).toBeCloseTo(computeMetric(name, one) as number, 12)
    expect(computeMetric('roc_auc_ovr', two)).toBeCloseTo(computeMetric('roc_auc', one) as number, 12)
  })

  it('says what is missing, what there is instead, and what says nothing', () => {
    const bare = { ...side, probabilities: undefined }

    expect(computeMetric('log_loss', bare)).toEqual({
      undefinedBecause: 'log_loss of several classes needs `predictions.probabilities`',
    })
    expect(computeMetric('roc_auc', side)).toEqual({
      undefinedBecause: 'roc_auc is of two classes; of several there is `roc_auc_ovr`',
    })
    expect(computeMetric('top_5_accuracy', side)).toEqual({
      undefinedBecause: 'every class is among the 5 likeliest of 5',
    })
    expect(computeMetric('roc_auc_ovr', { ...side, label: side.label.map(() => 2) })).toEqual({
      undefinedBecause: 'all rows have the same label',
    })
  })
})

describe('numbers', () => {
  const side = sideFrom('regression', [0, 1, 2], { prediction: [0, 2, 2] })

  it('has no percentage of a truth of 0, and says what there is', () => {
    expect(computeMetric('mape', side)).toEqual({
      undefinedBecause: 'a row has the truth 0, of which nothing is a percentage: `mae` and `smape` exist',
    })
    expect(computeMetric('smape', side)).toBeCloseTo(2 / 9, 12)
    expect(computeMetric('pinball', side)).toEqual({
      undefinedBecause: 'which quantile is predicted is not said: set `predictions.quantile`',
    })
  })
})

describe('queries', () => {
  const queries = 40
  const group = column(
    'query',
    Array.from({ length: queries * 5 }, (_, row) => Math.floor(row / 5)),
  )
  const label = Array.from(group.codes, (_, row) => (row % 5 === 0 ? 1 : 0))
  /** In every query below `wrong` the relevant row is the last. */
  const scored = (wrong: number) =>
    sideFrom('binary', label, {
      score: label.map((hit, row) => (Math.floor(row / 5) < wrong ? 0.9 - hit * 0.8 : hit * 0.8 + 0.1)),
    })
  const compared = (ours: number, theirs: number, name = 'mrr') =>
    compareOnRows(name, pairFrom(scored(ours), scored(theirs), { group }), OPTIONS)

  it('are compared query by query', () => {
    const found = compared(2, 22)

    if (hasNoValue(found)) throw new Error(found.undefinedBecause)
    expect(found.candidate.value).toBeCloseTo((38 + 2 / 5) / 40, 12)
    expect(found.difference.value).toBeCloseTo((20 * 0.8) / 40, 12)
    expect(found.difference.interval.low).toBeGreaterThan(0.2)
    // Twenty of forty by 0.8: 0.4 ± 1.96 × 0.8 × √(0.25 / 40).
    expect(found.difference.interval.high - found.difference.interval.low).toBeCloseTo(0.248, 1)
  })

  it('that are all alike are no proof of anything', () => {
    const found = compared(0, 0, 'ndcg')

    if (hasNoValue(found)) throw new Error(found.undefinedBecause)
    expect(found.difference.interval.low).toBeLessThan(-0.05)
  })

  it('have to be named', () => {
    expect(computeMetric('ndcg', scored(3))).toEqual({
      undefinedBecause: 'it is a mean over queries: name their column with `predictions.group`',
    })
  })
})
