import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectableDifference } from '../../../src/core/statistics/intervals/power.ts'
import { nadeauBengio } from '../../../src/core/statistics/paired/nadeau-bengio.ts'
import { clusteredT, pairedT } from '../../../src/core/statistics/paired/paired-t.ts'

const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 14 })

describe('tests of mean differences', () => {
  it('have an interval that holds the mean, and turn around with the sign', () => {
    fc.assert(
      fc.property(differences, values => {
        for (const weigh of [pairedT, (all: number[]) => nadeauBengio(all, 900, 100)]) {
          const test = weigh(values)

          expect(test.low).toBeLessThanOrEqual(test.mean)
          expect(test.high).toBeGreaterThanOrEqual(test.mean)
          expect(test.p).toBeGreaterThanOrEqual(0)
          expect(test.p).toBeLessThanOrEqual(1)
        }
        const [ours, theirs] = [pairedT(values), pairedT(values.map(value => -value))]
        expect(theirs.p).toBe(ours.p)
        expect(theirs.low).toBeCloseTo(-ours.high, 12)
      }),
    )
  })

  it('exclude 0 from the interval exactly when p is below 5 %', () => {
    fc.assert(
      fc.property(differences, values => {
        const { p, low, high } = pairedT(values)
        fc.pre(Math.abs(p - 0.05) > 1e-9)

        expect(low > 0 || high < 0).toBe(p < 0.05)
      }),
    )
  })

  it('have defined answers when nothing varies', () => {
    expect(pairedT([0, 0, 0])).toMatchObject({ mean: 0, t: 0, p: 1, low: 0, high: 0 })
    expect(pairedT([0.5, 0.5])).toMatchObject({ mean: 0.5, p: 0, low: 0.5, high: 0.5 })
  })

  it.each([[[]], [[1]], [[1, Number.NaN]], [[1, Number.POSITIVE_INFINITY]]])('refuse %j', values => {
    expect(() => pairedT(values)).toThrow(RangeError)
    expect(() => nadeauBengio(values, 9, 1)).toThrow(RangeError)
  })

  it('fold tests ask how many rows were trained and tested on', () => {
    expect(() => nadeauBengio([1, 2], 0, 10)).toThrow('training rows')
    expect(() => nadeauBengio([1, 2], 10, 0)).toThrow('test rows')
  })
})

describe('power', () => {
  it('finds with 80 % probability what lies 2.8 standard errors away', () => {
    expect(detectableDifference(1)).toBeCloseTo(2.8015852, 6)
  })

  it('refuses to look for nothing', () => {
    expect(() => detectableDifference(Number.NaN)).toThrow(RangeError)
    expect(() => detectableDifference(0.1, 1)).toThrow('power')
  })

  it('of clusters have the numbers of statsmodels 0.15.0, OLS of a constant with clustered errors', () => {
    const values = [0.2, 0, -0.1, 0.5, 0.3, 0, 0, -0.4, 0.1, 0.25, 0.6, -0.2]
    const codes = [0, 0, 0, 1, 1, 2, 3, 3, 3, 4, 5, 5]

    const test = clusteredT(values, { codes, count: 6 })

    expect(test.se).toBeCloseTo(0.08362795142330856, 12)
    expect(test.p).toBeCloseTo(0.2680986609035376, 9)
    expect(test.low).toBeCloseTo(-0.1108058262135664, 8)
    expect(test.high).toBeCloseTo(0.31913915954689975, 8)
  })

  it('of clusters of one size are the paired t of their means', () => {
    fc.assert(
      fc.property(differences, fc.integer({ min: 1, max: 4 }), (means, size) => {
        const apart = Array.from({ length: size }, (_, at) => at - (size - 1) / 2)
        const values = means.flatMap(centre => apart.map(more => centre + more))
        const codes = means.flatMap((_, code) => apart.map(() => code))

        const [clustered, plain] = [clusteredT(values, { codes, count: means.length }), pairedT(means)]

        for (const key of ['mean', 'low', 'high'] as const) expect(clustered[key]).toBeCloseTo(plain[key], 9)
      }),
    )
  })
})
