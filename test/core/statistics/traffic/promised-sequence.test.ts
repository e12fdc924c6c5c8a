import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawBinomial } from '../../../../src/core/statistics/distributions/binomial-sampler.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import {
  chanceOfClear,
  promisedReach,
  promisedSequence,
} from '../../../../src/core/statistics/traffic/promised-sequence.ts'
import { cases, rounds } from '../../../support/rounds.ts'

const arm = fc.integer({ min: 1, max: 100_000 }).chain(n => fc.nat(n).map(successes => ({ successes, n })))
const elapsed = fc.double({ min: 0.001, max: 8, noNaN: true })

describe('an interval with a promised horizon', () => {
  it('reaches 2.33 standard errors at the horizon, and the root of what part is over times more before', () => {
    // Four fifths of 5 %, both sides, each twice what lies beyond: 1 − Φ(2.326) = 0.01.
    expect(promisedReach(1)).toBeCloseTo(2.326348, 6)
    expect(promisedReach(0.25)).toBeCloseTo(2 * promisedReach(1), 12)
    expect(promisedReach(1.01)).toBeGreaterThan(1.5 * promisedReach(1))
  })

  it('holds the difference, lies within −1..1, and is its own mirror where the arms change places', () => {
    fc.assert(
      fc.property(arm, arm, elapsed, (canary, champion, at) => {
        const there = promisedSequence({ canary, champion, elapsed: at })
        const back = promisedSequence({ canary: champion, champion: canary, elapsed: at })

        expect(there.low).toBeLessThanOrEqual(there.difference)
        expect(there.high).toBeGreaterThanOrEqual(there.difference)
        expect(there.low).toBeGreaterThanOrEqual(-1)
        expect(there.high).toBeLessThanOrEqual(1)
        expect(back.low).toBeCloseTo(-there.high, 9)
        expect(back.high).toBeCloseTo(-there.low, 9)
      }),
      cases(100),
    )
  })

  it('lies higher for each unit of the canary that converts', () => {
    fc.assert(
      fc.property(arm, arm, elapsed, (canary, champion, at) => {
        fc.pre(canary.successes < canary.n)
        const of = (successes: number) =>
          promisedSequence({ canary: { ...canary, successes }, champion, elapsed: at })
        const [before, after] = [of(canary.successes), of(canary.successes + 1)]

        expect(after.low).toBeGreaterThanOrEqual(before.low - 1e-9)
        expect(after.high).toBeGreaterThanOrEqual(before.high - 1e-9)
      }),
      cases(100),
    )
  })

  it('is wide where nobody has converted', () => {
    const { low, high } = promisedSequence({
      canary: { successes: 0, n: 200 },
      champion: { successes: 228, n: 3800 },
      elapsed: 1,
    })

    expect(low).toBeLessThan(-0.06)
    expect(high).toBeGreaterThan(-0.05)
  })

  it('has the true difference in it at every look to the horizon in 96 % of cases, and in 95 % past it', () => {
    const seeds = rounds(60, 2000)
    let [until, past] = [0, 0]
    for (let seed = 0; seed < seeds; seed++) {
      const at = firstMiss(mulberry32(seed * 7919 + 5))
      if (at <= 1) until++
      if (at <= 4) past++
    }

    expect(until / seeds).toBeLessThanOrEqual(rounds(0.12, 0.05))
    expect(past / seeds).toBeLessThanOrEqual(rounds(0.12, 0.055))
  })
})

describe('the chance that it comes clear of a limit', () => {
  it('is what is promised for a limit that is the truth, and rises with the distance and with time', () => {
    expect(chanceOfClear(0)).toBeCloseTo(0.02, 9)
    expect(chanceOfClear(2)).toBeLessThan(chanceOfClear(3))
    expect(chanceOfClear(3, 0.5)).toBeLessThan(chanceOfClear(3, 0.9))
    expect(chanceOfClear(3, 1e-9)).toBe(0)
    expect(chanceOfClear(40)).toBeCloseTo(1, 9)
  })

  it('is how often it does', () => {
    const seeds = rounds(60, 2000)
    const [n, share, rate] = [40_000, 0.25, 0.1]
    const se = Math.sqrt((rate * (1 - rate)) / (n * share * (1 - share)))
    let clear = 0
    for (let seed = 0; seed < seeds; seed++)
      if (isClearOf(-2.5 * se, mulberry32(seed * 104_729 + 3), n, share, rate)) clear++

    expect(Math.abs(clear / seeds - chanceOfClear(2.5))).toBeLessThan(rounds(0.2, 0.04))
  })
})

// --- internal ---

const LOOKS = 100

/** The first look, in horizons, whose interval leaves out the true difference, of a quarter and three quarters. Infinity: none of 4. */
function firstMiss(random: () => number): number {
  const [canary, champion] = [
    { successes: 0, n: 0 },
    { successes: 0, n: 0 },
  ]
  for (let look = 1; look <= 4 * LOOKS; look++) {
    addUnits(random, canary, champion, 400, 0.25, 0.1)
    if (canary.successes < 20 || champion.successes < 20) continue
    const { low, high } = promisedSequence({ canary, champion, elapsed: look / LOOKS })
    if (low > 0 || high < 0) return look / LOOKS
  }
  return Infinity
}

function isClearOf(limit: number, random: () => number, n: number, share: number, rate: number): boolean {
  const [canary, champion] = [
    { successes: 0, n: 0 },
    { successes: 0, n: 0 },
  ]
  for (let look = 1; look <= LOOKS; look++) {
    addUnits(random, canary, champion, n / LOOKS, share, rate)
    if (promisedSequence({ canary, champion, elapsed: look / LOOKS }).low > limit) return true
  }
  return false
}

function addUnits(
  random: () => number,
  canary: { successes: number; n: number },
  champion: { successes: number; n: number },
  units: number,
  share: number,
  rate: number,
): void {
  const own = drawBinomial(random, units, share)
  canary.n += own
  champion.n += units - own
  canary.successes += drawBinomial(random, own, rate)
  champion.successes += drawBinomial(random, units - own, rate)
}
