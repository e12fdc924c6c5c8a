import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passAtK } from '../../../src/core/statistics/pass-at-k.ts'

describe('pass@k', () => {
  // numpy: 1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n + 1)), as in the appendix of the paper.
  it.each([
    [5, 2, 1, 0.4],
    [5, 2, 3, 0.9],
    [10, 3, 5, 0.9166666666666666],
    [200, 13, 10, 0.4975511147306061],
    [3, 0, 2, 0],
    [3, 2, 2, 1],
  ])('of %i tries, %i of them right, is one right of %i: %d', (n, c, k, expected) => {
    expect(passAtK(n, c, k)).toBeCloseTo(expected, 12)
  })

  it('is the share of the ways to draw k tries that hold a right one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(8),
        fc.integer({ min: 1, max: 8 }),
        (n, right, size) => {
          const [c, k] = [Math.min(right, n), Math.min(size, n)]
          const ways = Array.from({ length: 2 ** n }, (_, set) => set).filter(
            set => [...set.toString(2)].filter(bit => bit === '1').length === k,
          )
          const holding = ways.filter(set => (set & (2 ** c - 1)) !== 0)
          expect(passAtK(n, c, k)).toBeCloseTo(holding.length / ways.length, 12)
        },
      ),
    )
  })

  it.each([
    [3, 4, 1],
    [3, -1, 1],
    [3, 1, 4],
    [3, 1, 0],
    [3, Number.NaN, 1],
  ])('is nothing of %i, %i, %i', (n, c, k) => {
    expect(() => passAtK(n, c, k)).toThrow(RangeError)
  })
})
