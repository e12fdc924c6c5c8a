import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { predictedBins, residualBins } from '../../../src/core/metrics/residuals.ts'
import { sideFrom } from './samples.ts'

/** Predictions 0 to 39, the truth twice as much. */
const STEPS = Array.from({ length: 40 }, (_, row) => row)
const DOUBLED = sideFrom(
  'regression',
  STEPS.map(step => 2 * step),
  { prediction: STEPS },
)

describe('predictedBins', () => {
  it('says what came true where so much was predicted', () => {
    const bins = predictedBins(DOUBLED)!

    expect(bins).toHaveLength(4)
    expect(bins[1]).toEqual({ predicted: 14.5, middle: 29, low: 21.8, high: 36.2, rows: 10 })
  })

  it('is of ten rows and more, whatever the rows are', () => {
    const number = fc.double({ noNaN: true, min: -1e9, max: 1e9 })
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 20, maxLength: 400 }), rows => {
        const bins = predictedBins(
          sideFrom(
            'regression',
            rows.map(([label]) => label),
            { prediction: rows.map(([, prediction]) => prediction) },
          ),
        )!
        expect(bins.length).toBeLessThanOrEqual(20)
        expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length)
        for (const [index, { predicted, low, middle, high, rows }] of bins.entries()) {
          expect(rows).toBeGreaterThanOrEqual(10)
          expect(low).toBeLessThanOrEqual(middle)
          expect(middle).toBeLessThanOrEqual(high)
          // Sums of ten and more rows are rounded.
          if (index > 0) expect(predicted).toBeGreaterThanOrEqual(bins[index - 1]!.predicted - 1e-5)
        }
      }),
    )
  })

  it('does not exist of few rows, nor of a classifier', () => {
    expect(predictedBins(sideFrom('regression', [1, 2], { prediction: [1, 2] }))).toBeUndefined()
    expect(
      predictedBins(
        sideFrom(
          'binary',
          STEPS.map(step => step % 2),
          { prediction: STEPS },
        ),
      ),
    ).toBeUndefined()
  })
})

describe('residualBins', () => {
  it('is the same bars for both sides, and all rows are in them', () => {
    const better = sideFrom('regression', STEPS, { prediction: STEPS.map(step => step + (step % 2)) })

    const [ours, theirs, nobody] = residualBins([better, DOUBLED, undefined])

    expect(ours!.map(bin => bin.residual)).toEqual(theirs!.map(bin => bin.residual))
    for (const bins of [ours!, theirs!]) expect(bins.reduce((sum, bin) => sum + bin.share, 0)).toBeCloseTo(1)
    // The better one is never more than 1 off; the other up to 39, and always to the same side.
    expect(ours!.filter(bin => bin.share > 0).every(bin => Math.abs(bin.residual) < 2)).toBe(true)
    expect(theirs!.find(bin => bin.share > 0)!.residual).toBeLessThan(-35)
    expect(nobody).toBeUndefined()
  })

  it('does not exist where all are equal', () => {
    expect(residualBins([sideFrom('regression', STEPS, { prediction: STEPS })])).toEqual([undefined])
  })
})
