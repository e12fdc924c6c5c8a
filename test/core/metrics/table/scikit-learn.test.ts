import { describe, expect, it } from 'vitest'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import reference from '../../../data/sklearn/metrics/numbers.json' with { type: 'json' }
import { sideFrom } from '../samples.ts'

/** `numbers.json` is made by the script beside it, which calls scikit-learn. */
const { multiclass, binary } = reference

const SIDES = {
  multiclass: {
    side: sideFrom('multiclass', multiclass.label, { probabilities: multiclass.probabilities }),
    values: multiclass.values,
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
