import { describe, expect, it } from 'vitest'
import type { Usage } from '../../../../src/core/inputs/evaluation.ts'
import { evaluation, numbers, type Row, weighed } from '../weigh/weigh-inputs.ts'

/** 400 rows, of which so many are right; the wrong ones are not the same for another number. */
function right(count: number): Row[] {
  return Array.from({ length: 400 }, (_, row): Row => {
    const label = (row % 2) as 0 | 1
    return { label, score: (label === 1) === (row * 7) % 400 < count ? 0.9 : 0.1 }
  })
}

const VALUE = 'accuracy is 0.900 (95 % interval 0.867 to 0.926)'
const CHANGE = "accuracy 0.900 against the champion's 0.850: +0.050 (95 % interval +0.027 to +0.072)"

describe('the sentence of a gate on the whole test set', () => {
  it('says the value or the change with its interval, and what is asked of it', () => {
    const told = [
      [{ at_least: 0.8 }, 'pass', `${VALUE}; the floor is 0.8`],
      [{ at_least: 0.9 }, 'inconclusive', `${VALUE}; the floor is 0.9, inside the interval`],
      [{ at_most: 0.8 }, 'fail', `${VALUE}; the ceiling is 0.8`],
      [{ at_most: 0.9 }, 'inconclusive', `${VALUE}; the ceiling is 0.9, inside the interval`],
      [{ not_worse_than: 'champion', margin: 0.01 }, 'pass', `${CHANGE}; up to 0.01 worse is accepted`],
      [{ better_than: 'champion', by: 0.001 }, 'pass', `${CHANGE}; more than 0.001 better is asked`],
      [{ better_than: 'champion' }, 'pass', `${CHANGE}; better is asked`],
    ] as const
    const { gates } = weighed(
      { gates: told.map(([rule]) => ({ metric: 'accuracy', ...rule })) },
      { candidate: evaluation('candidate', right(360)), champion: evaluation('champion', right(340)) },
    )

    expect(gates.map(({ verdict, reason }) => [verdict, reason])).toEqual(
      told.map(([, ...expected]) => expected),
    )
  })

  it('says where a comparison has low power, since rows are not paired', () => {
    const [gate] = weighed(
      {
        directions: { share: 'higher' },
        rows: 500,
        proportions: ['share'],
        gates: [{ metric: 'share', not_worse_than: 'champion', margin: 0.2 }],
      },
      { candidate: numbers('candidate', { share: 0.9 }), champion: numbers('champion', { share: 0.9 }) },
    ).gates

    expect(gate!.verdict).toBe('pass')
    expect(gate!.reason).toMatch(/; up to 0\.2 worse is accepted \(unpaired: low power\)$/)
  })

  it('warns of a number without an interval, but not of what a clock measured', () => {
    const usage: Usage = { evaluateSeconds: 5 }
    const { gates } = weighed(
      {
        gates: [
          { metric: 'lift', at_least: 1 },
          { metric: 'duration', at_most: 4 },
        ],
      },
      { candidate: numbers('candidate', { lift: 2 }, { usage }) },
    )

    expect(gates.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['pass', 'lift is 2; the floor is 1. One number without an interval: noise is not accounted for'],
      ['fail', 'duration is 5; the ceiling is 4'],
    ])
  })
})
