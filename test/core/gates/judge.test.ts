import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  judgeDifference,
  judgeEstimate,
  judgementOf,
  orient,
  worstOf,
} from '../../../src/core/gates/judge.ts'
import type { Difference } from '../../../src/core/report/result.ts'

const NOT_WORSE = { kind: 'not_worse', by: 0.01 } as const
const BETTER = { kind: 'better', by: 0 } as const

describe('judgeDifference', () => {
  it.each([
    ['clear of the margin', -0.004, 0.006, 'pass'],
    ['worse, but wholly within the margin', -0.009, -0.001, 'pass'],
    ['touching the margin', -0.01, 0.002, 'inconclusive'],
    ['too wide to tell', -0.03, 0.02, 'inconclusive'],
    ['significantly worse and beyond the margin', -0.03, -0.002, 'fail'],
  ] as const)('not worse: %s', (_, low, high, verdict) => {
    expect(judgeDifference(difference(low, high), 'higher', NOT_WORSE)).toBe(verdict)
    expect(judgeDifference(difference(-high, -low), 'lower', NOT_WORSE)).toBe(verdict)
  })

  it.each([
    ['clear of zero', 0.001, 0.02, 'pass'],
    ['zero inside', -0.001, 0.02, 'inconclusive'],
    ['below zero', -0.02, -0.001, 'fail'],
    ['identical models', 0, 0, 'inconclusive'],
  ] as const)('better: %s', (_, low, high, verdict) => {
    expect(judgeDifference(difference(low, high), 'higher', BETTER)).toBe(verdict)
  })

  it('judges exact numbers by themselves, the limit included', () => {
    const exact = (value: number): Difference => ({ ...difference(value, value), method: 'exact' })

    expect(judgeDifference(exact(0.01), 'lower', NOT_WORSE)).toBe('pass')
    expect(judgeDifference(exact(0.02), 'lower', NOT_WORSE)).toBe('fail')
    expect(judgeDifference(exact(0), 'lower', BETTER)).toBe('fail')
  })

  it('MF-004: NaN anywhere never passes', () => {
    const numbers = fc.oneof(fc.constant(Number.NaN), fc.double())
    fc.assert(
      fc.property(numbers, numbers, fc.constantFrom('higher', 'lower' as const), (low, high, direction) => {
        fc.pre(Number.isNaN(low) || Number.isNaN(high))
        const broken = difference(low, high)
        if (Number.isNaN(direction === 'higher' ? low : high)) {
          expect(judgeDifference(broken, direction as 'higher', NOT_WORSE)).not.toBe('pass')
          expect(judgeDifference(broken, direction as 'higher', BETTER)).not.toBe('pass')
        }
      }),
    )
  })

  it('never passes a narrower margin than one it fails', () => {
    const interval = fc.tuple(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    const margin = fc.double({ min: 1e-6, max: 1, noNaN: true })
    fc.assert(
      fc.property(interval, margin, margin, ([low, width], a, b) => {
        const wide = judgeDifference(difference(low, low + width), 'higher', {
          kind: 'not_worse',
          by: Math.max(a, b),
        })
        const narrow = judgeDifference(difference(low, low + width), 'higher', {
          kind: 'not_worse',
          by: Math.min(a, b),
        })
        if (wide !== 'pass') expect(narrow).not.toBe('pass')
      }),
    )
  })
})

describe('judgeEstimate', () => {
  const estimate = { value: 0.9, interval: { low: 0.88, high: 0.92, level: 0.95 } }

  it.each([
    [{ at_least: 0.87 }, 'pass'],
    [{ at_least: 0.9 }, 'inconclusive'],
    [{ at_least: 0.93 }, 'fail'],
    [{ at_most: 0.93 }, 'pass'],
    [{ at_most: 0.9 }, 'inconclusive'],
    [{ at_most: 0.87 }, 'fail'],
  ] as const)('%o is %s', (rule, verdict) => {
    expect(judgeEstimate(estimate, rule)).toBe(verdict)
  })

  it('MF-004: a value that is no number never passes', () => {
    expect(judgeEstimate({ value: Number.NaN }, { at_least: 0 })).not.toBe('pass')
    expect(judgeEstimate({ value: Number.NaN }, { at_most: 1 })).not.toBe('pass')
  })
})

describe('worstOf', () => {
  it('puts a fail above all, and says "cannot tell" when nothing was judged', () => {
    expect(worstOf(['pass', 'inconclusive', 'not_comparable', 'fail'])).toBe('fail')
    expect(worstOf(['pass', 'inconclusive', 'not_comparable'])).toBe('not_comparable')
    expect(worstOf(['pass', 'inconclusive'])).toBe('inconclusive')
    expect(worstOf(['pass'])).toBe('pass')
    expect(worstOf([])).toBe('inconclusive')
  })
})

describe('judgementOf', () => {
  it('judges nothing without an interval or a direction', () => {
    expect(judgementOf(undefined, 'higher')).toBe('not_judged')
    expect(judgementOf(difference(0.1, 0.2), undefined)).toBe('not_judged')
    expect(judgementOf(difference(0.1, 0.2), 'lower')).toBe('worse')
  })

  it('orients so that more is better', () => {
    expect(orient(difference(-0.2, 0.1), 'lower')).toEqual({ value: 0.05, low: -0.1, high: 0.2 })
  })
})

function difference(low: number, high: number): Difference {
  return {
    value: (low + high) / 2,
    interval: { low, high, level: 0.95 },
    p: 0.5,
    method: 'delong',
    paired: true,
  }
}
