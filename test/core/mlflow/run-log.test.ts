import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataRoles, dataVersions } from '../../../src/core/inputs/dvc/data-version.ts'
import { RunAnswer } from '../../../src/core/mlflow/answers.ts'
import { metricKey, metricName } from '../../../src/core/mlflow/metric-key.ts'
import { artifact } from '../../../src/core/mlflow/requests.ts'
import { runData } from '../../../src/core/mlflow/run-data.ts'
import { batchesOf, LIMITS, runLog, withoutParams } from '../../../src/core/mlflow/run-log.ts'
import { METRIC_NAME } from '../../../src/core/text/names.ts'
import { result, slice } from '../../support/results.ts'

const BEGAN = 1_790_000_000_000

/** What MLflow says of names: `validate_metric_name` of both versions. */
function isKey(key: string): boolean {
  const isPlain = key.split('/').every(part => part !== '' && part !== '.' && part !== '..')
  return /^[/\w.\- :]+$/.test(key) && isPlain && key.length <= 250
}

const metricNames = fc.stringMatching(METRIC_NAME)
const keyValues = fc.array(fc.record({ key: fc.string(), value: fc.string() }), { maxLength: 350 })
const points = fc.array(
  fc.record({
    key: fc.string(),
    value: fc.double(),
    timestamp: fc.nat(),
    step: fc.nat(),
  }),
  { maxLength: 700 },
)

