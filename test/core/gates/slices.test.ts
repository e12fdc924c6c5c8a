import { describe, expect, it } from 'vitest'
import { evaluation, type Row, weighed } from '../weigh-inputs.ts'

/** Rows of regions; the model is wrong in every n-th row of a region, `wrong[region] = n`. */
function rows(wrong: Record<string, number>, size: Record<string, number> = {}): Row[] {
  return Object.entries(wrong).flatMap(([region, every]) =>
    Array.from({ length: size[region] ?? 400 }, (_, index): Row => {
      const label = (index % 2) as 0 | 1
      const right = index % every !== 0
      return { label, score: (label === 1) === right ? 0.9 : 0.1, region }
    }),
  )
}
const judged = (gate: Record<string, unknown>, candidate: Row[], champion: Row[]) =>
  weighed(
    {
      predictions: { file: 'p.csv', score: 'score', slices: ['region'] },
      gates: [{ metric: 'accuracy', slices: ['region'], ...gate }],
    },
    { candidate: evaluation('candidate', candidate), champion: evaluation('champion', champion) },
  )
const NOT_WORSE = { not_worse_than: 'champion', margin: 0.05 }

describe('a gate on slices', () => {
  it('fails for the one slice that is worse, and names it first', () => {
    const champion = rows({ north: 10, south: 10, east: 10 })

    const { gates, slices } = judged(NOT_WORSE, rows({ north: 10, south: 3, east: 10 }), champion)

    expect(gates[0]).toMatchObject({ verdict: 'fail', slices: { failed: ['region = south'], judged: 3 } })
    expect(slices[0]).toMatchObject({ value: 'south', outcome: 'fail' })
  })

  it('passes where no slice is worse, and counts the small ones that it cannot judge', () => {
    const size = { east: 20 }
    const champion = rows({ north: 10, south: 10, east: 10 }, size)

    const { gates } = judged(NOT_WORSE, rows({ north: 11, south: 10, east: 2 }, size), champion)

    expect(gates[0]).toMatchObject({ verdict: 'pass', slices: { judged: 2, cannotJudge: 1 } })
  })

  it('is inconclusive, never green, where every slice is too small', () => {
    const size = { north: 20, south: 20 }
    const both = rows({ north: 10, south: 10 }, size)

    const { gates, verdict } = judged(NOT_WORSE, both, both)

    expect(gates[0]).toMatchObject({ verdict: 'inconclusive', blocks: false })
    expect(verdict).toBe('inconclusive')
  })

  it('judges floors in every slice with its own interval', () => {
    const candidate = rows({ north: 10, south: 3 })

    const { gates } = judged({ at_least: 0.8 }, candidate, candidate)

    expect(gates[0]).toMatchObject({ verdict: 'fail', slices: { failed: ['region = south'] } })
  })

  it('asked to be better is not satisfied by being the same', () => {
    const both = rows({ north: 10, south: 10 })

    expect(judged({ better_than: 'champion' }, both, both).gates[0]!.verdict).toBe('inconclusive')
  })
})
