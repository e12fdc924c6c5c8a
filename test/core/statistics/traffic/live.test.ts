import { describe, expect, it } from 'vitest'
import { benjaminiHochberg } from '../../../../src/core/statistics/intervals/multiple-testing.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { chiSquareIndependence } from '../../../../src/core/statistics/traffic/chi-square.ts'
import { homogeneity } from '../../../../src/core/statistics/traffic/homogeneity.ts'
import { expectedRises, levelOfRises } from '../../../../src/core/statistics/traffic/moving-window.ts'
import { aucOfBins, conditionalChange } from '../../../../src/core/statistics/traffic/outcomes.ts'
import { rankSum } from '../../../../src/core/statistics/traffic/rank-sum.ts'

describe('homogeneity', () => {
  it('is the chi-square test of independence where every bin has its five rows', () => {
    const [reference, live] = [
      [120, 80, 300],
      [30, 40, 50],
    ]
    const { chiSquare, df, p } = chiSquareIndependence([reference!, live!])
    const ours = homogeneity(reference!, live!)

    expect(ours.df).toBe(df)
    expect(ours.chiSquare).toBeCloseTo(chiSquare, 10)
    expect(ours.p).toBeCloseTo(p, 12)
  })

  it('takes bins of few expected rows together, and with the smallest where they are still too few', () => {
    // Of 100 live rows a hundredth is expected in each of the last four: four together, less than five.
    const reference = [6000, 3600, 100, 100, 100, 100]
    const live = [60, 36, 1, 1, 1, 1]
    expect(homogeneity(reference, live)).toEqual({ chiSquare: 0, df: 1, p: 1 })
    // With 200 rows they are eight, and a bin of their own.
    expect(
      homogeneity(
        reference,
        live.map(count => 2 * count),
      ),
    ).toEqual({ chiSquare: 0, df: 2, p: 1 })
  })

  it('says nothing without rows', () => {
    expect(homogeneity([10, 10], [0, 0])).toEqual({ chiSquare: 0, df: 0, p: 1 })
    expect(homogeneity([0, 0], [10, 10])).toEqual({ chiSquare: 0, df: 0, p: 1 })
  })
})

describe('the sum of ranks over ordered bins', () => {
  const TEN = new Array<number>(10).fill(1000)

  it.each([
    [[100, 100, 100], [5, 10, 20], 0.003325338587704065],
    [TEN, [150, 120, 110, 100, 100, 90, 90, 80, 80, 80], 7.774664647384822e-9],
    [[900, 50, 30, 20], [400, 40, 30, 30], 3.964523741309028e-8],
  ])(
    'has the p of scipy 1.17.1 (mannwhitneyu, asymptotic, without continuity): %j, %j',
    (reference, live, p) => {
      expect(Math.abs(rankSum(reference, live)!.p / p - 1)).toBeLessThan(1e-9)
    },
  )

  it('sees values that move one way, not values that spread', () => {
    expect(rankSum(TEN, [160, 140, 90, 60, 50, 50, 60, 90, 140, 160])!.p).toBeCloseTo(1, 9)
    expect(rankSum(TEN, [50, 60, 70, 85, 95, 105, 115, 130, 140, 150])!.p).toBeLessThan(1e-15)
  })

  it('is not asked where nothing can be told, or the normal law does not hold', () => {
    expect(rankSum([0, 0], [10, 10])).toBeUndefined()
    expect(rankSum([10, 10], [0, 0])).toBeUndefined()
    expect(rankSum([0, 1000, 0], [0, 200, 0])).toBeUndefined()
    // Two of 200 are expected in the last bin: a Poisson tail, far above the normal one.
    expect(rankSum([9900, 100], [186, 14])).toBeUndefined()
    expect(rankSum([9900, 100], [9300, 700])).toBeDefined()
  })
})

