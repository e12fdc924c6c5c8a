import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialPmf } from '../../../../src/core/statistics/distributions/distributions.ts'
import { rateEvidence } from '../../../../src/core/statistics/traffic/rate-evidence.ts'
import { cases } from '../../../support/rounds.ts'

const arm = fc.integer({ min: 1, max: 100_000 }).chain(n => fc.nat(n).map(successes => ({ successes, n })))
const share = fc.integer({ min: 1, max: 99 }).map(percent => percent / 100)
const harm = fc.constantFrom('fewer' as const, 'more' as const)

describe('evidence that an event is rarer or more frequent in one arm', () => {
  it('has the mean 1 that makes it valid, whatever the share, and whichever units have the event', () => {
    fc.assert(
      fc.property(share, harm, fc.nat(12), fc.nat(12), (s, of, x, m) => {
        let mean = 0
        // x units with the event and m without: each is in the canary with the probability s.
        for (let x1 = 0; x1 <= x; x1++)
          for (let m1 = 0; m1 <= m; m1++) {
            const canary = { successes: x1, n: x1 + m1 }
            const champion = { successes: x - x1, n: x - x1 + m - m1 }
            const likely = binomialPmf(x1, x, s) * binomialPmf(m1, m, s)
            mean += likely * Math.exp(logE(canary, champion, s, of))
          }
        expect(mean).toBeCloseTo(1, 9)
      }),
      cases(100),
    )
  })

  it('becomes less by a unit of the canary that fares well, and more by one that does not', () => {
    fc.assert(
      fc.property(arm, arm, share, (canary, champion, s) => {
        fc.pre(canary.successes < canary.n)
        const one = { ...canary, successes: canary.successes + 1 }

        expect(logE(one, champion, s, 'fewer')).toBeLessThan(logE(canary, champion, s, 'fewer'))
        expect(logE(one, champion, s, 'more')).toBeGreaterThan(logE(canary, champion, s, 'more'))
      }),
      cases(100),
    )
  })

  it('is finite, with a p in 0..1', () => {
    fc.assert(
      fc.property(arm, arm, share, harm, (canary, champion, s, of) => {
        const { logE: log, p } = rateEvidence({ canary, champion, share: s, harm: of })

        expect(Number.isFinite(log)).toBe(true)
        expect(p).toBeGreaterThanOrEqual(0)
        expect(p).toBeLessThanOrEqual(1)
      }),
      cases(100),
    )
  })

  it('is what the formula gives', () => {
    // Worked out apart from this, with fifty digits.
    expect(logE({ successes: 38, n: 1000 }, { successes: 1162, n: 19_000 }, 0.05, 'fewer')).toBeCloseTo(
      3.61566026,
      8,
    )
    expect(logE({ successes: 35, n: 50 }, { successes: 10, n: 950 }, 0.05, 'more')).toBeCloseTo(82.1486113, 8)
    expect(logE({ successes: 0, n: 0 }, { successes: 0, n: 0 }, 0.05, 'more')).toBeCloseTo(0, 12)
  })

  it('tells of what nearly all units do by those that do not', () => {
    // 96 % in place of 99 %: by the conversions alone, nothing.
    expect(logE({ successes: 480, n: 500 }, { successes: 9405, n: 9500 }, 0.05, 'fewer')).toBeGreaterThan(3.7)
  })

  it('refuses what are no counts', () => {
    const champion = { successes: 1, n: 10 }
    const of = { champion, share: 0.05, harm: 'more' } as const

    expect(() => rateEvidence({ ...of, canary: { successes: 2, n: 1 } })).toThrow(RangeError)
    expect(() => rateEvidence({ ...of, canary: { successes: 0, n: -1 } })).toThrow(RangeError)
    expect(() => rateEvidence({ ...of, canary: { successes: Number.NaN, n: 1 } })).toThrow(RangeError)
    expect(() => rateEvidence({ ...of, canary: champion, share: 1 })).toThrow('share')
  })
})

// --- internal ---

interface Counted {
  successes: number
  n: number
}

function logE(canary: Counted, champion: Counted, s: number, of: 'fewer' | 'more'): number {
  return rateEvidence({ canary, champion, share: s, harm: of }).logE
}
