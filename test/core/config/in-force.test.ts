import { describe, expect, it } from 'vitest'
import { Config } from '../../../src/core/config/config.ts'
import { configInForce, describeInForce, movedMetricCode } from '../../../src/core/config/in-force.ts'

const PREDICTIONS = { file: 'p.csv', score: 'score', threshold: 0.5 }
const BASE = {
  train: 'python train.py',
  evaluate: 'python evaluate.py',
  metrics: [{ file: 'm.json', prefix: 'test' }, 'more.csv'],
  predictions: PREDICTIONS,
  folds: { file: 'f.csv', train_rows: 100, test_rows: 10 },
  package: { run: 'make push', image: 'ghcr.io/a/b:{commit}' },
  metric_code: ['metrics.py'],
  gates: [{ metric: 'accuracy', at_least: 0.9 }],
}
const config = (change: Record<string, unknown> = {}) =>
  Config.parse({ models: { churn: { ...BASE, ...change } } })
const inForce = (change: Record<string, unknown>) => configInForce(config(), config(change)).models.churn!

describe('the configuration that is in force in a pull request', () => {
  it('has its commands and the places of its files', () => {
    const own = {
      train: 'python src/train.py',
      evaluate: 'python src/evaluate.py',
      metrics: [{ file: 'out/m.json', prefix: 'test' }, 'more.csv'],
      predictions: { ...PREDICTIONS, file: 'out/p.csv' },
      folds: { ...BASE.folds, file: 'out/f.csv' },
      notes: 'NOTES.md',
      parameters: 'params.yaml',
    }

    expect(inForce(own)).toEqual(config(own).models.churn)
  })

  it.each([
    ['gates', { gates: [] }],
    [
      'waivers',
      { waivers: [{ metric: 'accuracy', reason: 'a long reason', author: 'kim', until: '2026-12-31' }] },
    ],
    ['champion', { champion: 'mine' }],
    ['deploy', { deploy: 'evil/deploy' }],
    ['metric_code', { metric_code: [] }],
    ['data', { data: ['dvc.lock'] }],
    ['paths', { paths: ['nothing/**'] }],
    ['seeds', { seeds: [1] }],
    ['rows and proportions', { rows: 10, proportions: ['recall'] }],
    [
      'columns of predictions',
      { predictions: { ...PREDICTIONS, threshold: 0.1, positive: '0', id: 'row', score: 's' } },
    ],
    ['rows of folds', { folds: { ...BASE.folds, test_rows: 1000 } }],
    [
      'names of metrics',
      {
        metrics: [
          { file: 'm.json', prefix: 'train' },
          { file: 'more.csv', row: 'split=train' },
        ],
      },
    ],
    [
      'the image that is deployed',
      { package: { run: 'make push', image: 'ghcr.io/evil/b:{commit}', uri: 's3://evil' } },
    ],
  ])('has %s of the base', (_, change) => {
    expect(inForce(change)).toEqual(config().models.churn)
  })

  it('a file of metrics that is renamed keeps the names of the base', () => {
    expect(inForce({ metrics: ['more.csv', { file: 'new.json', prefix: 'other' }] }).metrics).toEqual([
      { file: 'more.csv' },
      { file: 'new.json', prefix: 'test' },
    ])
  })

  it('what stands beside a metric that is only called something else may be called something else, and of no other', () => {
    const said = (error: string, rows: number, prefix?: string) => ({
      file: 'm.json',
      stderr: { lift: error, gain: error },
      rows: { lift: rows },
      ...(prefix && { prefix }),
    })
    const gates = [{ metric: 'hits', at_least: 0.9 }]
    const base = config({ metrics: [said('se', 900)], gates, directions: { hits: 'higher' } })
    const file = (stderr: Record<string, string>, renamed: Record<string, string>) =>
      configInForce(
        base,
        config({ metrics: [{ file: 'm.json', stderr, rows: { top: 9, hits: 9 } }], renamed }),
      ).models.churn!.metrics[0]

    expect(file({ top: 'top_se', lift: 'x', other: 'y' }, { lift: 'top' })).toEqual({
      file: 'm.json',
      stderr: { lift: 'se', gain: 'se', top: 'top_se' },
      rows: { lift: 900, top: 9 },
    })
    const untrue: Record<string, string>[] = [{ lift: 'hits' }, { other: 'top' }]
    for (const renamed of untrue)
      expect(file({ hits: 'tiny', top: 'tiny' }, renamed)).toEqual(said('se', 900))
  })

  it('a metric is called what the pull request calls it, and what the base called it first stays so', () => {
    const [before, own] = [{ renamed: { a: 'b' } }, { renamed: { b: 'c', a: 'x' } }]

    const { renamed } = configInForce(config(before), config(own)).models.churn!

    expect(Object.entries(renamed)).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ])
  })

  it('a metric that is renamed again may be called by its oldest name, which the next pull request needs', () => {
    const again = (own: Record<string, string>) =>
      Object.entries(
        configInForce(config({ renamed: { a: 'b' } }), config({ renamed: own })).models.churn!.renamed,
      )

    const [oldest, newest]: Record<string, string>[] = [{ a: 'c' }, { b: 'c' }]
    for (const own of [oldest!, newest!])
      expect(again(own)).toEqual([
        ['a', 'b'],
        ['b', 'c'],
      ])
    expect(again({ a: 'b' })).toEqual([['a', 'b']])
    expect(again({})).toEqual([['a', 'b']])
  })

  it('models that come and go do so after the merge', () => {
    const own = Config.parse({ models: { price: { metrics: 'p.json' } } })

    expect(configInForce(config(), own)).toEqual(config())
  })

  it('tells what it changes in its evaluation, and apart from that what else', () => {
    const own = configInForce(
      config(),
      config({
        train: 'make',
        evaluate: 'python src/evaluate.py',
        predictions: { ...PREDICTIONS, file: 'out/p.csv' },
      }),
    )

    expect(describeInForce(config(), own)).toEqual({
      evaluation: [
        'churn: `evaluate` is now `python src/evaluate.py` (at most 6h); it was `python evaluate.py` (at most 6h).',
        'churn: `predictions` is now `out/p.csv`; it was `p.csv`.',
      ],
      commands: ['churn: `train` is now `make` (at most 6h); it was `python train.py` (at most 6h).'],
    })
    expect(describeInForce(config(), config())).toEqual({ evaluation: [], commands: [] })
  })
})

describe('metric code that moves', () => {
  it.each([
    [['a.py'], ['b.py'], { 'a.py': 'b.py' }],
    [['a.py', 'lib.py'], ['src/a.py', 'lib.py'], { 'a.py': 'src/a.py' }],
    [['a.py', 'b.py'], ['src/a.py', 'src/b.py'], { 'a.py': 'src/a.py', 'b.py': 'src/b.py' }],
    [['a.py', 'b.py'], ['b.py'], {}],
    [['a.py'], ['a.py', 'more.py'], {}],
    [['a.py'], [], {}],
  ])('from %j to %j', (before, after, moved) => {
    const [base, own] = [before, after].map(files => config({ metric_code: files }).models.churn!)

    expect(Object.fromEntries(movedMetricCode(base!, own!))).toEqual(moved)
  })
})
