import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasNoValue } from '../../../../src/core/metrics/side.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { computedMetric, computedMetrics } from '../../../../src/core/metrics/table/metrics.ts'
import { referenceCase, samplePair, sideFrom } from '../samples.ts'

describe('computeMetric against scikit-learn', () => {
  const { inputs, outputs } = referenceCase('metrics-binary')
  const side = sideFrom('binary', inputs.y!, { prediction: inputs.pred, score: inputs.scores })

  it.each(['accuracy', 'precision', 'recall', 'f1', 'roc_auc', 'average_precision', 'log_loss', 'brier'])(
    'metrics-binary: %s',
    name => {
      expect(computeMetric(name, side)).toBeCloseTo(outputs[name]!, 12)
    },
  )

  it('calibration-ece', () => {
    const { inputs, outputs } = referenceCase('calibration-ece')

    const ece = computeMetric('ece', sideFrom('binary', inputs.y!, { score: inputs.p }))

    expect(ece).toBeCloseTo(outputs.ece!, 12)
  })
})

describe('computeMetric on tables small enough for pen and paper', () => {
  it('counts a tie in ROC AUC as half', () => {
    // Pairs (positive, negative): .8>.4, .8>.2, .4=.4, .4>.2 → 3.5 of 4.
    const side = sideFrom('binary', [1, 1, 0, 0], { score: [0.8, 0.4, 0.4, 0.2] })

    expect(computeMetric('roc_auc', side)).toBe(3.5 / 4)
  })

  it('takes tied scores as one step of average precision', () => {
    // Steps: one positive at precision 1/1, then (1 positive, 1 negative) together at precision 2/3.
    const side = sideFrom('binary', [1, 1, 0, 0], { score: [0.8, 0.4, 0.4, 0.2] })

    expect(computeMetric('average_precision', side)).toBeCloseTo(0.5 * 1 + (0.5 * 2) / 3, 14)
  })

  it('clips the log loss of a score that is certain and wrong at the spacing of numbers', () => {
    const wrong = sideFrom('binary', [1, 0], { score: [0, 1] })

    expect(computeMetric('log_loss', wrong)).toBeCloseTo(-Math.log(Number.EPSILON), 12)
  })

  it('puts a score of 1 into the last bin of ECE and 0.1 into the second', () => {
    // Bin 1: said 0.1, happened 0 (gap 0.1 on one row); bin 9: said 1 and 0.9, happened 1 and 0 (gap 0.9 over two rows).
    const side = sideFrom('binary', [0, 1, 0], { score: [0.1, 1, 0.9] })

    expect(computeMetric('ece', side)).toBeCloseTo((0.1 + 0.9) / 3, 14)
  })

  it('averages classes without weights, a class never predicted counting 0', () => {
    // Class 0: hits 1, labelled 2, predicted 1. Class 1: hits 1, labelled 1, predicted 3. Class 2: labelled 1, never predicted.
    const side = sideFrom('multiclass', [0, 0, 1, 2], { prediction: [0, 1, 1, 1] })

    expect(computeMetric('accuracy', side)).toBe(0.5)
    expect(computeMetric('precision_macro', side)).toBeCloseTo((1 + 1 / 3 + 0) / 3, 14)
    expect(computeMetric('recall_macro', side)).toBeCloseTo((1 / 2 + 1 + 0) / 3, 14)
    expect(computeMetric('f1_macro', side)).toBeCloseTo((2 / 3 + 2 / 4 + 0) / 3, 14)
  })

  it('leaves out classes that occur neither as label nor as prediction', () => {
    const side = { ...sideFrom('multiclass', [0, 1], { prediction: [0, 1] }), classes: ['a', 'b', 'unseen'] }

    expect(computeMetric('f1_macro', side)).toBe(1)
  })

  it('computes the three of a regression', () => {
    // Errors 1, −1, 2; labels 1, 2, 6 with mean 3 and squared distances 4 + 1 + 9.
    const side = sideFrom('regression', [1, 2, 6], { prediction: [2, 1, 8] })

    expect(computeMetric('rmse', side)).toBeCloseTo(Math.sqrt(6 / 3), 14)
    expect(computeMetric('mae', side)).toBeCloseTo(4 / 3, 14)
    expect(computeMetric('r2', side)).toBeCloseTo(1 - 6 / 14, 14)
  })

  it('keeps the digits of R² when labels are far from 0', () => {
    const near = sideFrom('regression', [1, 2, 6], { prediction: [2, 1, 8] })
    const far = sideFrom('regression', [1e9 + 1, 1e9 + 2, 1e9 + 6], {
      prediction: [1e9 + 2, 1e9 + 1, 1e9 + 8],
    })

    expect(computeMetric('r2', far)).toBeCloseTo(computeMetric('r2', near) as number, 6)
  })
})

