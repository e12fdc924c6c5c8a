import { expect, it } from 'vitest'
import { hasNoValue } from '../../../src/core/metrics/side.ts'
import { estimateMetric } from '../../../src/core/metrics/table/compare.ts'
import { mulberry32 } from '../../../src/core/statistics/random.ts'
import { evaluation } from '../verdict/weigh/weigh-inputs.ts'

/** The low end of an ECE's own interval, where the label is 1 with the probability that `truth` makes of the score. */
function lowEnd(rows: number, seed: number, truth: (score: number) => number): number | undefined {
  const random = mulberry32(seed)
  const side = Array.from({ length: rows }, () => {
    const score = random()
    return { score, label: (random() < truth(score) ? 1 : 0) as 0 | 1 }
  })
  const own = estimateMetric('ece', evaluation('candidate', side).predictions!, { level: 0.95, seed })
  return hasNoValue(own) ? undefined : own.interval?.low
}

const seeds = Array.from({ length: 8 }, (_, index) => index + 1)

it('a ceiling on ECE does not fail a model whose scores are the true probabilities, by what chance adds', () => {
  for (const rows of [30, 100]) {
    const lows = seeds.map(seed => lowEnd(rows, seed, score => score))

    expect(lows.filter(low => low! > 0.05)).toEqual([])
  }
})

it('and fails one whose scores are not', () => {
  const lows = seeds.map(seed => lowEnd(300, seed, score => (score > 0.5 ? 0.6 : 0.4)))

  expect(lows.filter(low => low! > 0.05).length).toBeGreaterThan(6)
})

it('is not told of fewer than 30 rows, whose ECE is mostly chance', () => {
  expect([29, 30].map(rows => lowEnd(rows, 1, score => score) !== undefined)).toEqual([false, true])
})
