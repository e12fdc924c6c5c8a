import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { METRIC_PREFIX, metricOutputs } from '../../../src/commands/result/metric-outputs.ts'
import { OUTPUTS } from '../../../src/commands/result/output-names.ts'
import { stepOutputs } from '../../../src/commands/result/step-outputs.ts'
import { metric, result } from '../../support/results.ts'
import { cases } from '../../support/rounds.ts'

const outputsOf = (...names: string[]) => metricOutputs(names.map((metric, at) => ({ metric, value: at })))

describe('the outputs of metrics', () => {
  it.each(Object.keys(OUTPUTS))(
    'a metric that is called %s, in whatever spelling, sets its own output alone',
    name => {
      const spellings = [
        name,
        name.toUpperCase(),
        name.replaceAll('-', '_'),
        name.replaceAll('-', '.'),
        `-${name}`,
      ]

      for (const spelled of spellings) {
        const set = Object.keys(outputsOf(spelled))
        expect(set).toHaveLength(1)
        expect(set[0]).toMatch(/^metric-/)
      }
    },
  )

  it('of several models are told apart from named ones too', () => {
    const models = ['release', 'other'].map(model =>
      result({ model, metrics: [metric('version', [0.5, 0.25], undefined, { gated: true })] }),
    )

    expect(stepOutputs(models, 'out')).toMatchObject({
      'metric-release-version': '0.25',
      'metric-other-version': '0.25',
      'other-version': '0.25',
    })
    expect(stepOutputs(models, 'out')).not.toHaveProperty('release-version')
  })

  it('of several models do not stand for each other where their names run together', () => {
    const set = metricOutputs([
      { model: 'a', metric: 'b-c', value: 1 },
      { model: 'a-b', metric: 'c', value: 2 },
    ])

    expect(Object.keys(set)).toHaveLength(2)
    expect(Object.values(set).sort()).toEqual(['1', '2'])
  })

  it('stay where they were as long as they clash with nothing', () => {
    expect(outputsOf('roc_auc', 'test/acc', 'f1 score')).toEqual({
      roc_auc: '0',
      'metric-roc_auc': '0',
      'test/acc': '1',
      'metric-test-acc': '1',
      'metric-f1-score': '2',
    })
  })

  it.each([
    [['a b', 'a/b']],
    [['F1', 'f1']],
    [['精度', '召回']],
    [['x', 'metric-x']],
    [['a-b', 'a b', 'a+b']],
  ])('%j: none stands for another', names => {
    const set = outputsOf(...names)

    expect(new Set(Object.keys(set).map(name => name.toLowerCase())).size).toBe(Object.keys(set).length)
    expect(new Set(Object.values(set)).size).toBe(names.length)
  })

  it('set no named output, and each has one of its own, whatever the names', () => {
    const spelling = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
    const named = Object.keys(OUTPUTS).map(spelling)
    const name = fc.oneof(
      fc.constantFrom(...Object.keys(OUTPUTS), 'roc_auc', 'f1', 'F1', 'metric-f1', 'a b', 'a/b'),
      fc.string({ unit: fc.constantFrom(...'aA-_./ 1é'), maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), names => {
        const set = Object.entries(outputsOf(...names))
        const prefixed = set.filter(([key]) => key.startsWith(METRIC_PREFIX))

        expect(set.filter(([key]) => named.includes(spelling(key)))).toEqual([])
        expect(new Set(set.map(([key]) => key.toLowerCase())).size).toBe(set.length)
        expect(new Set(prefixed.map(([, value]) => value)).size).toBe(names.length)
      }),
      cases(2000),
    )
  })
})
