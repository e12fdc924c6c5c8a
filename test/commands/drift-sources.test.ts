import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../src/commands/collecting/collector.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/drift.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import type { DriftVerdict } from '../../src/core/traffic/drift/verdict.ts'
import type { ModelProfile } from '../../src/core/traffic/profile/profile.ts'
import { profileHash, renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { DRIFT_DEFAULTS } from '../support/drift-options.ts'
import { testFolder } from '../support/git-repository.ts'
import { profileOf } from '../support/profiles.ts'
import { release } from '../support/releases.ts'
import { NOW, SENDER, throughTurns } from '../support/traffic.ts'

/** `assay drift` of a release that serves, by a real collector; and by a Prometheus that has no good day. */

const TOKEN = '9d1f0c77be52a3486e'
/** Of 10,000 rows: of fewer, little can be told of an hour. */
const PROFILE = profileOf({
  rows: 10_000,
  features: profileOf().features.map(one => ({
    ...one,
    counts: one.counts.map(count => 10 * count),
    missing: 10 * one.missing,
    ...(one.type === 'category' && { pooled: 10 * one.pooled }),
  })) as ModelProfile['features'],
  score: undefined,
  prediction: undefined,
})
const VERSION = 'v7'
const { folder, remove } = testFolder()
const deploy = join(folder, 'deploy')
const place = (environment: string) => join(deploy, 'environments', environment, 'churn')
let collector: Collector
let prometheus: Server
/** What that Prometheus answers next. */
let answers: (query: string) => { status?: number; body: string }

function add(environment: string, profile = PROFILE, hash = profileHash(profile)): void {
  mkdirSync(place(environment), { recursive: true })
  const of = { version: VERSION, profile: { hash, rows: profile.rows, features: profile.features.length } }
  writeFileSync(join(place(environment), 'model-release.yaml'), renderRelease(release(7, 'churn', of)))
  writeFileSync(join(place(environment), 'model-profile.yaml'), renderProfile(profile))
}

beforeAll(async () => {
  for (const environment of ['staging', 'production']) add(environment)
  writeFileSync(
    join(deploy, 'assay-deploy.yml'),
    `path: environments/{environment}/{model}
target: kserve
options: { file: inference-service.yaml }
environments: { staging: {}, production: { after: staging, drift: { windows: { shift: 1h }, quiet: 30m }, watch: { pods: { port: 8080 } } } }
`,
  )
  writeFileSync(join(folder, 'tokens'), TOKEN)
  collector = await startCollector(
    {
      profiles: place('production'),
      tokens: join(folder, 'tokens'),
      host: '127.0.0.1',
      port: 0,
      environment: 'production',
      labelTimes: { delay: 0, window: 86_400_000 },
      canary: { settle: 0, most: 10_000 },
      locks: join(folder, 'locks'),
    },
    { now: () => NOW, log: { info() {}, warn() {} } },
  )
  prometheus = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const query = new URLSearchParams(Buffer.concat(parts).toString()).get('query') ?? ''
      const { status = 200, body } = answers(query)
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
  })
  await new Promise<void>(done => prometheus.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  prometheus.close()
  await collector.stop()
  remove()
})

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const counting = () => `http://127.0.0.1:${collector.port}`

async function drift(options: object, env: Record<string, string> = {}, now = NOW) {
  const context = {
    folder: deploy,
    env: { HOME: folder, ...env },
    ci: { name: 'local' },
    now: () => now,
    log: { info() {}, warn() {} },
    signal: new AbortController().signal,
  }
  const given = { ...DRIFT_DEFAULTS, profile: undefined, ...options }
  const result = await run(context as unknown as Context, given)
  return { ...result, verdict: result.json as DriftVerdict }
}

