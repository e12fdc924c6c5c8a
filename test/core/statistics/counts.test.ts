import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chiSquareFit, chiSquareIndependence } from '../../../src/core/statistics/traffic/chi-square.ts'
import {
  binCounts,
  populationStability,
  quantileEdges,
} from '../../../src/core/statistics/traffic/population-stability.ts'

describe('tables of counts', () => {
  it('refuse what has no expectation', () => {
    expect(() =>
      chiSquareIndependence([
        [1, 0],
        [2, 0],
      ]),
    ).toThrow('empty')
    expect(() =>
      chiSquareIndependence([
        [1, 2],
        [0, 0],
      ]),
    ).toThrow('empty')
    expect(() => chiSquareIndependence([[1, 2], [3]])).toThrow('same length')
    expect(() => chiSquareIndependence([])).toThrow(RangeError)
    expect(() => chiSquareFit([1, 2], [1, 3])).toThrow('same total')
    expect(() => chiSquareFit([1, 2], [3, 0])).toThrow('above 0')
  })

  it('say nothing when there is only one category', () => {
    expect(chiSquareIndependence([[10], [20]])).toMatchObject({ df: 0, p: 1, cramersV: 0 })
  })
})

describe('stability index', () => {
  const bins = fc
    .array(fc.nat(500), { minLength: 2, maxLength: 12 })
    .filter(counts => counts.some(count => count > 0))

  it('is 0 for equal shares, positive otherwise, the same both ways', () => {
    fc.assert(
      fc.property(bins, fc.integer({ min: 0, max: 20 }), (counts, moved) => {
        const other = counts.map((count, bin) => (bin === 0 ? count + moved : count))

        expect(populationStability(counts, counts).psi).toBeCloseTo(0, 12)
        expect(populationStability(counts, other).psi).toBeGreaterThanOrEqual(0)
        expect(populationStability(other, counts).psi).toBeCloseTo(populationStability(counts, other).psi, 12)
      }),
    )
  })

  it('does not cry out over a bin that few values happened to miss', () => {
    const expected = new Array<number>(10).fill(100)
    const actual = [6, 6, 5, 5, 6, 5, 6, 5, 6, 0]

    const test = populationStability(expected, actual)

    expect(test.psi).toBeGreaterThan(0.1)
    expect(test.psi).toBeLessThan(test.critical)
  })

  it('refuses nothing at all, infinite answers and unequal bins', () => {
    expect(() => populationStability([0, 0], [1, 2])).toThrow(RangeError)
    expect(() => populationStability([1, 2], [0, 0])).toThrow(RangeError)
    expect(() => populationStability([1, 2], [3, 0], { addToCounts: 0 })).toThrow('infinite')
    expect(() => populationStability([1, 2], [3])).toThrow('same length')
    expect(() => quantileEdges([])).toThrow(RangeError)
    expect(() => quantileEdges([1, 2], 1)).toThrow(RangeError)
  })

  it('puts every value into a bin, also for a column that never changes', () => {
    const edges = quantileEdges([3, 3, 3])

    expect(edges).toEqual([3])
    expect(binCounts([2, 3, 4], edges)).toEqual([1, 2])
  })
})
