import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holm } from '../../../../src/core/statistics/intervals/multiple-testing.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('holm', () => {
  it('never lowers a p, stays in 0..1 and keeps the order of the p-values', () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 30 }), p => {
        const adjusted = holm(p)

        expect(adjusted).toHaveLength(p.length)
        for (const [i, value] of adjusted.entries()) {
          expect(value).toBeGreaterThanOrEqual(p[i]! * (1 - 1e-15))
          expect(value).toBeLessThanOrEqual(1)
          for (const [j, other] of adjusted.entries())
            if (p[i]! < p[j]!) expect(value).toBeLessThanOrEqual(other)
        }
      }),
    )
  })

  it('leaves its input alone', () => {
    const p = Object.freeze([0.2, 0.01, 0.03])

    holm(p)

    expect(p).toEqual([0.2, 0.01, 0.03])
  })

  it.each([[[0.1, Number.NaN]], [[-0.1]], [[1.1]]])('refuses %j', p => {
    expect(() => holm(p)).toThrow(RangeError)
  })

  it("is never above Bonferroni's", () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 30 }), p => {
        for (const [i, value] of holm(p).entries())
          expect(value).toBeLessThanOrEqual(Math.min(1, p[i]! * p.length) * (1 + 1e-15))
      }),
    )
  })
})
