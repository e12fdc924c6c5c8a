import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceFromIntervals } from '../../../../src/core/statistics/intervals/mover.ts'
import { newcombe, wilson } from '../../../../src/core/statistics/intervals/proportions.ts'

describe('a difference from two intervals', () => {
  it("is Newcombe's for Wilson's intervals (Newcombe 1998, method 10: 56/70 against 48/80)", () => {
    const of = (successes: number, n: number) => ({ value: successes / n, ...wilson(successes, n) })

    const found = differenceFromIntervals(of(56, 70), of(48, 80))

    const expected = newcombe({ successes: 56, n: 70 }, { successes: 48, n: 80 })
    expect(found.low).toBeCloseTo(expected.low, 12)
    expect(found.high).toBeCloseTo(expected.high, 12)
    expect([found.low.toFixed(4), found.high.toFixed(4)]).toEqual(['0.0524', '0.3339'])
  })

  it('is the normal one for two normal intervals', () => {
    const z = 1.959963984540054
    const found = differenceFromIntervals(
      { value: 5, low: 5 - 3 * z, high: 5 + 3 * z },
      { value: 1, low: 1 - 4 * z, high: 1 + 4 * z },
    )

    expect(found.se).toBeCloseTo(5, 12)
    // 2 (1 − Φ(0.8)), from any table of the normal law.
    expect(found.p).toBeCloseTo(0.42371, 5)
  })

  it('turns round with its sides, and its p agrees with its interval', () => {
    const bounded = fc
      .tuple(
        fc.double({ min: -10, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
      )
      .map(([value, below, above]) => ({ value, low: value - below, high: value + above }))
    fc.assert(
      fc.property(bounded, bounded, (one, other) => {
        const found = differenceFromIntervals(one, other)
        const turned = differenceFromIntervals(other, one)

        expect(turned.low).toBeCloseTo(-found.high, 9)
        expect(turned.p).toBeCloseTo(found.p, 9)
        if (found.low > 1e-6 || found.high < -1e-6) expect(found.p).toBeLessThanOrEqual(0.05)
        else if (found.low < -1e-6 && found.high > 1e-6) expect(found.p).toBeGreaterThanOrEqual(0.05)
      }),
    )
  })

  it.each([
    [{ value: 1, low: 2, high: 3 }],
    [{ value: Number.NaN, low: 0, high: 1 }],
    [{ value: 0, low: Number.NEGATIVE_INFINITY, high: 1 }],
  ])('refuses %j', wrong => {
    expect(() => differenceFromIntervals(wrong, { value: 0, low: -1, high: 1 })).toThrow(RangeError)
  })
})