describe('computeMetric where there is no value', () => {
  it.each([
    ['roc_auc', sideFrom('binary', [1, 1], { score: [0.2, 0.9] }), 'all rows have the same label'],
    ['average_precision', sideFrom('binary', [0, 0], { score: [0.2, 0.9] }), 'no row is labelled positive'],
    ['recall', sideFrom('binary', [0, 0], { prediction: [0, 1] }), 'no row is labelled positive'],
    ['precision', sideFrom('binary', [0, 1], { prediction: [0, 0] }), 'no row is predicted positive'],
    ['f1', sideFrom('binary', [0, 0], { prediction: [0, 0] }), 'no row is labelled or predicted positive'],
    ['r2', sideFrom('regression', [3, 3], { prediction: [1, 2] }), 'all rows have the same label'],
    ['accuracy', sideFrom('binary', [], { prediction: [] }), 'there are no rows'],
    ['roc_auc', sideFrom('binary', [0, 1], { prediction: [0, 1] }), 'roc_auc needs a score column'],
    ['rmse', sideFrom('binary', [0, 1], { prediction: [0, 1] }), 'rmse does not exist for a binary model'],
    ['bleu', sideFrom('binary', [0, 1], { prediction: [0, 1] }), 'bleu is not a computed metric'],
    [
      'rmse',
      sideFrom('regression', [1e300, 1], { prediction: [-1e300, 1] }),
      'the numbers are too large to compute it',
    ],
  ])('%s says why', (name, side, reason) => {
    expect(computeMetric(name, side)).toEqual({ undefinedBecause: reason })
  })

  it.each(['log_loss', 'brier', 'ece'])(
    '%s refuses scores that are no probabilities, roc_auc takes them',
    name => {
      const side = sideFrom('binary', [0, 1, 1], { score: [-3, 0.4, 7] })

      expect(computeMetric(name, side)).toEqual({
        undefinedBecause: `${name} needs probabilities, but there are scores outside 0 to 1`,
      })
      expect(computeMetric('roc_auc', side)).toBe(1)
    },
  )

  it('gives F1 of 0, not nothing, when every positive is missed', () => {
    expect(computeMetric('f1', sideFrom('binary', [0, 1], { prediction: [0, 0] }))).toBe(0)
  })
})

describe('every metric', () => {
  it('is within its range or has a reason, never NaN, whatever the rows', () => {
    // Among them what rounding to 32 bits makes of 0 and 1.
    const score = fc.oneof(
      fc.double({ min: -0.2, max: 1.2, noNaN: true }),
      fc.constantFrom(0, 1, -1e-7, 1 + 1e-7, -Number.MIN_VALUE, 1 + Number.EPSILON),
    )
    const row = fc.tuple(fc.constantFrom(0, 1), score)
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), rows => {
        const side = sideFrom(
          'binary',
          rows.map(([label]) => label),
          { score: rows.map(([, score]) => score) },
        )

        for (const { name, range } of computedMetrics(side)) {
          const value = computeMetric(name, side)

          if (hasNoValue(value)) expect(value.undefinedBecause).not.toBe('')
          else expect(value >= range[0] && value <= range[1] + 1e-12).toBe(true)
        }
      }),
    )
  })

  it.each(['binary', 'multiclass', 'regression'] as const)(
    '%s: counting a row twice is having it twice',
    task => {
      const { rows, label, candidate } = samplePair({ rows: 40, seed: 5, task })
      const side = { task, rows, label, ...candidate }
      const weights = Uint32Array.from({ length: rows }, (_, row) => (row * 7) % 4)
      const repeated = [...weights].flatMap((weight, row) => new Array<number>(weight).fill(row))
      const take = (values: Float64Array) => repeated.map(row => values[row]!)
      const twice = sideFrom(task, take(label), {
        prediction: take(candidate.prediction),
        score: candidate.score && take(candidate.score),
        probabilities:
          candidate.probabilities &&
          repeated.map(row => candidate.probabilities!.map(column => column[row]!)),
      })

      for (const { name } of computedMetrics(side)) {
        const weighted = computedMetric(name)!.value(side)(weights)

        expect(weighted, name).toBeCloseTo(computeMetric(name, twice) as number, 12)
      }
    },
  )
})

describe('computedMetrics', () => {
  it('lists what exists for the predictions at hand', () => {
    const names = (side: Parameters<typeof computedMetrics>[0]) =>
      computedMetrics(side).map(metric => metric.name)

    const [scored, answered] = [
      names({ task: 'binary', score: new Float64Array() }),
      names({ task: 'binary' }),
    ]
    expect(scored).toEqual(expect.arrayContaining([...answered, 'roc_auc', 'average_precision', 'log_loss']))
    expect(answered).toEqual(expect.arrayContaining(['accuracy', 'precision', 'recall', 'f1']))
    for (const name of ['roc_auc', 'brier', 'f1_macro', 'mae']) expect(answered).not.toContain(name)
    const several = names({ task: 'multiclass' })
    expect(several).toEqual(
      expect.arrayContaining(['accuracy', 'precision_macro', 'recall_macro', 'f1_macro']),
    )
    for (const name of ['f1', 'roc_auc', 'mae']) expect(several).not.toContain(name)
    expect(names({ task: 'regression' })).toEqual(expect.arrayContaining(['rmse', 'mae', 'r2']))
    expect(names({ task: 'regression' })).not.toContain('accuracy')
  })
})
