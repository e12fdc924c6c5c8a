import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { aucOfBins } from '../../../../src/core/statistics/traffic/outcomes.ts'
import { edgesAtMost } from '../../../../src/core/statistics/traffic/population-stability.ts'
import { probabilityQuality } from '../../../../src/core/statistics/traffic/probabilities-in-bins.ts'
import { acceptedOn } from '../../../../src/core/traffic/profile/accepted.ts'

/** Scores that are the probability of their outcome: logistic normal around `mean`, with so many of the outcomes turned round. */
function rowsOf(rows: number, { mean, sd, turned = 0, seed }: Record<string, number>) {
  const random = mulberry32(seed!)
  const score = Float64Array.from({ length: rows }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return 1 / (1 + Math.exp(-(mean! + sd! * normal)))
  })
  const label = score.map(value => Number(random() < value !== random() < turned!))
  return { score, label, prediction: score.map(value => Number(value >= 0.5)) }
}

/** The same out of the rows themselves, as scikit-learn has it. */
function exactly({ score, label }: ReturnType<typeof rowsOf>) {
  const mean = (of: (row: number) => number) => score.reduce((sum, _, row) => sum + of(row), 0) / score.length
  return {
    brier: mean(row => (score[row]! - label[row]!) ** 2),
    logLoss: mean(row => -Math.log(label[row] === 1 ? score[row]! : 1 - score[row]!)),
  }
}

describe('what probabilities were worth, out of twenty bins', () => {
  it.each([
    ['in the middle', { mean: 0, sd: 2 }],
    ['of a rare class', { mean: -4, sd: 1 }],
    ['in a long tail', { mean: -3, sd: 1.5 }],
  ])('is within 0.004 of the Brier score and 0.008 of the log loss of the rows: scores %s', (_, of) => {
    const rows = 20_000
    const then = rowsOf(rows, { ...of, seed: 1 })
    const { edges, means, labels } = acceptedOn({ task: 'binary', rows, ids: [], slices: [], ...then }).score!
    const lives = [of, { ...of, mean: of.mean + of.sd / 2 }, { ...of, turned: 0.1 }]
    for (const live of [then, ...lives.map((one, seed) => rowsOf(3000, { ...one, seed: seed + 2 }))]) {
      const [positive, negative] = [means.map(() => 0), means.map(() => 0)]
      live.score.forEach((value, row) => {
        ;(live.label[row] === 1 ? positive : negative)[edgesAtMost(edges, value)]!++
      })
      const { brier, logLoss } = probabilityQuality({ positive, negative }, means)!
      const exact = exactly(live)
      expect(Math.abs(brier - exact.brier)).toBeLessThan(0.004)
      expect(Math.abs(logLoss - exact.logLoss)).toBeLessThan(0.008)
    }
    const accepted = { positive: labels['1']!, negative: labels['0']! }
    expect(probabilityQuality(accepted, means)!.calibrationError).toBeLessThan(0.01)
    expect(aucOfBins(accepted)).toBeGreaterThan(0.5)
  })

  it('is what the formulas say', () => {
    const { brier, logLoss, calibrationError } = probabilityQuality(
      { positive: [1, 3, 0], negative: [3, 1, 2] },
      [0.25, 0.75, 0],
    )!
    expect(brier).toBeCloseTo((2 * 0.75 ** 2 + 6 * 0.25 ** 2) / 10, 12)
    expect(logLoss).toBeCloseTo(-(2 * Math.log(0.25) + 6 * Math.log(0.75)) / 10, 12)
    expect(calibrationError).toBe(0)
    // 100 rows that were to be 20 % positive and are 50 %: 0.3², less 0.25 / 99 for chance.
    expect(probabilityQuality({ positive: [50], negative: [50] }, [0.2])!.calibrationError).toBeCloseTo(
      Math.sqrt(0.09 - 0.25 / 99),
      12,
    )
    expect(probabilityQuality({ positive: [1, 0], negative: [0, 0] }, [0.2, 0.8])).toBeUndefined()
  })

  it('finds few outcomes of a calibrated model no worse calibrated than many: on average nothing is off', () => {
    const random = mulberry32(9)
    const means = Array.from({ length: 20 }, (_, bin) => (bin + 0.5) / 20)
    const looks = Array.from({ length: 200 }, () => {
      const [positive, negative] = [means.map(() => 0), means.map(() => 0)]
      for (let row = 0; row < 100; row++) {
        const bin = row % 20
        ;(random() < means[bin]! ? positive : negative)[bin]!++
      }
      return probabilityQuality({ positive, negative }, means)!.calibrationError
    })
    expect(looks.filter(error => error === 0).length).toBeGreaterThan(90)
  })

  it('takes a certainty that did not come true as near to 1 as numbers go, and a single row with its neighbour', () => {
    const { logLoss } = probabilityQuality({ positive: [0, 0], negative: [0, 2] }, [0, 1])!
    expect(logLoss).toBeCloseTo(-Math.log(Number.EPSILON), 6)
    const lone = probabilityQuality({ positive: [0, 1, 0], negative: [1, 0, 0] }, [0, 1, 0.5])!
    expect(lone.calibrationError).toBe(0)
  })
})
