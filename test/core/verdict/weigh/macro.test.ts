import { describe, expect, it } from 'vitest'
import { sideOf, takeRows } from '../../../../src/core/metrics/side.ts'
import { compareOnRows } from '../../../../src/core/metrics/table/compare.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { computedMetric } from '../../../../src/core/metrics/table/metrics.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import reference from '../../../data/macro-metrics.json' with { type: 'json' }
import { OPTIONS, pairFrom, samplePair, sideFrom } from '../../metrics/samples.ts'

const NAMES = ['precision_macro', 'recall_macro', 'f1_macro'] as const

describe('means over the classes of the truth', () => {
  it.each(reference.cases)(
    'equal those of scikit-learn: $name',
    ({ label, prediction, weights, ...values }) => {
      const side = sideFrom(new Set(label).size > 2 ? 'multiclass' : 'binary', label, { prediction })
      const counts = Uint32Array.from(weights ?? label.map(() => 1))

      for (const name of NAMES) {
        expect(computedMetric(name)!.value(side)(counts)).toBeCloseTo(values[name], 14)
        if (!weights) expect(computeMetric(name, side)).toBeCloseTo(values[name], 14)
      }
    },
  )

  it('a class that is predicted once and never true moves F1 by that one row', () => {
    const label = Array.from({ length: 300 }, (_, row) => row % 3)
    const right = label.map((truth, row) => (row % 10 === 0 ? (truth + 1) % 3 : truth))
    const stray = right.map((answer, row) => (row === 1 ? 3 : answer))
    const f1 = (prediction: number[]) =>
      computeMetric('f1_macro', sideFrom('multiclass', label, { prediction })) as number

    expect(f1(right)).toBeCloseTo(0.9, 2)
    expect(Math.abs(f1(stray) - f1(right))).toBeLessThan(0.01)
  })

  it('and does not widen the interval of a difference, nor make one', () => {
    const label = Array.from({ length: 600 }, (_, row) => row % 3)
    const side = (stray: boolean) =>
      sideFrom('multiclass', label, {
        prediction: label.map((truth, row) =>
          stray && row === 1 ? 3 : row % 10 === 0 ? (truth + 1) % 3 : truth,
        ),
      })

    const weighed = compareOnRows('f1_macro', pairFrom(side(true), side(false)), OPTIONS)
    if ('undefinedBecause' in weighed) throw new Error(weighed.undefinedBecause)
    expect(weighed.difference.interval.low).toBeGreaterThan(-0.02)
    expect(weighed.difference.interval.high).toBeLessThan(0.02)
    expect(weighed.candidate.interval!.low).toBeGreaterThan(0.85)
  })

  it('of a resample are those of its rows alone, whichever way they are had', () => {
    const pair = samplePair({ rows: 40, seed: 5, task: 'multiclass', classes: 6 })
    const random = mulberry32(9)
    for (let draw = 0; draw < 50; draw++) {
      const rows = Uint32Array.from({ length: 40 }, () => Math.floor(random() * 40))
      const weights = new Uint32Array(40)
      for (const row of rows) weights[row]!++
      for (const name of NAMES) {
        const drawn = sideOf(takeRows(pair, rows, { score: false, column: name }), 'candidate')
        const value = computedMetric(name)!.value(sideOf(pair, 'candidate'))(weights)
        expect(value).toBeCloseTo(computeMetric(name, drawn) as number, 12)
      }
    }
  })
})
