import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binCounts } from '../../../../src/core/statistics/traffic/population-stability.ts'
import { frequentCategories } from '../../../../src/core/traffic/profile/categories.ts'
import { frozenEdges, roundedDown } from '../../../../src/core/traffic/profile/edges.ts'
import { cases } from '../../../support/rounds.ts'

describe('frozen edges', () => {
  it('are quantiles in few digits', () => {
    const salaries = Array.from({ length: 1000 }, (_, row) => 20_000 + row * 61.37)

    expect(frozenEdges(salaries, 4)).toEqual([35_300, 50_600, 65_900])
  })

  it.each([7, 0.3, 0, -2.5])('see any other value where all are the same: %s', value => {
    const edges = frozenEdges(new Array(100).fill(value), 10)

    expect(binCounts(new Array(100).fill(Math.fround(value)), edges)).toEqual([0, 100, 0])
    expect(binCounts([value - 1, value - 0.01, value + 0.01, value + 1], edges)[1]).toBeLessThan(2)
    expect(binCounts([value - 1, value + 1], edges)).toEqual([1, 0, 1])
  })

  it('share what is left among the values that are not the one which most are', () => {
    const rain = [...new Array(900).fill(0), ...Array.from({ length: 100 }, (_, row) => (row + 1) / 10)]
    const edges = frozenEdges(rain, 10)
    const counts = binCounts(rain, edges)

    expect(counts.slice(0, 2)).toEqual([0, 900])
    expect(counts).toHaveLength(11)
    expect(Math.min(...counts.slice(2))).toBeGreaterThanOrEqual(10)
  })

  it('give each frequent value a bin of its own, and show no few rows beside it', () => {
    const value = fc.integer({ min: -300, max: 300 }).map(cent => cent / 100)
    const many = fc.tuple(value, fc.integer({ min: 1, max: 400 }))
    fc.assert(
      fc.property(
        fc.array(many, { minLength: 1, maxLength: 4 }),
        fc.array(value, { maxLength: 200 }),
        (runs, others) => {
          const values = [...others, ...runs.flatMap(([one, rows]) => new Array<number>(rows).fill(one))]
          const edges = frozenEdges(values, 10)
          const counts = binCounts(values, edges)
          const rowsOf = (one: number) => values.filter(value => value === one).length
          const frequent = [...new Set(values)].filter(one => rowsOf(one) >= 2 * (values.length / 10))

          expect(edges.every((edge, index) => index === 0 || edge > edges[index - 1]!)).toBe(true)
          if (values.length < 20) return
          for (const one of frequent) {
            const bin = binCounts([one], edges).indexOf(1)
            // With fewer than ten others, which are on no side of it.
            expect(counts[bin]! - rowsOf(one)).toBeLessThan(20)
          }
          expect(counts.filter(count => count > 0 && count < 10)).toEqual([])
        },
      ),
      cases(300),
    )
  })

  it('leave whole numbers whole', () => {
    const ages = Array.from({ length: 500 }, (_, row) => 18 + (row % 60))

    expect(frozenEdges(ages, 10).every(Number.isInteger)).toBe(true)
  })

  it('show no bin of fewer than ten rows where values differ', () => {
    expect(frozenEdges([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], 10)).toEqual([])
    expect(
      frozenEdges(
        Array.from({ length: 25 }, (_, row) => row),
        10,
      ),
    ).toHaveLength(1)
  })

  it('keep the values on them above, in 64 and in 32 bits, and their own order', () => {
    const tied = fc.uniqueArray(
      fc.integer({ min: -1000, max: 1000 }).map(cent => cent / 100),
      {
        minLength: 2,
        maxLength: 12,
      },
    )
    fc.assert(
      fc.property(tied, values => {
        const ascending = values.sort((a, b) => a - b)
        const edges = roundedDown(ascending)

        expect(edges).toHaveLength(ascending.length)
        const counts = [0, ...new Array(ascending.length).fill(1)]
        expect(binCounts(ascending, edges)).toEqual(counts)
        expect(binCounts(ascending.map(Math.fround), edges)).toEqual(counts)
      }),
      cases(500),
    )
  })

  it('ascend strictly and are never above a quantile, whatever numbers there are', () => {
    const any = fc.uniqueArray(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0),
      {
        minLength: 1,
        maxLength: 20,
      },
    )
    fc.assert(
      fc.property(any, values => {
        const ascending = values.sort((a, b) => a - b)
        const edges = roundedDown(ascending)

        expect(edges.every((edge, index) => index === 0 || edge > edges[index - 1]!)).toBe(true)
        for (const [index, edge] of edges.entries()) {
          expect(Number.isFinite(edge)).toBe(true)
          if (edges.length === ascending.length) expect(edge).toBeLessThanOrEqual(ascending[index]!)
        }
      }),
      cases(1000),
    )
  })
})

describe('frequent categories', () => {
  it('SE-007: are named from ten rows on, in the order of their names; all others are pooled', () => {
    const counted = [
      ['pro', 40],
      ['basic', 900],
      ['ada', 9],
      ['grace', 1],
    ] as const

    expect(frequentCategories(counted, 20, 3)).toEqual({
      type: 'category',
      categories: ['basic', 'pro'],
      counts: [900, 40],
      missing: 3,
      pooled: 10,
    })
  })

  it('are the most frequent ones where there are too many, and of two alike the first by name', () => {
    const counted = [
      ['c', 20],
      ['b', 20],
      ['a', 10],
      ['d', 30],
    ] as const

    expect(frequentCategories(counted, 2)).toMatchObject({ categories: ['b', 'd'], pooled: 30 })
  })

  it.each([
    'ada@example.com',
    '+49 170 1234567',
    'DE89 3704 0044 0532 0130 00',
    '__new__',
    'a\u202eb',
    ' a',
    'x'.repeat(201),
  ])('are never %o, however many rows it has', name => {
    expect(
      frequentCategories([
        [name, 500],
        ['web', 500],
      ]),
    ).toMatchObject({ categories: ['web'], pooled: 500 })
  })
})