describe('what is logged of a run', () => {
  it.each(Object.values(LIMITS))('is sent whole, in the fewest batches of at most %o', most => {
    fc.assert(
      fc.property(keyValues, points, keyValues, (params, metrics, tags) => {
        const batches = batchesOf({ params, metrics, tags }, most)

        expect(batches.flatMap(batch => batch.params)).toEqual(params)
        expect(batches.flatMap(batch => batch.metrics)).toEqual(metrics)
        expect(batches.flatMap(batch => batch.tags)).toEqual(tags)
        expect(batches).toHaveLength(
          Math.max(
            ...(['params', 'metrics', 'tags'] as const).map(kind =>
              Math.ceil({ params, metrics, tags }[kind].length / most[kind]),
            ),
          ),
        )
        for (const batch of batches)
          for (const kind of ['params', 'metrics', 'tags'] as const)
            expect(batch[kind].length).toBeLessThanOrEqual(most[kind])
      }),
    )
  })

  it('has each slice under a name of its own, which MLflow takes', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 300 })
    const rows = fc.uniqueArray(fc.tuple(metricNames, texts, texts), {
      maxLength: 20,
      selector: JSON.stringify,
    })
    fc.assert(
      fc.property(rows, named => {
        const slices = named.map(([metric, column, value]) =>
          slice(value, 9, undefined, { metric, column, candidate: 0.5 }),
        )
        const log = runLog(result({ metrics: [], slices }), {}, {}, BEGAN)
        const keys = log.metrics.map(({ key }) => key).filter(key => key.startsWith('slices/'))

        expect(keys.filter(key => !isKey(key))).toEqual([])
        // Of a metric all that MLflow does not take is the same, as it is without a slice.
        expect(keys).toHaveLength(
          new Set(named.map(([metric, ...of]) => JSON.stringify([metricKey(metric), ...of]))).size,
        )
      }),
    )
    const [faint] = runLog(
      result({
        metrics: [],
        slices: [slice('faint', 9, undefined, { metric: 'precision@10', column: 'ink' })],
      }),
      {},
      {},
      BEGAN,
    ).metrics
    expect(faint!.key).toBe('slices/precision:10/ink/faint')
  })

  it('has names that MLflow takes, each point once, and no number without an end', () => {
    const scalars = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(metricNames, fc.double()), { maxLength: 40 }),
        fc.dictionary(fc.string({ minLength: 1, maxLength: 300 }), scalars),
        (metrics, parameters) => {
          const rows = metrics.map(([metric, value]) => ({
            ...result().metrics[0]!,
            metric,
            candidate: { value },
          }))
          const log = runLog(result({ metrics: rows }), {}, parameters, BEGAN)
          const places = log.metrics.map(({ key, step }) => `${step} ${key}`)
          const keys = log.params.map(({ key }) => key)

          expect(log.metrics.filter(({ key }) => !isKey(key))).toEqual([])
          expect(keys.filter(key => !isKey(key))).toEqual([])
          expect(log.metrics.every(({ value }) => Number.isFinite(value))).toBe(true)
          expect(new Set(places).size).toBe(places.length)
          expect(new Set(keys).size).toBe(keys.length)
          expect(log.params.every(({ value }) => value.length <= 500)).toBe(true)
        },
      ),
    )
  })

  it('is the same when it is made again', () => {
    const [one, two] = [0, 1].map(() => runLog(result(), {}, { lr: 0.1 }, BEGAN))

    expect(one).toEqual(two)
  })

  it('has scores of seeds and the use of GPUs as steps', () => {
    const seeds = [{ metric: 'auc', scores: [1, 2, 3].map(seed => ({ seed, candidate: seed / 10 })) }]
    const gpus = [{ index: 0, name: 'A', trace: [0, 30].map(second => ({ second, utilisation: 0.5 })) }]
    const { metrics } = runLog(result({ seeds }), { gpus }, {}, BEGAN)

    expect(metrics.filter(({ key }) => key === 'seeds/auc').map(({ step, value }) => [step, value])).toEqual([
      [0, 0.1],
      [1, 0.2],
      [2, 0.3],
    ])
    expect(metrics.filter(({ key }) => key === 'system/gpu_0_utilization_percentage')).toEqual([
      { key: 'system/gpu_0_utilization_percentage', value: 50, timestamp: BEGAN, step: 0 },
      { key: 'system/gpu_0_utilization_percentage', value: 50, timestamp: BEGAN + 30_000, step: 1 },
    ])
  })

  it('names nobody in a dataset', () => {
    const data = [`in/kim@example.com.csv md5 ${'1f'.repeat(16)}`, 'https://host/a.csv?sig=aBc etag d1']
    const { datasets } = runLog(result({ candidate: { ...result().candidate, data } }), {}, {}, BEGAN)

    expect(JSON.stringify(datasets)).not.toMatch(/kim@|aBc/)
    expect(datasets.map(({ dataset }) => dataset.name).slice(-2)).toEqual([
      'in/[e-mail]',
      'https://host/a.csv',
    ])
  })

  it('has datasets whose digests fit, with the whole hash beside them', () => {
    const hash = 'ab'.repeat(32)
    const candidate = {
      ...result().candidate,
      testSet: { hash, rows: 400 },
      data: [`data/train.csv md5 ${'1f'.repeat(16)}`, 'no line of data'],
    }
    const { datasets } = runLog(result({ candidate }), {}, {}, BEGAN)

    expect(datasets.map(({ dataset }) => [dataset.name, dataset.digest])).toEqual([
      ['test set', hash.slice(0, 36)],
      ['data/train.csv', '1f'.repeat(16)],
    ])
    expect(JSON.parse(datasets[0]!.dataset.source)).toMatchObject({ test_set: hash })
  })

  it('has what is read to train and to evaluate as datasets, and not what a stage makes', () => {
    const md5 = (digit: string) => digit.repeat(32)
    const lock = {
      path: 'dvc.lock',
      text: `schema: '2.0'
stages:
  train:
    cmd: t
    deps: [{ path: data/train.csv, md5: ${md5('a')} }, { path: data/both.csv, md5: ${md5('b')} }]
    outs: [{ path: model.bin, md5: ${md5('c')} }]
  evaluate:
    cmd: e
    deps:
      - { path: model.bin, md5: ${md5('c')} }
      - { path: data/both.csv, md5: ${md5('b')} }
      - { path: data/test.csv, md5: ${md5('d')} }
    outs: [{ path: metrics.json, md5: ${md5('f')} }]
`,
    }
    const broken = { path: 'data/raw.dvc', text: 'outs: [' }
    const candidate = { ...result().candidate, testSet: undefined, data: dataVersions([lock]) }
    const { datasets } = runLog(result({ candidate }), {}, {}, BEGAN, dataRoles([lock, broken]))

    expect(datasets.map(({ dataset, tags }) => [dataset.name, tags[0]!.value])).toEqual([
      ['data/train.csv', 'training'],
      ['data/both.csv', 'training'],
      ['data/test.csv', 'evaluation'],
    ])
  })

  it('leaves out the parameters that training has logged itself', () => {
    const log = { params: ['a', 'b'].map(key => ({ key, value: '1' })), metrics: [], tags: [] }

    expect(withoutParams(log, [{ key: 'a' }]).params).toEqual([{ key: 'b', value: '1' }])
  })
})

