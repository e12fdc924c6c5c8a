import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as multiple from '../../../../src/core/statistics/intervals/multiple-testing.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const methods = Object.entries(multiple)

describe.each(methods)('%s', (_, adjust) => {
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
    const p = Object.freeze([0.2, 0.01, 0.03])

    adjust(p)

    expect(p).toEqual([0.2, 0.01, 0.03])
  })

  it.each([[[0.1, Number.NaN]], [[-0.1]], [[1.1]]])('refuses %j', p => {
    expect(() => adjust(p)).toThrow(RangeError)
  })
})

it('holm is never above bonferroni, benjaminiHochberg never above holm', () => {
  fc.assert(
    fc.property(fc.array(share, { maxLength: 30 }), p => {
      const [least, middle, most] = [multiple.benjaminiHochberg(p), multiple.holm(p), multiple.bonferroni(p)]

      for (const i of p.keys()) {
        expect(least[i]).toBeLessThanOrEqual(middle[i]! * (1 + 1e-15))
        expect(middle[i]).toBeLessThanOrEqual(most[i]! * (1 + 1e-15))
      }
    }),
  )
})
