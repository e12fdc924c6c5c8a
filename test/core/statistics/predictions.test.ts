import { describe, expect, it } from 'vitest'
import { agreement, binaryCounts } from '../../../src/core/statistics/traffic/agreement.ts'
import { calibration } from '../../../src/core/statistics/traffic/calibration.ts'
import { standardizedDifference } from '../../../src/core/statistics/traffic/effect-size.ts'
import { fairness } from '../../../src/core/statistics/traffic/fairness.ts'

describe('agreement', () => {
  it('leaves undefined what has no rows, instead of inventing a 0', () => {
    const noPositives = agreement(binaryCounts([0, 0, 0], [0, 0, 0]))

    expect(noPositives).toMatchObject({ accuracy: 1, mcc: 0 })
    expect([noPositives.precision, noPositives.recall, noPositives.f1, noPositives.kappa]).toEqual(
      new Array(4).fill(undefined),
    )
    expect(noPositives.balancedAccuracy).toBeUndefined()
  })

  it('refuses other labels and no rows', () => {
    expect(() => binaryCounts([0, 2], [0, 1])).toThrow('0 or 1')
    expect(() => agreement(binaryCounts([], []))).toThrow(RangeError)
  })
})

describe('calibration', () => {
  it('counts a score of 1 into the last bin and leaves empty bins out', () => {
    const { ece, mce, bins } = calibration([1, 1, 0], [1, 0.95, 0.05])

    expect(bins.map(bin => bin.rows)).toEqual([1, 2])
    expect(ece).toBeCloseTo(0.1 / 3, 12)
    expect(mce).toBeCloseTo(0.05, 12)
  })

  it('refuses scores that are no probabilities', () => {
    expect(() => calibration([1], [1.2])).toThrow('0..1')
    expect(() => calibration([1], [Number.NaN])).toThrow('0..1')
  })
})

describe('fairness', () => {
  it('compares only groups that have the rate', () => {
    const found = fairness([1, 0, 1, 0, 0], [1, 0, 1, 1, 0], ['a', 'a', 'b', 'b', 'c'])

    expect(found.groups.get('c')).toEqual({
      rows: 1,
      selectionRate: 0,
      truePositiveRate: undefined,
      falsePositiveRate: 0,
    })
    expect(found).toMatchObject({
      equalOpportunityDifference: 0,
      equalizedOddsDifference: 1,
      demographicParityRatio: 0,
    })
  })

  it('has nothing to compare within one group', () => {
    expect(fairness([1, 0], [1, 0], ['a', 'a']).demographicParityDifference).toBeUndefined()
  })

  it('refuses groups that do not fit the rows', () => {
    expect(() => fairness([1, 0], [1, 0], ['a'])).toThrow('same length')
  })
})

it('effect size is 0 for equal means, also without spread', () => {
  expect(standardizedDifference([1, 1], [1, 1])).toEqual({ cohensD: 0, hedgesG: 0 })
  expect(standardizedDifference([1, 1], [2, 2]).cohensD).toBe(Number.POSITIVE_INFINITY)
})
