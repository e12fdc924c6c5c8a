import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaTails, logBeta, logRegularizedBeta } from '../../../../src/core/statistics/distributions/beta.ts'
import {
  binomialCdf,
  binomialPmf,
  binomialSf,
  chiSquareSf,
  chiSquareUpperQuantile,
  normalCdf,
  normalQuantile,
  normalSf,
  tQuantile,
  tSf,
} from '../../../../src/core/statistics/distributions/distributions.ts'
import { logGamma } from '../../../../src/core/statistics/distributions/gamma.ts'
import { cases } from '../../../support/rounds.ts'

const inner = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true })
/** Shares whose distance to 1 is exact as well. */
const exactInner = fc.integer({ min: 1, max: 2 ** 30 - 1 }).map(part => part / 2 ** 30)
const shape = fc.double({ min: 0.1, max: 5000, noNaN: true })
const df = fc.double({ min: 1, max: 1e5, noNaN: true })

function expectRelative(actual: number, expected: number, relative: number) {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected))
}

describe('distributions', () => {
  // Values of mpmath at 30 digits.
  it.each([
    [() => normalSf(8), 6.220960574271784e-16],
    [() => normalSf(37), 5.725571222524577e-300],
    [() => tQuantile(0.975, 1), 12.706204736174705],
    [() => logGamma(1e9), 19723265827.50371],
    [() => binomialPmf(0, 10, 0.1), 0.3486784401],
    [() => chiSquareUpperQuantile(0.05, 1), 3.841458820694124],
  ])('keep their digits far out, example %#', (value, expected) => {
    expectRelative(value(), expected, 1e-13)
  })

  it('have two tails that add up to one', () => {
    fc.assert(
      fc.property(fc.double({ min: -38, max: 38, noNaN: true }), df, (x, freedom) => {
        expect(normalCdf(x) + normalSf(x)).toBeCloseTo(1, 14)
        expect(tSf(-x, freedom) + tSf(x, freedom)).toBeCloseTo(1, 14)
      }),
    )
  })

  it('mirror: I_x(a, b) = 1 − I_1−x(b, a), and its logarithm agrees', () => {
    fc.assert(
      fc.property(exactInner, shape, shape, (x, a, b) => {
        const { lower: value, upper } = betaTails(x, 1 - x, a, b)

        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        expect(value + upper).toBeCloseTo(1, 11)
        expect(value + betaTails(1 - x, x, b, a).lower).toBeCloseTo(1, 11)
        if (value > 1e-280) expect(logRegularizedBeta(x, a, b)).toBeCloseTo(Math.log(value), 9)
      }),
    )
  })

  it('are undone by their quantiles', () => {
    fc.assert(
      fc.property(inner, df, (p, freedom) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12)
        expect(tSf(-tQuantile(p, freedom), freedom)).toBeCloseTo(p, 11)
        expect(chiSquareSf(chiSquareUpperQuantile(p, freedom), freedom)).toBeCloseTo(p, 10)
      }),
      cases(50),
    )
  })

  it('count binomials: the tail is the sum of its probabilities', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), inner, (n, k, p) => {
        let sum = 0
        for (let i = 0; i <= Math.min(k, n); i++) sum += binomialPmf(i, n, p)

        expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 11)
        expect(binomialCdf(k, n, p) + binomialSf(k, n, p)).toBeCloseTo(1, 12)
      }),
    )
  })

  it('keep the recursions of Γ and B', () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(logGamma(a + 1) - logGamma(a) - Math.log(a)).toBeCloseTo(0, 8)
        expect(logBeta(a, b) - logGamma(a) - logGamma(b) + logGamma(a + b)).toBeCloseTo(0, 7)
      }),
    )
  })

  it('answer NaN outside their domain and limits at its ends', () => {
    expect([normalQuantile(2), tQuantile(0.5, -1), logGamma(0), normalSf(Number.NaN)]).toEqual(
      new Array(4).fill(Number.NaN),
    )
    expect([
      normalQuantile(0),
      normalQuantile(1),
      chiSquareSf(0, 3),
      tSf(Number.POSITIVE_INFINITY, 3),
    ]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 0])
  })
})
