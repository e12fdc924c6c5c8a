import { describe, expect, it } from 'vitest'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { compareMetric, matchUp } from '../../../../src/core/verdict/comparison/comparison.ts'
import type { MetricFacts } from '../../../../src/core/verdict/comparison/own-value.ts'
import { sideFrom } from '../../metrics/samples.ts'

const FACTS: MetricFacts = { directions: {}, proportions: [], seedParts: ['a'], level: 0.95 }

/** Rows of a classifier, and a number of a file with its standard error. */
const side = (name: Side, metric: string, value: number, code = 'a'): Evaluation => {
  const label = Array.from({ length: 40 }, (_, row) => row % 2)
  const rows = sideFrom('binary', label, { prediction: label.map((y, row) => (row < 4 ? 1 - y : y)) })
  return {
    side: name,
    source: 'file',
    metrics: new Map([[metric, value]]),
    aggregates: new Map([[metric, { stderr: 0.01 }]]),
    predictions: { ...rows, ids: label.map((_, row) => `row-${row}`), slices: [] },
    testSet: { hash: 'a', rows: 40 },
    metricCode: code,
  }
}
const compared = (metric: string, code?: string) =>
  compareMetric(metric, matchUp(side('candidate', metric, 0.8), side('champion', metric, 0.7, code)), FACTS)

describe('a number of a file whose name Assay knows', () => {
  it("is the file's where the rows cannot come to it", () => {
    expect(compared('ndcg').difference).toMatchObject({ method: 'mover', value: expect.closeTo(0.1, 9) })
  })

  it('and is held to the code that made it', () => {
    expect(compared('ndcg', 'other code').difference).toBeUndefined()
  })

  it('gives way to that of the rows', () => {
    expect(compared('mcc').candidate!.value).toBeCloseTo(0.8, 12)
    expect(compared('mcc').difference).toMatchObject({ value: 0, method: 'paired-bootstrap' })
  })
})
