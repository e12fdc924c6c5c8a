import { describe, expect, it } from 'vitest'
import { standardErrorOf } from '../../../../src/core/metrics/compare/influence.ts'
import type { OneSide } from '../../../../src/core/metrics/side.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import {
  type ComputedMetric,
  computedMetric,
  computedMetrics,
} from '../../../../src/core/metrics/table/metrics.ts'
import { samplePair } from '../samples.ts'

const SIDES: OneSide[] = (['binary', 'multiclass', 'regression'] as const).map(task => {
  const { rows, label, candidate, classes } = samplePair({ rows: 60, seed: 8, task })
  return { task, rows, label, classes, ...candidate, score: candidate.score && rounded(candidate.score) }
})
/** Some answers name a class that is never true, and one class of the list is on no row at all. */
const STRAY: OneSide = {
  ...SIDES[1]!,
  classes: ['a', 'b', 'c', 'stray', 'unseen'],
  prediction: SIDES[1]!.prediction.map((answer, row) => (row % 10 === 0 ? 3 : answer)),
}
const REQUESTED = ['mcc', 'kappa'].map(name => computedMetric(name)!)
const OF_SEVERAL = ['roc_auc_ovr_weighted', 'top_2_accuracy'].map(name => computedMetric(name)!)
const MACRO = ['precision_macro', 'recall_macro', 'f1_macro'].map(name => computedMetric(name)!)
const CASES = [
  ...SIDES.flatMap(side =>
    computedMetrics(side).map(metric => ({ metric, side, title: `${side.task} ${metric.name}` })),
  ),
  ...[...REQUESTED, ...OF_SEVERAL].map(metric => ({
    metric,
    side: SIDES[1]!,
    title: `multiclass ${metric.name}`,
  })),
  ...REQUESTED.map(metric => ({ metric, side: SIDES[0]!, title: `binary ${metric.name}` })),
  ...[...REQUESTED, ...MACRO].map(metric => ({
    metric,
    side: STRAY,
    title: `${metric.name} with a class that is never true`,
  })),
  ...MACRO.map(metric => ({ metric, side: SIDES[0]!, title: `binary ${metric.name}` })),
]

describe('influence', () => {
  it.each(CASES)('$title is the slope of the metric by the weight of a row', ({ metric, side }) => {
    const influence = metric.influence(side, computeMetric(metric.name, side) as number)

    for (let row = 0; row < side.rows; row += 7)
      expect(influence[row], `row ${row}`).toBeCloseTo(slope(metric, side, row), 6)
  })

  it.each(CASES)('$title adds up to 0: all rows twice are the same metric', ({ metric, side }) => {
    const influence = metric.influence(side, computeMetric(metric.name, side) as number)

    expect(influence.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10)
  })
})

describe('standardErrorOf', () => {
  it('is that of a mean for the influences of a mean', () => {
    // Values 0, 0, 1, 1 around 0.5: variance 1/3 with n − 1, over 4 rows.
    const influence = Float64Array.of(-0.125, -0.125, 0.125, 0.125)

    expect(standardErrorOf(influence)).toBeCloseTo(Math.sqrt(1 / 3 / 4), 14)
  })

  it('adds up the rows of a cluster before squaring', () => {
    const influence = Float64Array.of(-0.125, -0.125, 0.125, 0.125)

    const se = standardErrorOf(influence, { codes: Uint32Array.of(0, 0, 1, 1), count: 2 })

    expect(se).toBeCloseTo(Math.sqrt((2 * 0.25 ** 2 * 2) / 1), 14)
  })
})

// --- internal ---

/** Two decimals, so that there are ties. */
function rounded(score: Float64Array): Float64Array {
  return score.map(value => Math.round(value * 20) / 20)
}

function slope(metric: ComputedMetric, side: OneSide, row: number): number {
  const step = 1e-5
  const value = metric.value(side)
  const [above, below] = [1 + step, 1 - step].map(weight => {
    const weights = new Float64Array(side.rows).fill(1)
    weights[row] = weight
    return value(weights)!
  })
  return (above! - below!) / (2 * step)
}
