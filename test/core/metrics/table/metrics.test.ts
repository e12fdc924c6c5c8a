import { describe, expect, it } from 'vitest'
import { whyNoShare } from '../../../../src/core/config/share-names.ts'
import type { Metric } from '../../../../src/core/metrics/compare/metric.ts'
import { sideOf } from '../../../../src/core/metrics/side.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import {
  computedMetric,
  computedMetrics,
  METRICS,
  type MetricName,
} from '../../../../src/core/metrics/table/metrics.ts'
import { starterOf } from '../../../support/seen-repository.ts'
import { samplePair } from '../samples.ts'

const ROWS = Object.entries<Metric>(METRICS)

describe('METRICS', () => {
  it.each(['constructor', '__proto__', 'toString', 'F1', 'f1 ', ''])('has no metric called "%s"', name => {
    expect(computedMetric(name)).toBeUndefined()
  })

  it.each(Object.keys(METRICS))('finds %s by its name, with all that its row says', name => {
    expect(computedMetric(name)).toEqual({ name, ...METRICS[name as MetricName] })
  })

  it.each(['binary', 'multiclass', 'regression'] as const)(
    '%s: no two metrics are one quantity under two names',
    task => {
      const side = sideOf(samplePair({ rows: 90, seed: 3, task }), 'candidate')
      // What scikit-learn calls balanced accuracy is the mean recall, and teams know it by that name.
      const names = ROWS.filter(([, { tasks }]) => tasks.includes(task))
        .map(([name]) => name)
        .filter(name => name !== 'balanced_accuracy')
      const values = names.map(name => computeMetric(name, side))

      expect(new Set(values).size, JSON.stringify(values)).toBe(names.length)
    },
  )

  it.each(ROWS.filter(([, { macro }]) => macro !== undefined))(
    '%s: what its mean over classes is called exists, for several classes',
    (name, { macro, tasks }) => {
      expect(computedMetric(macro!)!.tasks).toContain('multiclass')
      expect(tasks).not.toContain('multiclass')
      const side = sideOf(samplePair({ rows: 60, seed: 3, task: 'multiclass' }), 'candidate')
      expect(computeMetric(name, side)).toEqual({
        undefinedBecause: `${name} of several classes is \`${macro}\``,
      })
    },
  )

  it('has for a row of the positive class no value where nobody knows which that is, and for others one', () => {
    const side = { ...sideOf(samplePair({ rows: 60, seed: 3 }), 'candidate'), noPositive: 'nobody knows' }

    for (const { name, needs } of computedMetrics({ task: 'binary' }))
      if (needs === 'positive')
        expect(computeMetric(name, side)).toEqual({ undefinedBecause: 'nobody knows' })
      else expect(computeMetric(name, side)).toBeTypeOf('number')
  })
})

describe('what else knows the names of metrics knows those of the table', () => {
  it.each(ROWS)('%s may be called a share of all rows only where it is one', (name, { isShareOfRows }) => {
    if (isShareOfRows) expect(whyNoShare(name)).toBeUndefined()
    else expect(whyNoShare(name)).toMatch(/\w/)
  })

  it.each(ROWS)('a first configuration says which way %s improves', (name, { direction }) => {
    const { text } = starterOf({ metrics: { 'metrics.json': { [name]: 0.5 } } })

    expect(text).toContain(`directions: { ${name}: ${direction} }`)
  })
})
