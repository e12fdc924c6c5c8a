import { describe, expect, it } from 'vitest'
import type { Metric } from '../../../../src/core/metrics/compare/metric.ts'
import { hasNoValue, type OneSide } from '../../../../src/core/metrics/side.ts'
import { compareOnRows, estimateMetric } from '../../../../src/core/metrics/table/compare.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { METRICS } from '../../../../src/core/metrics/table/metrics.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import reference from '../../../data/sklearn/metrics/numbers.json' with { type: 'json' }
import { column, OPTIONS, pairFrom, samplePair, sideFrom } from '../samples.ts'

/** `numbers.json` is made by the script beside it, which calls scikit-learn with `sample_weight`. */
const { multiclass, binary, regression, ranking } = reference

function weighed<Rows extends { rows: number }>(side: Rows, values: number[]) {
  return { ...side, weight: { name: 'exposure', values: Float64Array.from(values) } }
}

const SIDES = {
  multiclass: {
    side: weighed(
      sideFrom('multiclass', multiclass.label, { probabilities: multiclass.probabilities }),
      multiclass.weight,
    ),
    values: multiclass.weighted,
  },
  regression: {
    side: weighed(
      {
        ...sideFrom('regression', regression.label, { prediction: regression.prediction }),
        quantile: regression.quantile,
      },
      regression.weight,
    ),
    values: regression.weighted,
  },
  binary: {
    side: weighed(sideFrom('binary', binary.label, { score: binary.score }), binary.weight),
    values: binary.weighted,
  },
}

describe.each(Object.entries(SIDES))('%s: numbers of scikit-learn with weights', (_, { side, values }) => {
  it.each(Object.entries(values))('%s', (name, value) => {
    expect(computeMetric(name, side)).toBeCloseTo(value, 12)
    // Their unit is nothing to it.
    const larger = weighed(
      side,
      Array.from(side.weight.values, own => own * 1e6),
    )
    expect(computeMetric(name, larger)).toBeCloseTo(value, 12)
  })
})

describe('queries with weights', () => {
  const side = weighed(
    {
      ...sideFrom('regression', ranking.label, { prediction: ranking.score }),
      group: column('query', ranking.group),
    },
    ranking.weight,
  )

  it.each(Object.entries(ranking.weighted))(
    '%s is the mean of the queries by their weights',
    (name, value) => {
      expect(computeMetric(name, side)).toBeCloseTo(value, 12)
    },
  )

  it('have one weight each, or say nothing', () => {
    const odd = weighed(side, [...ranking.weight.slice(0, -1), 9])

    expect(computeMetric('ndcg', odd)).toEqual({
      undefinedBecause: 'it weighs queries, and rows of one query have different weights',
    })
  })
})

describe('weights that are no whole numbers', () => {
  const label = [0, 1, 0, 1, 1]
  const weights = [0.1, 0.2, 0.3, 0.7, 0.1]

  it('leave no rounding where all answers are one class, or all labels one number', () => {
    const side = weighed(sideFrom('binary', label, { prediction: [1, 1, 1, 1, 1] }), weights)
    const flat = weighed(sideFrom('regression', [0.1, 0.1, 0.1], { prediction: [1, 2, 3] }), [0.1, 0.7, 0.3])

    expect(computeMetric('mcc', side)).toBe(0)
    expect(computeMetric('r2', flat)).toEqual({ undefinedBecause: 'all rows have the same label' })
  })
})

const TASKS = ['binary', 'multiclass', 'regression'] as const
const NAMES = TASKS.flatMap(task =>
  Object.entries<Metric>(METRICS)
    .filter(([name, metric]) => metric.tasks.includes(task) && !/ndcg|mrr|pinball|top_|mape/.test(name))
    .filter(([, { needs }]) => task !== 'multiclass' || needs === 'prediction')
    .map(([name]) => ({ task, name })),
)