describe('a window that moves', () => {
  it.each([1, 3, 9, 20])('has a level for each number of rises, df %i', df => {
    for (const rises of [1, 0.05, 1e-4, 1e-9]) {
      const window = { df, windows: 30, moving: 0.9 }
      const level = levelOfRises(rises, window)

      expect(expectedRises(level, window) / rises).toBeCloseTo(1, 6)
      expect(expectedRises(level + 0.1, window)).toBeLessThan(rises)
    }
  })

  it('never rises more often to a higher level', () => {
    const window = { df: 9, windows: 30, moving: 0.9 }
    const rises = Array.from({ length: 120 }, (_, half) => expectedRises(half / 2, window))

    expect(rises.every((one, index) => index === 0 || one <= rises[index - 1]!)).toBe(true)
  })

  it('rises as often as it does in a simulation of a squared process', () => {
    // Moving sums of 2 × 300 steps, standardised: the covariance is 1 − |t|/W. 4,000 windows.
    const random = mulberry32(11)
    const [width, windows, df] = [300, 4000, 2]
    const sums = [0, 0]
    const ring = [new Float64Array(width), new Float64Array(width)]
    const level = levelOfRises(100, { df, windows, moving: 1 })
    let rises = 0
    let since = width
    for (let step = 0; step < width * windows; step++) {
      const slot = step % width
      for (let part = 0; part < df; part++) {
        const next = (random() + random() + random() - 1.5) * 2
        sums[part]! += next - ring[part]![slot]!
        ring[part]![slot] = next
      }
      if (step < width) continue
      if ((sums[0]! ** 2 + sums[1]! ** 2) / width < level) since++
      else {
        if (since >= width / 4) rises++
        since = 0
      }
    }

    // Steps of a three-hundredth of the window see a little less than a look at any time would.
    expect(rises).toBeGreaterThan(50)
    expect(rises).toBeLessThan(120)
  })
})

describe('Benjamini and Hochberg', () => {
  it("adjusts as R's p.adjust does", () => {
    const adjusted = benjaminiHochberg([0.01, 0.04, 0.03, 0.005].map(p => ({ p, weight: 1 })))

    expect(adjusted.map(one => Number(one.adjustedP.toFixed(10)))).toEqual([0.02, 0.04, 0.04, 0.02])
  })

  it('rejects earlier what weighs more', () => {
    const [heavy, light] = benjaminiHochberg([
      { p: 0.03, weight: 1.5 },
      { p: 0.03, weight: 0.5 },
    ])

    expect(heavy!.adjustedP).toBeCloseTo(0.04)
    expect(light!.adjustedP).toBeCloseTo(0.06)
    expect(() => benjaminiHochberg([{ p: 0.1, weight: 0 }])).toThrow(RangeError)
  })
})

describe('outcomes by the bins of a score', () => {
  const accepted = { positive: [10, 50, 90], negative: [90, 50, 10] }

  it('see no change where only the scores have moved', () => {
    const { chiSquare, gap } = conditionalChange(accepted, { positive: [2, 10, 90], negative: [18, 10, 10] })

    expect(chiSquare).toBeCloseTo(0)
    expect(gap).toBeCloseTo(0)
  })

  it('see the same scores mean something else', () => {
    const { p, gap } = conditionalChange(accepted, { positive: [30, 50, 70], negative: [70, 50, 30] })

    expect(p).toBeLessThan(1e-4)
    expect(gap).toBeCloseTo(0.4 / 3)
  })

  it('hold bins of few outcomes each against its own share', () => {
    const few = { positive: [1, 2, 90], negative: [99, 98, 10] }
    // Three quarters of the rows of the two small bins have moved into the second: the shares are kept.
    expect(conditionalChange(few, { positive: [0, 3, 45], negative: [50, 147, 5] }).chiSquare).toBeLessThan(
      0.5,
    )
  })

  it('give the area under the curve, where a pair within a bin counts half', () => {
    expect(aucOfBins({ positive: [0, 0, 5], negative: [5, 0, 0] })).toBe(1)
    expect(aucOfBins({ positive: [5], negative: [5] })).toBe(0.5)
    expect(aucOfBins({ positive: [1, 3], negative: [3, 1] })).toBe(0.75)
    expect(aucOfBins({ positive: [1, 3], negative: [0, 0] })).toBeUndefined()
  })
})