const IN_PRODUCTION = { model: 'churn', environment: 'production' }
const TOKEN_SET = { ASSAY_COLLECTOR_TOKEN: TOKEN }
const rows = (count: number, age: (row: number) => number) =>
  Array.from({ length: count }, (_, row) => ({
    features: {
      age: row % 80 === 0 ? null : age(row),
      plan: row % 100 < 70 ? 'basic' : row % 100 < 96 ? 'pro' : row % 100 < 97 ? null : 'other',
    },
  }))
/** In the shares of the profile, as far as so few rows can be. */
const usual = (row: number) => [10, 30, 30, 30, 30, 50, 50, 50, 70, 70][row % 10]!

describe('assay drift by a collector', () => {
  it('judges the release that serves by what was counted, as it judges the same rows in a file', async () => {
    const sent = rows(900, row => (row % 2 === 0 ? usual(row) : 70))
    const before = await drift({ ...IN_PRODUCTION, collector: counting() }, TOKEN_SET)
    expect(before).toMatchObject({ exitCode: 3, verdict: { state: 'unknown', rows: 0 } })
    expect(before.verdict.flow).toBeUndefined()

    for (const one of sent)
      throughTurns(
        collector.traffic.take(
          Buffer.from(JSON.stringify({ model: 'churn', release: VERSION, ...one })),
          SENDER,
          NOW,
        ),
      )
    const { verdict, exitCode, text } = await drift({ ...IN_PRODUCTION, collector: counting() }, TOKEN_SET)
    expect(text).toContain('churn: critical: shift in 1 of 2 features over 900 rows')
    expect(text).toContain('The collector counts this release since')
    expect(exitCode).toBe(1)
    expect(verdict).toMatchObject({ release: VERSION, environment: 'production', rows: 900 })

    const lines = sent.map(one => JSON.stringify(one.features)).join('\n')
    writeFileSync(join(deploy, 'rows.jsonl'), `${lines}\n`)
    writeFileSync(
      join(deploy, 'assay.yml'),
      'model: churn\npredictions: p.csv\ngates: []\ndrift: { windows: { shift: 1h } }\n',
    )
    const profile = 'environments/production/churn/model-profile.yaml'
    const { verdict: ofFile } = await drift({ rows: 'rows.jsonl', profile })
    const { since: _, until: __, release: ___, environment: ____, notes: _____, ...same } = verdict
    expect(ofFile).toEqual(same)
    rmSync(join(deploy, 'assay.yml'))
  })

  it('says which windows are longer than a collector keeps, and takes no day without rows for three', async () => {
    const config = readFileSync(join(deploy, 'assay-deploy.yml'), 'utf8')
    const longer = config.replace('windows: { shift: 1h }, quiet: 30m', 'windows: { shift: 7d }, quiet: 3d')
    writeFileSync(join(deploy, 'assay-deploy.yml'), longer)
    const { verdict } = await drift({ ...IN_PRODUCTION, collector: counting() }, TOKEN_SET)
    writeFileSync(join(deploy, 'assay-deploy.yml'), config)

    expect(verdict.flow).toBeUndefined()
    expect(verdict.notes).toEqual(
      expect.arrayContaining([
        'Rows of 7 days are in Prometheus alone: the collector keeps a day, and these are of one.',
        'Whether no row came for 3 days is not known here: the collector keeps a day.',
      ]),
    )
  })

  it('knows what it cannot know: a release that is not counted, one without a profile, one whose profile was changed', async () => {
    const staging = await drift({ model: 'churn', environment: 'staging', collector: counting() }, TOKEN_SET)
    expect(staging.verdict.unseen).toBe(
      'the collector cannot tell: it counts for production, and not for staging',
    )

    add('staging', PROFILE, '0'.repeat(64))
    const changed = await drift({ model: 'churn', environment: 'staging', collector: counting() }, TOKEN_SET)
    expect(changed).toMatchObject({
      exitCode: 3,
      verdict: { unseen: expect.stringContaining('changed since the release') },
    })
    add('staging')

    const dead = createServer()
    await new Promise<void>(done => dead.listen(0, '127.0.0.1', done))
    const address = addressOf(dead)
    await new Promise(done => dead.close(done))
    const gone = await drift({ ...IN_PRODUCTION, collector: address }, TOKEN_SET)
    expect(gone).toMatchObject({ exitCode: 3, verdict: { unseen: expect.stringContaining('ECONNREFUSED') } })

    const late = await drift({ ...IN_PRODUCTION, collector: counting() }, TOKEN_SET, NOW + 10 * 60_000)
    expect(late.verdict.unseen).toContain('none are newer')
  })

  it('takes rows or a source, and the profile of the model that is named', async () => {
    const profile = 'environments/production/churn/model-profile.yaml'
    writeFileSync(join(deploy, 'rows.csv'), 'age,plan\n1,pro\n')
    const rows = { rows: 'rows.csv', profile }
    await expect(drift({ ...rows, prometheus: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      problems: [{ what: 'both rows and a source of counts are named' }],
    })
    await expect(drift({ ...rows, model: 'fraud' })).rejects.toMatchObject({
      problems: [{ what: 'the profile is of churn, not of fraud' }],
    })
  })

  it.each([
    ['no source', { ...IN_PRODUCTION }, {}, 'neither rows nor a source of counts is named'],
    ['no model', { collector: 'http://127.0.0.1:1' }, {}, 'neither rows nor a model is named'],
    [
      'no environment',
      { model: 'churn', collector: 'http://127.0.0.1:1' },
      {},
      'churn serves in staging, production',
    ],
    ['no such model', { model: 'chrun', collector: 'http://127.0.0.1:1' }, {}, 'models: churn'],
    [
      'a token over plain http',
      { ...IN_PRODUCTION, collector: 'http://count.example.com' },
      TOKEN_SET,
      'over https only',
    ],
    [
      'credentials in the address',
      { ...IN_PRODUCTION, prometheus: 'http://me:secret@p' },
      {},
      'without credentials',
    ],
  ])('says what is missing: %s', async (_, options, env, what) => {
    await expect(drift(options, env)).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ what: expect.stringContaining(what) })]),
    })
  })

  it('sends a token nowhere but to the server that the job names, and says whose is wrong', async () => {
    await expect(drift({ ...IN_PRODUCTION, collector: counting() })).rejects.toMatchObject({
      code: 'SOURCE_REFUSES',
      problems: [{ fix: 'Set ASSAY_COLLECTOR_TOKEN to a token of it' }],
    })
    const wrong = { ASSAY_COLLECTOR_TOKEN: '44c0be1f97a2d38e55', ASSAY_COLLECTOR_URL: counting() }
    await expect(drift(IN_PRODUCTION, wrong)).rejects.toMatchObject({
      problems: [{ fix: 'Check the token in ASSAY_COLLECTOR_TOKEN' }],
    })
  })
})

