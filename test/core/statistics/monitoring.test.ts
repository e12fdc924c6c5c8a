import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../src/core/statistics/random.ts'
import { confidenceSequence, msprt } from '../../../src/core/statistics/traffic/always-valid.ts'
import { shareEvidence } from '../../../src/core/statistics/traffic/e-value.ts'
import { sampleRatio } from '../../../src/core/statistics/traffic/sample-ratio.ts'

const arm = fc.integer({ min: 1, max: 50_000 }).chain(n => fc.nat(n).map(successes => ({ successes, n })))
const prior = { a: 5, b: 95 }

describe('always-valid comparisons', () => {
  it('are wider than a single planned look, hold the difference, and have a p in 0..1', () => {
    fc.assert(
      fc.property(arm, arm, (canary, champion) => {
        const test = msprt({ canary, champion, tau: 0.01 })
        const sequence = confidenceSequence({ canary, champion, tunedFor: 20_000 })

        expect(test.interval.low).toBeLessThanOrEqual(test.fixed.low)
        expect(test.interval.high).toBeGreaterThanOrEqual(test.fixed.high)
        expect(sequence.interval.low).toBeLessThanOrEqual(sequence.difference)
        expect(sequence.interval.high).toBeGreaterThanOrEqual(sequence.difference)
        expect(sequence.lower).toBeLessThanOrEqual(sequence.upper)
        for (const p of [test.p, sequence.p]) {
          expect(p).toBeGreaterThanOrEqual(0)
          expect(p).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('exclude 0 exactly when p is below alpha', () => {
    fc.assert(
      fc.property(arm, arm, (canary, champion) => {
        const test = msprt({ canary, champion, tau: 0.01, pooled: true })
        const sequence = confidenceSequence({ canary, champion, tunedFor: 20_000, pooled: true })
        fc.pre(Math.abs(test.p - 0.05) > 1e-9 && Math.abs(sequence.p - 0.05) > 1e-9)

        expect(test.interval.low > 0 || test.interval.high < 0).toBe(test.p < 0.05)
        expect(sequence.interval.low > 0 || sequence.interval.high < 0).toBe(sequence.p < 0.05)
      }),
    )
  })

  it('show nothing before anything has happened', () => {
    const arms = { canary: { successes: 0, n: 50 }, champion: { successes: 0, n: 950 } }

    expect(msprt({ ...arms, tau: 0.01 })).toMatchObject({ ratio: 1, p: 1, interval: { low: -1, high: 1 } })
    expect(confidenceSequence({ ...arms, tunedFor: 20_000 }).p).toBe(1)
    expect(() => confidenceSequence({ ...arms, tunedFor: 20_000, relative: true })).toThrow(
      'at least one success',
    )
  })

  it('measure in shares of the champion when asked to', () => {
    const arms = {
      canary: { successes: 110, n: 2000 },
      champion: { successes: 2000, n: 40_000 },
      tunedFor: 20_000,
    }

    expect(confidenceSequence({ ...arms, relative: true }).difference).toBeCloseTo(0.1, 12)
  })

  it('refuse arms that cannot be', () => {
    const champion = { successes: 5, n: 10 }

    expect(() => msprt({ canary: { successes: 11, n: 10 }, champion, tau: 0.01 })).toThrow('more successes')
    expect(() => msprt({ canary: { successes: 0, n: 0 }, champion, tau: 0.01 })).toThrow(RangeError)
    expect(() => msprt({ canary: champion, champion, tau: 0 })).toThrow('tau')
    expect(() => confidenceSequence({ canary: champion, champion, tunedFor: 100, alpha: 1 })).toThrow('alpha')
  })
})

describe('evidence against a declared share', () => {
  it('is nothing before the first unit', () => {
    expect(shareEvidence({ canary: 0, total: 0, share: 0.05, prior })).toEqual({ logE: 0, p: 1 })
  })

  it('has the mean 1 that makes it valid at every look', () => {
    for (const alternative of ['different', 'below', 'above'] as const) {
      // One unit: the canary gets it with the declared probability.
      const e = (canary: number) =>
        Math.exp(shareEvidence({ canary, total: 1, share: 0.05, prior, alternative }).logE)

      expect(0.05 * e(1) + 0.95 * e(0)).toBeCloseTo(1, 12)
    }
  })

  it('looks at one side when told to', () => {
    const few = { canary: 10, total: 1000, share: 0.05, prior }

    expect(shareEvidence({ ...few, alternative: 'below' }).p).toBeLessThan(0.001)
    expect(shareEvidence({ ...few, alternative: 'above' }).p).toBe(1)
    expect(shareEvidence({ ...few, canary: 90, alternative: 'below' }).p).toBe(1)
    expect(shareEvidence({ ...few, canary: 90, alternative: 'above' }).p).toBeLessThan(0.0001)
  })

  it('raises a false alarm in fewer than 1 % of honest splits that are looked at after every unit', () => {
    const random = mulberry32(2)
    let alarms = 0

    for (let run = 0; run < 200; run++) {
      let canary = 0
      for (let total = 1; total <= 500; total++) {
        if (random() < 0.05) canary++
        if (shareEvidence({ canary, total, share: 0.05, prior }).logE < Math.log(100)) continue
        alarms++
        break
      }
    }

    expect(alarms / 200, `false alarms: ${alarms} of 200`).toBeLessThanOrEqual(0.01)
  })

  it('refuses more canary units than units', () => {
    expect(() => shareEvidence({ canary: 2, total: 1, share: 0.05, prior })).toThrow('more units')
    expect(() => shareEvidence({ canary: 0, total: 1, share: 1, prior })).toThrow('share')
  })

  it('and the one-look check want units and shares', () => {
    expect(sampleRatio([950, 50], [95, 5])).toEqual({ chiSquare: 0, p: 1, mismatch: false })
    expect(sampleRatio([900, 100], [0.95, 0.05]).mismatch).toBe(true)
    expect(() => sampleRatio([0, 0], [1, 1])).toThrow('without units')
    expect(() => sampleRatio([1, 2], [1])).toThrow('same length')
    expect(() => sampleRatio([1, 2], [1, 0])).toThrow(RangeError)
  })
})
