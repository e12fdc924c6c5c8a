import { describe, expect, it } from 'vitest'
import { hasNoValue } from '../../../../src/core/metrics/side.ts'
import { compareOnRows } from '../../../../src/core/metrics/table/compare.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { rounds } from '../../../support/rounds.ts'
import { pairFrom, sideFrom } from '../samples.ts'

/** Of two versions of the same skill, on rows of which some are hard, how often one is called better. */

const random = mulberry32(20)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const WEIGHTS: Record<string, (hard: number) => number> = {
  'log-normal': () => Math.exp(normal()),
  'one in twenty heavy': () => (random() < 0.05 ? 20 : 1),
  'hard rows heavy': hard => 1 + 9 * hard,
}

function classifiers(weightOf: (hard: number) => number, rows: number) {
  const drawn = Array.from({ length: rows }, () => {
    const hard = random() ** 3
    const label = random() < 0.3 ? 1 : 0
    const base = 0.8 * normal() + (label === 1 ? 1 : -1) * (1.6 - 2 * hard)
    return {
      label,
      weight: weightOf(hard),
      scores: [0, 0].map(() => 1 / (1 + Math.exp(-base - 0.7 * normal()))),
    }
  })
  const label = drawn.map(row => row.label)
  const [ours, theirs] = [0, 1].map(at =>
    sideFrom('binary', label, { score: drawn.map(row => row.scores[at]!) }),
  )
  const weight = { name: 'w', values: Float64Array.from(drawn, row => row.weight) }
  return pairFrom(ours!, theirs!, { weight })
}

function regressions(weightOf: (hard: number) => number, rows: number) {
  const drawn = Array.from({ length: rows }, () => {
    const hard = random() ** 3
    const [label, common] = [50 + 10 * normal(), normal()]
    return {
      label,
      weight: weightOf(hard),
      answers: [0, 0].map(() => label + (1 + 6 * hard) * (common + 0.5 * normal())),
    }
  })
  const label = drawn.map(row => row.label)
  const [ours, theirs] = [0, 1].map(at =>
    sideFrom('regression', label, { prediction: drawn.map(row => row.answers[at]!) }),
  )
  const weight = { name: 'w', values: Float64Array.from(drawn, row => row.weight) }
  return pairFrom(ours!, theirs!, { weight })
}

const CASES = [
  ['accuracy', classifiers],
  ['brier', classifiers],
  ['f1', classifiers],
  ['average_precision', classifiers],
  ['mae', regressions],
  ['rmse', regressions],
] as const

describe.each(Object.entries(WEIGHTS))('weights: %s', (_, weightOf) => {
  it.each(CASES)('%s calls neither of two equals better in more than 3.1 in 100 cases', (name, drawn) => {
    const played = rounds(150, 150, 600)
    let called = 0
    for (let round = 0; round < played; round++) {
      const found = compareOnRows(name, drawn(weightOf, 300), {
        level: 0.95,
        seed: round + 1,
        resamples: 200,
      })
      if (hasNoValue(found)) continue
      const { low, high } = found.difference.interval
      if (low > 0 || high < 0) called++
    }

    // Two standard errors of so many rounds.
    expect(called / played).toBeLessThan(2 * 0.031 + 2 * Math.sqrt((0.062 * 0.938) / played))
  })
})