describe('an address at which something else answers', () => {
  const HTML = '<!DOCTYPE html><title>Sign in</title>'
  const checks = (kind: string, name: string, more = '') =>
    `(check that \`--${kind}\` is the address of ${name}${more})`

  it('is a verdict where the collector does not count the model, with what to check, in every file', async () => {
    const profile = 'fraud.json'
    writeFileSync(join(deploy, profile), renderProfile({ ...PROFILE, model: 'fraud' }))
    const { verdict, exitCode, text } = await drift(
      { profile, release: 'v1', collector: counting() },
      TOKEN_SET,
    )

    expect(exitCode).toBe(3)
    expect(verdict).toMatchObject({ state: 'unknown', model: 'fraud', release: 'v1' })
    expect(verdict.unseen).toBe(
      `The collector: it answers 404 at ${counting()}: no release of this model has a profile here ${checks('collector', 'the collector', ', and that it counts this model')}`,
    )
    expect(text).toContain('fraud: cannot tell: The collector: it answers 404')
    for (const name of ['json', 'md', 'html'])
      expect(readFileSync(join(deploy, `assay-result/drift.${name}`), 'utf8')).toContain('it answers 404')
  })

  it.each<[string, 'collector' | 'prometheus', { status?: number; body: string }, string, string]>([
    [
      'a page of a proxy',
      'collector',
      { body: HTML },
      `it answers 200 at ADDRESS what is none of its API: ${HTML}`,
      '',
    ],
    [
      'a page of a proxy',
      'prometheus',
      { body: HTML },
      `it answers 200 at ADDRESS what is none of its API: ${HTML}`,
      '',
    ],
    [
      'no path of it',
      'prometheus',
      { status: 404, body: HTML },
      'it answers 404 at ADDRESS',
      ', and that no part of its path is missing',
    ],
    [
      'another API',
      'collector',
      { status: 404, body: '{"message":"no route"}' },
      'it answers 404 at ADDRESS: {"message":"no route"}',
      ', and that it counts this model',
    ],
    ['another API', 'collector', { body: '{"hello":"world"}' }, 'none of its API: {"hello":"world"}', ''],
    ['nothing', 'collector', { body: '' }, 'it answers 200 at ADDRESS what is none of its API: nothing', ''],
  ])('is a verdict where it is %s, for %s', async (_, kind, answer, words, more) => {
    answers = () => answer
    const address = addressOf(prometheus)
    const { verdict, exitCode } = await drift({ ...IN_PRODUCTION, [kind]: address })

    expect(exitCode).toBe(3)
    expect(verdict).toMatchObject({ state: 'unknown', release: VERSION, environment: 'production' })
    expect(verdict.unseen).toContain(words.replace('ADDRESS', address))
    expect(verdict.unseen).toContain(
      checks(kind, kind === 'collector' ? 'the collector' : 'Prometheus', more),
    )
  })

  it('is a verdict where it leads elsewhere, and is not followed', async () => {
    answers = () => ({ status: 302, body: '' })
    const { verdict } = await drift({ ...IN_PRODUCTION, collector: addressOf(prometheus) })

    expect(verdict.unseen).toBe(
      `The collector: it answers 302 at ${addressOf(prometheus)}, which leads elsewhere (write the address that it leads to into \`--collector\`)`,
    )
  })

  it('says of a fault of another API what it answers', async () => {
    answers = () => ({ status: 503, body: '{"message":"no healthy upstream"}' })
    const { verdict } = await drift({ ...IN_PRODUCTION, collector: addressOf(prometheus) })

    expect(verdict.unseen).toContain('it answers 503')
    expect(verdict.unseen).toContain('no healthy upstream')
  })
})

