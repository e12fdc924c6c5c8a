import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EdgeGrid } from '../../../../src/core/statistics/traffic/edge-grid.ts'
import { edgesAtMost } from '../../../../src/core/statistics/traffic/population-stability.ts'
import { cases } from '../../../support/rounds.ts'

const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: 0, max: 1 }),
  fc.integer({ min: -50, max: 50 }),
  fc.constantFrom(-Number.MAX_VALUE, Number.MAX_VALUE, Number.MIN_VALUE, -0, 0, 5e-324, 1e16, 1e16 + 2),
)

it('counts every value where a search finds it, between edges of any span', () => {
  fc.assert(
    fc.property(fc.uniqueArray(numbers, { maxLength: 40 }), fc.array(numbers), (given, values) => {
      const edges = [...new Set(given.map(edge => edge + 0))].sort((a, b) => a - b)
      const all = Float64Array.from([
        ...values,
        ...edges,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
      ])
      const counts = new Float64Array(edges.length + 1)
      const expected = new Float64Array(edges.length + 1)
      for (const value of all) if (Number.isFinite(value)) expected[edgesAtMost(edges, value)]!++

      expect(new EdgeGrid(edges).count(all, counts)).toBe(all.length - 3)
      expect(counts).toEqual(expected)
    }),
    cases(2000),
  )
})
