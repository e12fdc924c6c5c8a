import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  agrestiCoull,
  clopperPearson,
  jeffreys,
  newcombe,
  wilson,
} from '../../../../src/core/statistics/intervals/proportions.ts'
import {
  miettinenNurminen,
  nonInferiority,
  twoProportions,
} from '../../../../src/core/statistics/traffic/two-proportions.ts'
import { cases } from '../../../support/rounds.ts'

const proportion = fc
  .integer({ min: 1, max: 100_000 })
  .chain(n => fc.integer({ min: 0, max: n }).map(successes => ({ successes, n })))
const level = fc.constantFrom(0.5, 0.8, 0.95, 0.99)

describe('one proportion', () => {
  it('has intervals within 0..1 that hold the estimate', () => {
    fc.assert(
      fc.property(proportion, level, ({ successes, n }, wanted) => {
        for (const interval of [wilson, clopperPearson]) {
          const { low, high } = interval(successes, n, wanted)

          expect(low).toBeGreaterThanOrEqual(0)
          expect(high).toBeLessThanOrEqual(1)
          expect(low).toBeLessThanOrEqual(successes / n)
          expect(high).toBeGreaterThanOrEqual(successes / n)
          expect(high).toBeGreaterThan(low)
        }
      }),
    )
  })

  it('mirrors: failures have the mirrored interval', () => {
    fc.assert(
      fc.property(proportion, level, ({ successes, n }, wanted) => {
        for (const interval of [wilson, clopperPearson, agrestiCoull, jeffreys]) {
          const ours = interval(successes, n, wanted)
          const mirrored = interval(n - successes, n, wanted)

          expect(ours.low).toBeCloseTo(1 - mirrored.high, 12)
        }
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
    const test = twoProportions({ successes: 0, n: 50 }, { successes: 0, n: 80 })

    expect(test).toMatchObject({ difference: 0, p: 1, zPooled: 0, zUnpooled: 0 })
    expect(test.newcombe.high).toBeGreaterThan(0.03)
    expect(test.miettinenNurminen.high).toBeGreaterThan(0.03)
    expect(test.wald).toEqual({ low: 0, high: 0 })
  })

  it('0 of 200 against 1 %: the textbook test claims certainty, the intervals do not', () => {
    const canary = { successes: 0, n: 200 }
    const champion = { successes: 38, n: 3800 }

    expect(nonInferiority(canary, champion, 0.02).p).toBeLessThan(1e-9)
    expect(newcombe(canary, champion).high).toBeGreaterThan(0)
    expect(miettinenNurminen(canary, champion).high).toBeGreaterThan(0)
  })

  it("Miettinen & Nurminen's ends are where a score test at the likeliest proportions just rejects", () => {
    const ours = { successes: 60, n: 1000 }
    const theirs = { successes: 1140, n: 19_000 }

    const { low, high } = miettinenNurminen(ours, theirs)

    expect(scoreByGrid(ours, theirs, low)).toBeCloseTo(1.959964, 4)
    expect(scoreByGrid(ours, theirs, high)).toBeCloseTo(-1.959964, 4)
  })
})

interface Arm {
  successes: number
  n: number
}

/** The score statistic with the likelihood maximised by trying. */
function scoreByGrid(ours: Arm, theirs: Arm, delta: number): number {
  const likelihood = ({ successes, n }: Arm, p: number) =>
    successes * Math.log(p) + (n - successes) * Math.log(1 - p)
  let best = 0
  let most = Number.NEGATIVE_INFINITY
  for (let p = Math.max(0, -delta) + 1e-6; p < Math.min(1, 1 - delta); p += 1e-6) {
    const value = likelihood(ours, p + delta) + likelihood(theirs, p)
    if (value > most) [most, best] = [value, p]
  }
  const total = ours.n + theirs.n
  const spread = ((best + delta) * (1 - best - delta)) / ours.n + (best * (1 - best)) / theirs.n
  return (
    (ours.successes / ours.n - theirs.successes / theirs.n - delta) /
    Math.sqrt((spread * total) / (total - 1))
  )
}
