import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newcombe, wilson } from '../../../../src/core/statistics/intervals/proportions.ts'
import { cases } from '../../../support/rounds.ts'

const proportion = fc
  .integer({ min: 1, max: 100_000 })
  .chain(n => fc.integer({ min: 0, max: n }).map(successes => ({ successes, n })))
const level = fc.constantFrom(0.5, 0.8, 0.95, 0.99)

describe('one proportion', () => {
  it('has an interval within 0..1 that holds the estimate', () => {
    fc.assert(
      fc.property(proportion, level, ({ successes, n }, wanted) => {
        const { low, high } = wilson(successes, n, wanted)

        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(successes / n)
        expect(high).toBeGreaterThanOrEqual(successes / n)
        expect(high).toBeGreaterThan(low)
      }),
    )
  })

  it('mirrors: failures have the mirrored interval', () => {
    fc.assert(
      fc.property(proportion, level, ({ successes, n }, wanted) => {
        const ours = wilson(successes, n, wanted)
        const mirrored = wilson(n - successes, n, wanted)

        expect(ours.low).toBeCloseTo(1 - mirrored.high, 12)
      }),
      cases(40),
    )
  })

  it('is wider the surer one wants to be', () => {
    const sure = wilson(7, 20, 0.99)
    const usual = wilson(7, 20)

    expect(sure.low).toBeLessThan(usual.low)
    expect(sure.high).toBeGreaterThan(usual.high)
  })
})

describe('two independent proportions', () => {
  it('have an interval around the difference, a p in 0..1, and the mirrored answer when swapped', () => {
    fc.assert(
      fc.property(proportion, proportion, level, (ours, theirs, wanted) => {
        const test = newcombe(ours, theirs, wanted)
        const swapped = newcombe(theirs, ours, wanted)

        expect(test.low).toBeLessThanOrEqual(test.difference)
        expect(test.high).toBeGreaterThanOrEqual(test.difference)
        expect(test.low).toBeGreaterThanOrEqual(-1)
        expect(test.high).toBeLessThanOrEqual(1)
        expect(test.p).toBeGreaterThanOrEqual(0)
        expect(test.p).toBeLessThanOrEqual(1)
        expect(swapped.p).toBeCloseTo(test.p, 12)
        expect(swapped.low).toBeCloseTo(-test.high, 12)
      }),
    )
  })

  it('are not told apart when nothing ever happens, and still have an interval', () => {
    const test = newcombe({ successes: 0, n: 50 }, { successes: 0, n: 80 })

    expect(test).toMatchObject({ difference: 0, p: 1 })
    expect(test.high).toBeGreaterThan(0.03)
  })

  it('0 of 200 against 1 %: the interval claims no certainty', () => {
    expect(newcombe({ successes: 0, n: 200 }, { successes: 38, n: 3800 }).high).toBeGreaterThan(0)
  })
})