describe('a name of a metric', () => {
  it('that is a plain path is found again as it was', () => {
    fc.assert(
      fc.property(metricNames, name => {
        const isPath = name.split('/').every(part => part !== '' && !/^\.+$/.test(part))
        expect(metricName(metricKey(name))).toBe(isPath ? name : metricName(metricKey(name)))
      }),
    )
  })

  it.each([
    ['precision@10', 'precision:10'],
    ['a//b', 'a/b'],
    ['../a', 'a'],
    ['/', '_'],
  ])('%s is %s in MLflow', (name, key) => expect(metricKey(name)).toBe(key))
})

describe('a run that is read', () => {
  /** As both servers answer: `NaN` is text, an infinite number the largest there is, empty lists are left out. */
  const answer = (data: object) => ({
    run: { info: { run_id: 'r1', experiment_id: '1', start_time: '1790000000000', artifact_uri: '' }, data },
  })
  const read = (data: object) => runData(RunAnswer.parse(answer(data)).run)

  it('has its finite metrics, and tells of the others', () => {
    const metrics = [
      { key: 'auc', value: 0.5, timestamp: 1, step: 3 },
      { key: 'p:10', value: 0.25, timestamp: '1', step: '0' },
      { key: 'nan', value: 'NaN', timestamp: 1 },
      { key: 'inf', value: 1.7976931348623157e308, timestamp: 1 },
      { key: 'low', value: -1.7976931348623157e308, timestamp: 1 },
      { key: 'größe', value: 1, timestamp: 1 },
    ]
    const { metrics: found, remarks } = read({ metrics })

    expect(Object.fromEntries(found)).toEqual({ auc: 0.5, 'p@10': 0.25 })
    expect(remarks.join()).toContain('nan, inf, low, größe')
  })

  it('masks a parameter that is named like a secret', () => {
    const { parameters } = read({
      params: [
        { key: 'api_token', value: 'k9f83hf83hf8h38fh38f' },
        { key: 'db/pwd', value: 'canary' },
        { key: 'data', value: 'https://x.example/c?sig=canary&sv=2' },
        { key: 'max_tokens', value: '512' },
        { key: 'lr', value: '0.1' },
      ],
    })

    expect(parameters).toEqual({
      api_token: '***',
      'db/pwd': '***',
      data: 'https://x.example/c?sig=***&sv=2',
      max_tokens: '512',
      lr: '0.1',
    })
  })

  it('takes no metric whose name holds an address', () => {
    const { metrics, remarks } = read({
      metrics: [
        { key: 'acc kim@example.org', value: 0.5 },
        { key: 'acc lee:example.org', value: 0.5 },
        { key: 'recall:10', value: 0.5 },
      ],
    })

    expect(Object.fromEntries(metrics)).toEqual({ 'recall@10': 0.5 })
    expect(remarks.join()).not.toMatch(/kim|lee/)
  })

  it('may be empty', () => {
    const sets = [{ dataset: { name: 'kim@example.com.csv', digest: 'lee@example.com' } }]
    expect(
      runData(
        RunAnswer.parse({
          run: {
            ...answer({ params: [{ key: 'by kim@example.com', value: 'for lee@example.com' }] }).run,
            inputs: { dataset_inputs: sets },
          },
        }).run,
      ),
    ).toMatchObject({ data: ['[e-mail] digest [e-mail]'], parameters: { 'by [e-mail]': 'for [e-mail]' } })
    expect(read({})).toMatchObject({ parameters: {}, data: [], remarks: [] })
  })
})

describe('an artifact', () => {
  it.each([
    ['mlflow-artifacts:/1/r/artifacts', '/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/x.html'],
    ['s3://bucket/1/r/artifacts', undefined],
    ['mlflow-artifacts://other.example/1/r', undefined],
    ['mlflow-artifacts:/../../x', undefined],
    ['', undefined],
  ])('of %s goes to %s', (uri, path) => {
    expect(artifact(uri, 'x.html', new Uint8Array())?.path).toBe(path)
  })
})