describe('assay drift by Prometheus', () => {
  const vector = (result: object[], more: object = {}) => ({
    body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result }, ...more }),
  })
  const at = NOW / 1000
  const sample = (metric: object, value: string) => ({ metric, value: [at, value] })
  const whose = { release: VERSION, environment: 'production' }
  /** Counters of the profile's own shares, so many times over. */
  const counters = (when: string, times: number) =>
    Object.entries({ age: [100, 400, 300, 188, 12, 0], plan: [700, 260, 9, 31] }).flatMap(
      ([feature, counts]) => {
        const names =
          feature === 'age'
            ? ['0', '1', '2', '3', '__missing__', '__new__']
            : ['basic', 'pro', '__missing__', '__new__']
        return counts.map((count, bin) =>
          sample({ at: when, ...whose, feature, bin: names[bin] }, String(count * times)),
        )
      },
    )
  const counted = (when: string, value: string) => sample({ at: when, ...whose, result: 'counted' }, value)
  const all = () => [
    ...counters('now', 3),
    ...counters('60', 1),
    counted('now', '3000'),
    ...['60', '30'].map(one => counted(one, '1000')),
    sample({ at: 'scraped' }, String(at)),
    sample({ at: 'started' }, String(at - 86_400)),
  ]
  const ask = async (answer: typeof answers, options: object = {}) => {
    answers = answer
    return drift({ ...IN_PRODUCTION, prometheus: addressOf(prometheus), ...options })
  }

  it('is steady where all is there', async () => {
    const { verdict, exitCode } = await ask(() => vector(all()))
    expect(verdict).toMatchObject({
      state: 'steady',
      rows: 2000,
      since: new Date(NOW - 3_600_000).toISOString(),
    })
    expect(exitCode).toBe(0)
  })

  it.each<[string, typeof answers, string]>([
    ['empty', () => vector([]), 'Prometheus has no counts of churn v7 in production'],
    ['503 of a proxy', () => ({ status: 503, body: '<html>' }), 'Prometheus: it answers 503'],
    [
      '503 of its own',
      () => ({
        status: 503,
        body: JSON.stringify({ status: 'error', errorType: 'timeout', error: 'query timed out' }),
      }),
      'query timed out',
    ],
    [
      'partial, by its own word',
      () => vector(all(), { warnings: ['a store did not answer'] }),
      'it answers in part: a store did not answer',
    ],
    [
      'no vector',
      () => ({ body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }) }),
      'something else than an instant vector',
    ],
    ...[
      [null],
      [{ metric: {} }],
      [{ metric: {}, value: ['0', '1'] }],
      [{ metric: {}, value: [0, 1] }],
      [{ metric: { at: 1 }, value: [0, '1'] }],
      [{ metric: ['now'], value: [0, '1'] }],
    ].map((result): [string, typeof answers, string] => [
      `a vector with ${JSON.stringify(result)} in it`,
      () => ({ body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) }),
      'something else than an instant vector',
    ]),
    ['another thing', () => ({ body: '{"hello": "world"}' }), 'none of its API'],
    [
      'old',
      () =>
        vector(
          all().map(one =>
            'at' in one.metric && one.metric.at === 'scraped'
              ? sample({ at: 'scraped' }, String(at - 400))
              : one,
          ),
        ),
      'none are newer',
    ],
    [
      'without the process',
      () => vector(all().filter(one => !('at' in one.metric && one.metric.at === 'started'))),
      'does not say since when',
    ],
  ])('is unknown where the answer is %s, and names it', async (_, answer, why) => {
    const { verdict, exitCode } = await ask(answer)
    expect(verdict.unseen).toContain(why)
    expect(verdict.state).toBe('unknown')
    expect(exitCode).toBe(3)
  })

  it.each<[string, (samples: ReturnType<typeof all>) => ReturnType<typeof all>, string]>([
    [
      'a bin is missing',
      samples => samples.filter(({ metric }) => !('bin' in metric && metric.bin === '2')),
      'is not in the answer',
    ],
    [
      'a bin is NaN',
      samples =>
        samples.map(one =>
          'bin' in one.metric && one.metric.bin === '2' ? { ...one, value: [at, 'NaN'] } : one,
        ),
      'no numbers of rows',
    ],
    [
      'a bin is first seen in the window',
      samples =>
        samples.filter(
          ({ metric }) => !('bin' in metric && metric.bin === '2' && 'at' in metric && metric.at === '60'),
        ),
      'was not there when the window began',
    ],
    [
      'a bin is strange',
      samples => [...samples, sample({ at: 'now', ...whose, feature: 'age', bin: '9' }, '300')],
      'in other bins than the profile has',
    ],
  ])('is never green where %s', async (_, change, why) => {
    const { verdict } = await ask(() => vector(change(all())))
    expect(verdict.state).toBe('unknown')
    expect(verdict.features[0]).toMatchObject({ name: 'age', reason: expect.stringContaining(why) })
    expect(verdict.features[1]).toMatchObject({ state: 'steady' })
  })

  it('SE-001: shows no token of its own, whatever an answer repeats of it', async () => {
    const token = 'glprom-9f2c41d7e06ba583'
    const forms = [token, Buffer.from(`x:${token}`).toString('base64'), [...token].reverse().join('')]
    const error = `no access with Bearer ${forms.join(', Basic ')}`
    for (const [status, body] of [
      [200, JSON.stringify({ status: 'error', error })],
      [503, error],
      [
        200,
        JSON.stringify({ status: 'success', warnings: [error], data: { resultType: 'vector', result: [] } }),
      ],
    ] as const) {
      answers = () => ({ status, body })
      const source = { ...IN_PRODUCTION, prometheus: addressOf(prometheus) }
      const { verdict, text } = await drift(source, { ASSAY_PROMETHEUS_TOKEN: token })

      expect(verdict.unseen).toContain('no access with Bearer ***')
      const files = ['json', 'md', 'html'].map(name =>
        readFileSync(join(deploy, `assay-result/drift.${name}`), 'utf8'),
      )
      for (const form of forms) expect([text, ...files].filter(one => one?.includes(form))).toEqual([])
    }
  })

  const silent = () => all().map(one => ('result' in one.metric ? { ...one, value: [at, '1000'] } : one))

  it('asks, unless told otherwise, what the servers of this environment count, all pods together', async () => {
    const asked: string[] = []
    const { verdict } = await ask(query => {
      asked.push(query)
      return query.includes('request_predict_seconds_count')
        ? vector([sample({ pod: 'a' }, '0'), sample({ pod: 'b' }, '3')])
        : vector(silent())
    })

    expect(asked.at(-1)).toContain(
      'sum(increase(request_predict_seconds_count{assay_model="churn", assay_environment="production"}[30m]))',
    )
    expect(verdict).toMatchObject({ state: 'critical', kind: 'breakage', flow: { what: 'silence' } })
  })

  it('asks whether requests go on where no row is counted', async () => {
    writeFileSync(
      join(deploy, 'assay.yml'),
      'model: churn\npredictions: p.csv\ngates: []\ndrift: { windows: { shift: 1h }, quiet: 30m, requests: \'sum(increase(requests_total{m="{model}"}[{quiet}]))\' }\n',
    )
    const asked: string[] = []
    const { verdict } = await ask(query => {
      asked.push(query)
      return query.includes('requests_total') ? vector([sample({}, '17')]) : vector(silent())
    })

    expect(asked).toContain('sum(increase(requests_total{m="churn"}[30m]))')
    expect(verdict).toMatchObject({ state: 'critical', kind: 'breakage', flow: { what: 'silence' } })
    const { verdict: unsure } = await ask(query =>
      query.includes('requests_total') ? vector([]) : vector(silent()),
    )
    expect(unsure).toMatchObject({ state: 'unknown', flow: { reason: expect.stringContaining('is empty') } })
    for (const value of ['NaN', '+Inf', '-3'])
      expect(
        (await ask(query => vector(query.includes('requests_total') ? [sample({}, value)] : silent())))
          .verdict,
      ).toMatchObject({
        state: 'unknown',
        flow: { reason: expect.stringContaining('which is no number of requests') },
      })
  })

  it('asks once how many requests there were, where a share of them must be counted', async () => {
    writeFileSync(
      join(deploy, 'assay.yml'),
      'model: churn\npredictions: p.csv\ngates: []\ndrift: { windows: { shift: 1h }, volume: 0.5, requests: \'sum(increase(requests_total{m="{model}"}[{quiet}]))\' }\n',
    )
    const asked: string[] = []
    const { verdict } = await ask(query => {
      asked.push(query)
      return query.includes('requests_total') ? vector([sample({}, '100000.4')]) : vector(all())
    })

    expect(asked.filter(query => query.includes('requests_total'))).toEqual([
      'sum(increase(requests_total{m="churn"}[60m]))',
    ])
    expect(verdict).toMatchObject({ state: 'critical', kind: 'breakage', flow: { what: 'volume' } })
    expect(verdict.flow!.reason).toMatch(/^[\d,]+ rows were counted of 100,000 requests: /)
  })
})
