import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Difference } from '../../../../src/core/statistics/estimate.ts'
import {
  askDifference,
  askEstimate,
  judge,
  judgeDifference,
  judgeEstimate,
  judgementOf,
  judgeTogether,
  type Question,
  worstOf,
} from '../../../../src/core/verdict/gates/judge.ts'
import { orient } from '../../../../src/core/verdict/gates/orient.ts'

const NOT_WORSE = { kind: 'not_worse', by: 0.01 } as const
const BETTER = { kind: 'better', by: 0 } as const

const together = (questions: (Question | undefined)[]) =>
  judgeTogether(
    questions.map(question => ({ question })),
    0.95,
  )

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

  it.each([
    [0.05, Number.NaN],
    [Number.NaN, 0.05],
    [0.05, Number.POSITIVE_INFINITY],
    [0.05, 0.02],
  ])('an interval from %s to %s is none: no rule passes and nothing is called better', (low, high) => {
    for (const direction of ['higher', 'lower'] as const)
      for (const rule of [NOT_WORSE, BETTER]) {
        expect(judgeDifference(difference(low, high), direction, rule)).toBe('inconclusive')
        expect(judgementOf(difference(low, high), direction)).toBe('not_judged')
      }
  })

  it('MF-004: a bad number in any place never passes', () => {
    const bad = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined)
    const place = fc.constantFrom(
      ['value'],
      ['p'],
      ['interval'],
      ['interval', 'low'],
      ['interval', 'high'],
      ['interval', 'level'],
    )
    const number = fc.double({ min: -1, max: 1, noNaN: true })
    const rule = fc.constantFrom(NOT_WORSE, BETTER)
    const direction = fc.constantFrom('higher' as const, 'lower' as const)
    fc.assert(
      fc.property(number, number, place, bad, rule, direction, (low, high, path, value, asked, way) => {
        const whole = difference(Math.min(low, high), Math.max(low, high))
        const broken = broke(whole, path, value)

        expect(judgeDifference(broken, way, asked)).not.toBe('pass')
        expect(judgeDifference(whole, way, { ...asked, by: value as number })).not.toBe('pass')
        expect(judgeDifference(whole, value as never, asked)).not.toBe('pass')
        expect(judgeDifference(whole, way, { ...asked, kind: value as never })).not.toBe('pass')
        expect(judgementOf(broken, way)).toBe('not_judged')
        const asks = [askDifference(broken, way, asked), askDifference(whole, way, asked)]
        expect(together(asks)[0]!.verdict).not.toBe('pass')
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

  it('MF-004: a bad number in any place never passes', () => {
    const bad = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined)
    const place = fc.constantFrom(['value'], ['interval', 'low'], ['interval', 'high'], ['interval', 'level'])
    fc.assert(
      fc.property(place, bad, (path, value) => {
        const broken = broke(estimate, path, value)

        for (const rule of [{ at_least: 0 }, { at_most: 1 }])
          expect(judgeEstimate(broken, rule)).not.toBe('pass')
        expect(judgeEstimate(estimate, { at_least: value })).not.toBe('pass')
        expect(judgeEstimate(estimate, { at_most: value })).not.toBe('pass')
      }),
    )
    expect(judgeEstimate({ value: Number.NaN }, { at_least: 0 })).not.toBe('pass')
  })

  it('a value exactly on its floor or ceiling keeps it, with its whole interval as without one', () => {
    const on = (low: number, high: number) => ({ value: 0.9, interval: { low, high, level: 0.95 } })

    expect(judgeEstimate({ value: 0.9 }, { at_least: 0.9 })).toBe('pass')
    expect(judgeEstimate({ value: 0.9 }, { at_most: 0.9 })).toBe('pass')
    expect(judgeEstimate(on(0.9, 0.95), { at_least: 0.9 })).toBe('pass')
    expect(judgeEstimate(on(0.85, 0.9), { at_least: 0.9 })).toBe('inconclusive')
    expect(judgeEstimate(on(0.85, 0.9), { at_most: 0.9 })).toBe('pass')
  })
})

describe('judgeTogether', () => {
  const question = (low: number, high: number, p: number) =>
    askDifference({ ...difference(low, high), p }, 'higher', NOT_WORSE)

  it('lets a fail stand only after the correction for all that are asked', () => {
    const loss = question(-0.03, -0.002, 0.02)
    const fine = question(-0.004, 0.006, 0.7)

    expect(together([loss])).toMatchObject([{ verdict: 'fail', adjustedP: 0.02 }])
    const [first, second] = together([loss, fine, fine])
    expect(first!.verdict).toBe('inconclusive')
    expect(first!.adjustedP).toBeCloseTo(0.06, 12)
    expect(second!.verdict).toBe('pass')
  })

  it('takes the p of the method for a limit of 0 alone: by how much more is asked, the interval says', () => {
    const asked = (low: number, high: number, p: number, by: number) =>
      askDifference({ ...difference(low, high), p }, 'higher', { kind: 'better', by })
    const first = (question: Question | undefined, others: number) =>
      together([question, ...Array(others).fill(asked(0.01, 0.03, 1, 0))])[0]!.verdict

    expect(first(asked(-0.002, 0.002, 1, 0.02), 5)).toBe('fail')
    expect(first(asked(-0.03, -0.0001, 0.001, 0), 5)).toBe('fail')
  })

  it('lets no fail stand whose p comes to the level itself: that is an interval that touches the limit', () => {
    const p = (1 - 0.95) / 2

    expect(together([question(-0.03, -0.002, p), question(-0.004, 0.006, 0.7)])[0]).toMatchObject({
      verdict: 'inconclusive',
      adjustedP: 1 - 0.95,
    })
  })

  it('corrects floors as it corrects differences', () => {
    const floor = { at_least: 0.8 }
    const short = askEstimate({ value: 0.75, interval: { low: 0.701, high: 0.799, level: 0.95 } }, floor)
    const kept = askEstimate({ value: 0.9, interval: { low: 0.88, high: 0.92, level: 0.95 } }, floor)

    // Two standard errors of 0.049 / 1.96 below the floor.
    expect(together([short])[0]!.verdict).toBe('fail')
    expect(together([short])[0]!.adjustedP).toBeCloseTo(0.0455, 4)
    expect(together([short, ...Array(5).fill(kept), ...Array(5).fill(short)])[0]!.verdict).toBe(
      'inconclusive',
    )
  })

  it('is certain of a number without an interval', () => {
    const bare = [0.79, 0.8].map(value => askEstimate({ value }, { at_least: 0.8 }))

    expect(together(bare)).toMatchObject([
      { verdict: 'fail', adjustedP: 0 },
      { verdict: 'pass', adjustedP: 1 },
    ])
  })

  it('judges one question alone as `judge` does, whatever the p says', () => {
    const bound = fc.double({ min: -0.1, max: 0.1, noNaN: true })
    const rule = fc.constantFrom(NOT_WORSE, BETTER, { kind: 'better', by: 0.02 } as const)
    fc.assert(
      fc.property(bound, bound, fc.double({ min: 0, max: 1, noNaN: true }), rule, (a, b, p, asked) => {
        const one = { ...difference(Math.min(a, b), Math.max(a, b)), p }
        const question = askDifference(one, 'higher', asked)

        expect(together([question])[0]!.verdict).toBe(judge(question))
      }),
    )
  })
})

describe('worstOf', () => {
  it('puts a fail above all, and says "cannot tell" when nothing was judged', () => {
    expect(worstOf(['pass', 'inconclusive', 'not_comparable', 'fail'])).toBe('fail')
    expect(worstOf(['pass', 'inconclusive', 'not_comparable'])).toBe('not_comparable')
    expect(worstOf(['pass', 'inconclusive'])).toBe('inconclusive')
    expect(worstOf(['pass'])).toBe('pass')
    expect(worstOf([])).toBe('inconclusive')
    expect(worstOf(['pass', undefined as never])).toBe('inconclusive')
  })
})

describe('judgementOf', () => {
  it('judges nothing without an interval or a direction', () => {
    expect(judgementOf(undefined, 'higher')).toBe('not_judged')
    expect(judgementOf(difference(0.1, 0.2), undefined)).toBe('not_judged')
    expect(judgementOf(difference(0.1, 0.2), 'lower')).toBe('worse')
  })

  it('shows no difference where the interval only touches 0', () => {
    for (const direction of ['higher', 'lower'] as const) {
      expect(judgementOf(difference(0, 0.2), direction)).toBe('no_difference_shown')
      expect(judgementOf(difference(-0.2, 0), direction)).toBe('no_difference_shown')
    }
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

/** A copy with another value at a place. */
function broke<T extends object>(whole: T, path: readonly string[], value: unknown): T {
  const copy = structuredClone(whole)
  const parent = path.slice(0, -1).reduce((at, key) => at[key as never] as object, copy as object)
  ;(parent as Record<string, unknown>)[path.at(-1)!] = value
  return copy
}
