import { describe, expect, it } from 'vitest'
import { calibrationCurve, thresholdCurve } from '../../../src/core/metrics/curves.ts'
import { sideOf } from '../../../src/core/metrics/side.ts'
import { computeMetric } from '../../../src/core/metrics/table/compute.ts'
import { samplePair, sideFrom } from './samples.ts'

describe('thresholdCurve', () => {
  it('has a point for every distinct score of a small table', () => {
    const side = sideFrom('binary', [1, 1, 0, 0], { score: [0.8, 0.4, 0.4, 0.2] })

    expect(thresholdCurve(side)).toEqual([
      { threshold: 0.8, recall: 0.5, falsePositiveRate: 0, precision: 1 },
      { threshold: 0.4, recall: 1, falsePositiveRate: 0.5, precision: 2 / 3 },
      { threshold: 0.2, recall: 1, falsePositiveRate: 1, precision: 0.5 },
    ])
  })

  it('keeps its shape in at most 200 points: the area under it is still ROC AUC', () => {
    const side = sideOf(samplePair({ rows: 20_000, seed: 1 }), 'candidate')

    const points = thresholdCurve(side)!

    expect(points.length).toBeGreaterThan(150)
    expect(points.length).toBeLessThanOrEqual(200)
    expect(points.at(-1)).toMatchObject({ recall: 1, falsePositiveRate: 1 })
    expect(area(points)).toBeCloseTo(computeMetric('roc_auc', side) as number, 3)
  })

  it('does not exist without scores or with one class', () => {
    expect(thresholdCurve(sideFrom('binary', [0, 1], { prediction: [0, 1] }))).toBeUndefined()
    expect(thresholdCurve(sideFrom('binary', [1, 1], { score: [0.2, 0.3] }))).toBeUndefined()
    expect(thresholdCurve(sideFrom('regression', [1, 2], { prediction: [1, 2] }))).toBeUndefined()
  })
})

describe('calibrationCurve', () => {
  it('says per bin what was said and what happened', () => {
    const side = sideFrom('binary', [0, 1, 1, 1], { score: [0.1, 0.15, 0.9, 1] })

    const curve = calibrationCurve(side, 0.95)!

    expect(curve).toHaveLength(2)
    expect(curve[0]).toMatchObject({ said: expect.closeTo(0.125, 12), happened: 0.5, rows: 2 })
    expect(curve[1]).toMatchObject({ said: expect.closeTo(0.95, 12), happened: 1, rows: 2, high: 1 })
    expect(curve[1]!.low).toBeLessThan(1)
  })

  it('adds up to ECE', () => {
    const side = sideOf(samplePair({ rows: 500, seed: 2 }), 'candidate')

    const curve = calibrationCurve(side, 0.95)!

    const ece = curve.reduce((sum, bin) => sum + (bin.rows / 500) * Math.abs(bin.said - bin.happened), 0)
    expect(ece).toBeCloseTo(computeMetric('ece', side) as number, 12)
  })

  it('does not exist for scores that are no probabilities', () => {
    expect(calibrationCurve(sideFrom('binary', [0, 1], { score: [-1, 2] }), 0.95)).toBeUndefined()
  })
})

// --- internal ---

function area(points: { recall: number; falsePositiveRate: number }[]): number {
  const all = [{ recall: 0, falsePositiveRate: 0 }, ...points]
  return all.slice(1).reduce((sum, point, index) => {
    const before = all[index]!
    return sum + ((point.falsePositiveRate - before.falsePositiveRate) * (point.recall + before.recall)) / 2
  }, 0)
}
