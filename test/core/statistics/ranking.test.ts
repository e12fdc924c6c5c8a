import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rankingOf } from '../../../src/core/statistics/ranking.ts'

const ROWS = fc.array(
  fc.record({ score: fc.integer({ min: -3, max: 3 }), label: fc.integer({ min: 0, max: 1 }) }),
)

describe('the ranking of a score', () => {
  it('has every row once, rising, with its class, and ends a tie where the next score is higher', () => {
    fc.assert(
      fc.property(ROWS, rows => {
        const score = Float64Array.from(rows, row => row.score)
        const label = Float64Array.from(rows, row => row.label)

        const { order, positive, isTieEnd } = rankingOf(score, label)

        const ranked = [...order].map(row => rows[row]!)
        expect([...order].sort((a, b) => a - b)).toEqual(rows.map((_, row) => row))
        expect(ranked.map(row => row.score)).toEqual(rows.map(row => row.score).sort((a, b) => a - b))
        expect([...positive]).toEqual(ranked.map(row => row.label))
        expect([...isTieEnd]).toEqual(
          ranked.map(({ score }, rank) => (ranked[rank + 1]?.score === score ? 0 : 1)),
        )
      }),
    )
  })

  it('is that of the labels it is asked with, not of those before', () => {
    const score = Float64Array.of(0.2, 0.1)
    expect(rankingOf(score, Float64Array.of(1, 0)).positive).toEqual(Uint8Array.of(0, 1))
    expect(rankingOf(score, Float64Array.of(0, 1)).positive).toEqual(Uint8Array.of(1, 0))
  })
})
