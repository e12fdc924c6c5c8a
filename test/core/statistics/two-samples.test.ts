import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kolmogorovSf } from '../../../src/core/statistics/distributions/kolmogorov-distribution.ts'
import { mulberry32 } from '../../../src/core/statistics/random.ts'
import {
  chiSquareFit,
  chiSquareIndependence,
  chiSquareYates,
} from '../../../src/core/statistics/traffic/chi-square.ts'
import { distributionDistances } from '../../../src/core/statistics/traffic/distances.ts'
import { fisherExact } from '../../../src/core/statistics/traffic/fisher-exact.ts'
import { ksExactP, ksTwoSample } from '../../../src/core/statistics/traffic/kolmogorov-smirnov.ts'
import { hodgesLehmann, mannWhitney } from '../../../src/core/statistics/traffic/mann-whitney.ts'
import {
  binCounts,
  flooredStability,
  populationStability,
  quantileEdges,
} from '../../../src/core/statistics/traffic/population-stability.ts'
import { sampleDistances } from '../../../src/core/statistics/traffic/wasserstein.ts'

const values = fc.array(fc.integer({ min: -20, max: 20 }).map(Number), { minLength: 1, maxLength: 40 })

describe('two samples', () => {
  it('have a p in 0..1 that does not depend on which comes first', () => {
    fc.assert(
      fc.property(values, values, (x, y) => {
        const [ks, swapped] = [ksTwoSample(x, y), ksTwoSample(y, x)]
        const [mw, turned] = [mannWhitney(x, y), mannWhitney(y, x)]

        expect(ks.p).toBeGreaterThanOrEqual(0)
        expect(ks.p).toBeLessThanOrEqual(1)
        expect(swapped.statistic).toBe(ks.statistic)
        expect(swapped.p).toBeCloseTo(ks.p, 12)
        expect(mw.p).toBeLessThanOrEqual(1)
        expect(turned.p).toBeCloseTo(mw.p, 12)
        expect(turned.probability).toBeCloseTo(1 - mw.probability, 12)
        expect(hodgesLehmann(y, x)).toBeCloseTo(-hodgesLehmann(x, y), 12)
      }),
    )
  })

  it('that are the same are never told apart', () => {
    fc.assert(
      fc.property(values, x => {
        expect(ksTwoSample(x, x)).toMatchObject({ statistic: 0, p: 1 })
        expect(mannWhitney(x, x).p).toBe(1)
        expect(sampleDistances({ values: x }, { values: x })).toEqual({ wasserstein: 0, energy: 0 })
      }),
    )
  })

  it('small ones get the exact Kolmogorov–Smirnov p: 2 of 252 orders are as far apart as can be', () => {
    const test = ksTwoSample([1, 2, 3, 4, 5], [10, 11, 12, 13, 14])

    expect(test).toMatchObject({ statistic: 1, exact: true, effectiveSize: 2.5 })
    expect(test.p).toBeCloseTo(2 / 252, 12)
  })

  // scipy.stats.kstwo.sf; each region of the computation has an example.
  it.each([
    [0.02, 3000, 0.17889813623188955],
    [0.05, 600, 0.09624372853337904],
    [0.08, 500, 0.0031305058199356268],
    [0.05, 200, 0.6802625495871704],
    [0.001, 1_000_000, 0.26982107442589376],
    [0.0005, 1_000_000, 0.9638386310076212],
    [0.06, 100, 0.8428847956274123],
    [0.3, 100, 1.7719869892662917e-8],
  ])('a statistic of %d at size %i has the p of scipy', (statistic, size, expected) => {
    expect(kolmogorovSf(statistic, size) / expected).toBeCloseTo(1, 8)
  })

  it('exact and asymptotic Kolmogorov–Smirnov p meet where one takes over from the other', () => {
    const random = mulberry32(4)
    const x = Array.from({ length: 1000 }, random)
    const y = Array.from({ length: 1001 }, () => random() + 0.04)

    const test = ksTwoSample(x, y)

    expect(test.exact).toBe(false)
    expect(ksExactP(test.statistic, 1000, 1001) / test.p).toBeCloseTo(1, 1)
  })

  it('move apart by exactly the shift in Wasserstein distance', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), (x, shift) => {
        const moved = x.map(value => value + shift)

        expect(sampleDistances({ values: x }, { values: moved }).wasserstein).toBeCloseTo(Math.abs(shift), 9)
      }),
    )
  })

  it.each([[[]], [[Number.NaN]], [[Number.NEGATIVE_INFINITY]]])('refuse %j', bad => {
    expect(() => ksTwoSample(bad, [1])).toThrow(RangeError)
    expect(() => mannWhitney([1], bad)).toThrow(RangeError)
    expect(() => hodgesLehmann([1], bad)).toThrow(RangeError)
    expect(() => sampleDistances({ values: bad }, { values: [1] })).toThrow(RangeError)
  })
})

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
    expect(() =>
      chiSquareYates([
        [1, 2, 3],
        [3, 4, 5],
      ]),
    ).toThrow('two by two')
    expect(() => chiSquareFit([1, 2], [1, 3])).toThrow('same total')
    expect(() => chiSquareFit([1, 2], [3, 0])).toThrow('above 0')
    expect(() =>
      fisherExact([
        [1, 2, 3],
        [1, 2, 3],
      ]),
    ).toThrow('two by two')
    expect(() =>
      fisherExact([
        [1, -2],
        [1, 2],
      ]),
    ).toThrow(RangeError)
  })

  it('say nothing when there is only one category', () => {
    expect(chiSquareIndependence([[10], [20]])).toMatchObject({ df: 0, p: 1, cramersV: 0 })
    expect(
      fisherExact([
        [5, 5],
        [0, 0],
      ]).p,
    ).toBe(1)
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
        expect(flooredStability(counts, other)).toBeGreaterThanOrEqual(0)
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

describe('distances between distributions', () => {
  it('lie in 0..1, are 1 for what shares nothing, and take counts', () => {
    const apart = distributionDistances([1, 0], [0, 5])

    expect(apart.jensenShannonDistance).toBeCloseTo(1, 12)
    expect(apart.hellinger).toBeCloseTo(1, 12)
    expect(apart).toMatchObject({ totalVariation: 1, largestDifference: 1 })
    expect(distributionDistances([10, 30], [1, 3]).jensenShannonDistance).toBe(0)
    expect(() => distributionDistances([0, 0], [1, 1])).toThrow(RangeError)
    expect(() => distributionDistances([1, -1], [1, 1])).toThrow(RangeError)
  })
})
