import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holm } from '../../../../src/core/statistics/intervals/multiple-testing.ts'

const adjust = (p: readonly number[]) => holm(p.map(one => ({ p: one }))).map(({ adjustedP }) => adjustedP)
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('holm', () => {
  it('never lowers a p, stays in 0..1 and keeps the order of the p-values', () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 30 }), p => {
        const adjusted = adjust(p)

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
    const hypotheses = Object.freeze([{ p: 0.2 }, { p: 0.01 }, { p: 0.03 }])

    holm(hypotheses)

    expect(hypotheses).toEqual([{ p: 0.2 }, { p: 0.01 }, { p: 0.03 }])
  })

  it('says of each hypothesis its own', () => {
    const hypotheses = [
      { name: 'slow', p: 0.2 },
      { name: 'sure', p: 0.01 },
    ]

    expect(holm(hypotheses)).toEqual([
      { name: 'slow', p: 0.2, adjustedP: 0.2 },
      { name: 'sure', p: 0.01, adjustedP: 0.02 },
    ])
  })

  it.each([[[0.1, Number.NaN]], [[-0.1]], [[1.1]]])('refuses %j', p => {
    expect(() => adjust(p)).toThrow(RangeError)
  })

  it("is never above Bonferroni's", () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 30 }), p => {
        for (const [i, value] of adjust(p).entries())
          expect(value).toBeLessThanOrEqual(Math.min(1, p[i]! * p.length) * (1 + 1e-15))
      }),
    )
  })
})
