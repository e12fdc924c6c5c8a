import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  detectableDifference,
  rowsNeeded,
  twoProportionSize,
} from '../../../src/core/statistics/intervals/power.ts'
import { nadeauBengio } from '../../../src/core/statistics/paired/nadeau-bengio.ts'
import { pairedT, signFlip } from '../../../src/core/statistics/paired/paired-t.ts'
import { welchT } from '../../../src/core/statistics/traffic/welch.ts'

const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 14 })

describe('tests of mean differences', () => {
  it('have an interval that holds the mean, and turn around with the sign', () => {
    fc.assert(
      fc.property(differences, values => {
        for (const weigh of [
          pairedT,
          (all: number[]) => nadeauBengio(all, 900, 100),
          (all: number[]) => welchT(all, [0.1, -0.2, 0.3]),
        ]) {
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

  it('flip signs exactly as trying all patterns does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 }), values => {
        const sum = (signs: number) =>
          values.reduce((all, value, i) => all + ((signs >> i) & 1 ? value : -value), 0)
        const patterns = Array.from({ length: 2 ** values.length }, (_, signs) => Math.abs(sum(signs)))
        const observed = Math.abs(values.reduce((all, value) => all + value, 0))

        expect(signFlip(values).p).toBeCloseTo(
          patterns.filter(other => other >= observed).length / patterns.length,
          12,
        )
      }),
    )
  })

  it('cannot call three seeds significant by sign flips, nor five', () => {
    expect(signFlip([0.01, 0.02, 0.03]).p).toBe(0.25)
    expect(signFlip([0.01, 0.02, 0.03, 0.02, 0.01]).p).toBe(0.0625)
  })

  it('see a tie where sums differ only by rounding', () => {
    // 0.1 + 0.2 − 0.3 is 5.6e-17, not 0.
    expect(signFlip([0.1, 0.2, -0.3]).p).toBe(1)
  })

  it('take 40 differences in their stride and refuse 41', () => {
    const many = Array.from({ length: 40 }, (_, i) => Math.sin(i * i))

    expect(signFlip(many).p).toBeGreaterThan(0)
    expect(() => signFlip([...many, 1])).toThrow('at most 40')
  })

  it('have defined answers when nothing varies', () => {
    expect(pairedT([0, 0, 0])).toMatchObject({ mean: 0, t: 0, p: 1, low: 0, high: 0 })
    expect(pairedT([0.5, 0.5])).toMatchObject({ mean: 0.5, p: 0, low: 0.5, high: 0.5 })
    expect(welchT([1, 1], [1, 1, 1])).toMatchObject({ mean: 0, p: 1, df: 3 })
  })

  it.each([[[]], [[1]], [[1, Number.NaN]], [[1, Number.POSITIVE_INFINITY]]])('refuse %j', values => {
    expect(() => pairedT(values)).toThrow(RangeError)
    expect(() => nadeauBengio(values, 9, 1)).toThrow(RangeError)
    expect(() => welchT(values, [1, 2])).toThrow(RangeError)
  })

  it('fold tests ask how many rows were trained and tested on', () => {
    expect(() => nadeauBengio([1, 2], 0, 10)).toThrow('training rows')
    expect(() => nadeauBengio([1, 2], 10, 0)).toThrow('test rows')
  })
})

describe('power', () => {
  it('agrees with itself: the rows needed for the detectable difference are the rows there are', () => {
    const se = Math.sqrt(0.06 / 2000)

    expect(rowsNeeded(0.06, detectableDifference(se))).toBeCloseTo(2000, 8)
    expect(detectableDifference(1)).toBeCloseTo(2.8015852, 6)
  })

  it('wants more of everything to see less', () => {
    expect(rowsNeeded(0.06, 0.005)).toBeCloseTo(4 * rowsNeeded(0.06, 0.01), 6)
    expect(twoProportionSize({ canary: 0.05, champion: 0.06, power: 0.9 }).canary).toBeGreaterThan(8158)
  })

  it('refuses to look for nothing', () => {
    expect(() => rowsNeeded(0.06, 0)).toThrow(RangeError)
    expect(() => rowsNeeded(1.2, 0.1)).toThrow(RangeError)
    expect(() => twoProportionSize({ canary: 0.05, champion: 0.05 })).toThrow(RangeError)
    expect(() => detectableDifference(Number.NaN)).toThrow(RangeError)
    expect(() => detectableDifference(0.1, 1)).toThrow('power')
  })
})
