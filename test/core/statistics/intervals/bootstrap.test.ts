import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawBinomial } from '../../../../src/core/statistics/distributions/binomial-sampler.ts'
import { binomialPmf, normalCdf } from '../../../../src/core/statistics/distributions/distributions.ts'
import { cellBootstrap, pairedBootstrap } from '../../../../src/core/statistics/intervals/bootstrap.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'

/** Both right, only champion, only candidate, both wrong. */
const CELLS = [180, 20, 32, 18]
const GAINS = CELLS.flatMap((count, cell) => new Array<number>(count).fill([0, -1, 1, 0][cell]!))
const meanGain = (indices: Uint32Array) => indices.reduce((sum, row) => sum + GAINS[row]!, 0) / indices.length
const cellGain = ([right, champion, candidate, wrong]: Float64Array) =>
  (candidate! - champion!) / (right! + champion! + candidate! + wrong!)

describe('paired bootstrap', () => {
  it('gives the same bits for the same seed and others for another', () => {
    const run = (seed: number) => pairedBootstrap({ rows: 250, resamples: 300, seed, statistic: meanGain })

    expect(run(5)).toEqual(run(5))
    expect(run(5)).not.toEqual(run(6))
  })

  it('tends to the law of the resampled difference', () => {
    const gain = (32 - 20) / 250
    const se = Math.sqrt((20 + 32) / 250 - gain ** 2) / Math.sqrt(250)

    const test = pairedBootstrap({ rows: 250, resamples: 4000, seed: 1, statistic: meanGain })

    expect(test.mean).toBeCloseTo(gain, 2)
    expect(test.se / se).toBeCloseTo(1, 1)
    expect(test.pLessOrEqualZero).toBeCloseTo(normalCdf((0.5 / 250 - gain) / se), 1)
    expect(Math.abs(test.low - (gain - 1.96 * se))).toBeLessThanOrEqual(2 / 250)
    expect(Math.abs(test.high - (gain + 1.96 * se))).toBeLessThanOrEqual(2 / 250)
  })

  it('leaves out resamples without a value and says how many it used', () => {
    let draws = 0

    const test = pairedBootstrap({
      rows: 9,
      resamples: 100,
      seed: 1,
      statistic: () => (draws++ % 4 === 0 ? undefined : 1),
    })

    expect(test).toMatchObject({ used: 75, low: 1, high: 1, se: 0 })
  })

  it('is never sure beyond its number of resamples', () => {
    const test = pairedBootstrap({ rows: 9, resamples: 99, seed: 1, statistic: () => 1 })

    expect(test.pLessOrEqualZero).toBe(0)
    expect(test.p).toBeCloseTo(0.02, 12)
  })

  it('refuses what it cannot answer', () => {
    const statistic = () => undefined

    expect(() => pairedBootstrap({ rows: 0, resamples: 100, seed: 1, statistic })).toThrow('number of rows')
    expect(() => pairedBootstrap({ rows: 5, resamples: 1, seed: 1, statistic })).toThrow(
      'number of resamples',
    )
    expect(() => pairedBootstrap({ rows: 5, resamples: 100, seed: 1, statistic })).toThrow('0 of 100')
    expect(() => pairedBootstrap({ rows: 5, resamples: 9, seed: 1, statistic: () => Number.NaN })).toThrow(
      'finite',
    )
    expect(() => pairedBootstrap({ rows: 5, resamples: 9, seed: 1.5, statistic: () => 1 })).toThrow('seed')
  })
})

describe('cell bootstrap', () => {
  it('agrees with drawing row by row', () => {
    const rows = pairedBootstrap({ rows: 250, resamples: 4000, seed: 1, statistic: meanGain })

    const cells = cellBootstrap({ cells: CELLS, resamples: 4000, seed: 2, statistic: cellGain })

    expect(cells.se / rows.se).toBeCloseTo(1, 1)
    expect(Math.abs(cells.low - rows.low)).toBeLessThanOrEqual(2 / 250)
    expect(Math.abs(cells.high - rows.high)).toBeLessThanOrEqual(2 / 250)
  })

  it('always draws as many rows as there are, none from empty cells', () => {
    const table = fc.array(fc.oneof(fc.constant(0), fc.nat(40), fc.nat(1e6)), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(
        table.filter(cells => cells.some(count => count > 0)),
        fc.nat(1e9),
        (cells, seed) => {
          const rows = cells.reduce((sum, count) => sum + count, 0)
          const statistic = (drawn: Float64Array) => {
            expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(rows)
            expect(cells.every((count, cell) => count > 0 || drawn[cell] === 0)).toBe(true)
            return drawn[0]!
          }

          cellBootstrap({ cells, resamples: 5, seed, statistic })
        },
      ),
    )
  })

  it('refuses tables that hold nothing or halves', () => {
    const statistic = () => 1

    expect(() => cellBootstrap({ cells: [0, 0], resamples: 9, seed: 1, statistic })).toThrow(RangeError)
    expect(() => cellBootstrap({ cells: [], resamples: 9, seed: 1, statistic })).toThrow(RangeError)
    expect(() => cellBootstrap({ cells: [1, 0.5], resamples: 9, seed: 1, statistic })).toThrow(RangeError)
  })
})

describe('binomial draws', () => {
  it.each([
    [20, 0.3],
    [400, 0.005],
    [100, 0.5],
    [1000, 0.9],
    [50, 0.2],
  ])('of %i trials with probability %d have the distribution they should', (trials, share) => {
    const random = mulberry32(11)
    const draws = 40_000
    const seen = new Float64Array(trials + 1)

    for (let draw = 0; draw < draws; draw++) seen[drawBinomial(random, trials, share)]!++

    // Pearson's statistic over the common values; its mean is the number of values, its spread √(2·values).
    let statistic = 0
    let values = 0
    for (let k = 0; k <= trials; k++) {
      const expected = draws * binomialPmf(k, trials, share)
      if (expected < 20) continue
      statistic += (seen[k]! - expected) ** 2 / expected
      values++
    }
    expect(statistic).toBeLessThan(values + 4 * Math.sqrt(2 * values))
  })
})