describe('comparisons of rows with weights', () => {
  const random = mulberry32(7)
  const skew = Array.from({ length: 300 }, () => 0.02 + random() ** 3 * 10)
  const compared = (name: string, pair: Parameters<typeof compareOnRows>[1]) => {
    const found = compareOnRows(name, pair, { ...OPTIONS, resamples: 500 })
    if (hasNoValue(found)) throw new Error(found.undefinedBecause)
    return found
  }

  it.each(NAMES)(
    '$task $name: the values are those of each side, the difference theirs',
    ({ task, name }) => {
      const pair = weighed(samplePair({ rows: 300, seed: 4, task, classes: 3, gain: 0.1 }), skew)
      const { candidate, baseline, difference } = compared(name, pair)
      const sides = [pair.candidate, pair.baseline].map(
        side => computeMetric(name, { ...pair, ...side } as OneSide) as number,
      )

      expect(candidate.value).toBeCloseTo(sides[0]!, 12)
      expect(baseline.value).toBeCloseTo(sides[1]!, 12)
      expect(difference.value).toBeCloseTo(sides[0]! - sides[1]!, 12)
      expect(difference.method).toMatch(/^weighted-/)
      expect(difference.counts!.effective_rows).toBeLessThan(200)
      expect(
        estimateMetric(name, { ...pair, ...pair.candidate } as OneSide, { ...OPTIONS, resamples: 500 }),
      ).toEqual(candidate)
    },
  )

  it.each(NAMES)(
    '$task $name: of equal weights it has about the interval that it has of none',
    ({ task, name }) => {
      const bare = samplePair({ rows: 300, seed: 4, task, classes: 3 })
      const plain = compared(name, bare).difference.interval
      const equal = compared(name, weighed(bare, new Array(300).fill(0.3))).difference.interval

      const ratio = (equal.high - equal.low) / (plain.high - plain.low)
      expect(ratio).toBeGreaterThan(0.75)
      expect(ratio).toBeLessThan(1.35)
    },
  )

  it.each(NAMES)(
    '$task $name: two that are the same differ by 0, and nothing is claimed',
    ({ task, name }) => {
      const { baseline, ...pair } = samplePair({ rows: 300, seed: 4, task, classes: 3 })
      const { value, interval, p } = compared(
        name,
        weighed({ ...pair, baseline, candidate: baseline }, skew),
      ).difference

      expect(value).toBe(0)
      expect(interval.low).toBeLessThanOrEqual(0)
      expect(interval.high).toBeGreaterThanOrEqual(0)
      expect(p).toBe(1)
    },
  )

  it('are wider the more the weights differ', () => {
    const bare = samplePair({ rows: 300, seed: 4 })
    const width = (name: string, weights: number[]) => {
      const { low, high } = compared(name, weighed(bare, weights)).difference.interval
      return high - low
    }

    for (const name of ['accuracy', 'f1', 'roc_auc', 'brier'])
      expect(width(name, skew)).toBeGreaterThan(1.2 * width(name, new Array(300).fill(1)))
  })

  it('do not take a heavy row for many: five that speak for one side prove nothing, ten do', () => {
    const rows = 400
    const label = new Array(rows).fill(0).map((_, row) => row % 2)
    const difference = (better: number, weight: number) => {
      const ours = sideFrom('binary', label, { prediction: label })
      const theirs = sideFrom('binary', label, {
        prediction: label.map((own, row) => (row < better ? 1 - own : own)),
      })
      const weights = label.map((_, row) => (row < better ? weight : 1))
      return compared('accuracy', weighed(pairFrom(ours, theirs), weights)).difference
    }

    expect(difference(5, 8).interval.low).toBeLessThanOrEqual(0)
    expect(difference(5, 8).p).toBeGreaterThan(0.05)
    expect(difference(10, 8).interval.low).toBeGreaterThan(0)
  })

  it('say how few rows they are worth, where these are too few', () => {
    const weights = skew.map((_, row) => (row < 3 ? 1e6 : 1))
    const pair = weighed(samplePair({ rows: 300, seed: 4 }), weights)

    expect(compareOnRows('accuracy', pair, OPTIONS)).toEqual({
      undefinedBecause: '3 effective rows are too few to compare: it takes 6',
    })
  })

  it('weigh a part of the rows by the weights of these', () => {
    const pair = weighed(samplePair({ rows: 300, seed: 4 }), skew)
    const rows = Uint32Array.from({ length: 150 }, (_, index) => index)
    const cut = {
      ...pair.candidate,
      label: pair.label,
      task: pair.task,
      rows: 300,
      weight: pair.weight,
    } as OneSide
    const own = computeMetric('accuracy', {
      ...cut,
      rows: 150,
      label: pair.label.subarray(0, 150),
      prediction: pair.candidate.prediction.subarray(0, 150),
      weight: { name: 'exposure', values: pair.weight.values.subarray(0, 150) },
    } as OneSide)
    const part = compareOnRows('accuracy', pair, { ...OPTIONS, rows })

    if (hasNoValue(part)) throw new Error(part.undefinedBecause)
    expect(part.candidate.value).toBeCloseTo(own as number, 12)
  })

  it('go by groups where there are any', () => {
    const bare = samplePair({ rows: 300, seed: 4 })
    // Every row three times over, as a group.
    const codes = Uint32Array.from({ length: 300 }, (_, row) => Math.floor(row / 10))
    const group = { name: 'user', values: Array.from({ length: 30 }, (_, at) => String(at)), codes }
    for (const [name, method] of [
      ['accuracy', 'weighted-cluster-t'],
      ['f1', 'weighted-cluster-bootstrap'],
    ] as const)
      expect(compared(name, weighed({ ...bare, group }, skew)).difference).toMatchObject({
        method,
        counts: { groups: 30 },
      })
  })
})
