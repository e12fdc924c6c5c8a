import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slowOf } from '../../../../src/core/traffic/canary/slow.ts'

const INF = Number.POSITIVE_INFINITY

describe('from where on an answer is slow', () => {
  it('is the bound that 99 of 100 answers of the champion do not exceed', () => {
    const upTo = [
      [50, 9_000],
      [100, 9_899],
      [250, 9_900],
      [500, 9_990],
      [INF, 10_000],
    ] as const

    expect(slowOf(upTo)).toEqual({ ms: 250, answers: 10_000 })
    expect(slowOf(upTo.toReversed())).toEqual({ ms: 250, answers: 10_000 })
  })

  it.each<[string, [number, number][], string]>([
    ['nothing is told', [], 'nothing says how long its answers take'],
    ['the rest is not told', [[100, 5000]], 'nothing says how long its answers take'],
    [
      'nobody came',
      [
        [100, 0],
        [INF, 0],
      ],
      'no answer of a day says how long it took',
    ],
    [
      'few came',
      [
        [100, 999],
        [INF, 999],
      ],
      '999 answers of a day say how long it took, and 1,000 are needed',
    ],
    [
      'most are beyond',
      [
        [100, 900],
        [INF, 1000],
      ],
      'more than one in a hundred takes longer than 100 ms',
    ],
    [
      'a number is none',
      [
        [100, Number.NaN],
        [INF, 1000],
      ],
      'NaN is no number of answers',
    ],
    [
      'a bound is none',
      [
        [Number.NaN, 5],
        [INF, 1000],
      ],
      '5 is no number of answers',
    ],
    [
      'the sum is none',
      [
        [100, 5],
        [INF, INF],
      ],
      'Infinity is no number of answers',
    ],
  ])('nobody can tell where %s', (_, upTo, unknown) => {
    expect(slowOf(upTo)).toEqual({ unknown })
  })

  it('is never passed by more than one in a hundred, nor by so many at the bound before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 2, maxLength: 12 }), counts => {
        let sum = 0
        const upTo = counts.map((count, at): [number, number] => {
          sum += count
          return [at === counts.length - 1 ? INF : 10 * (at + 1), sum]
        })
        const slow = slowOf(upTo)
        if ('unknown' in slow) return
        const above = (bound: number) => (sum - upTo.find(([one]) => one === bound)![1]) / sum
        expect(above(slow.ms)).toBeLessThanOrEqual(0.01)
        if (slow.ms > 10) expect(above(slow.ms - 10)).toBeGreaterThan(0.01 - 1e-9)
      }),
    )
  })
})
