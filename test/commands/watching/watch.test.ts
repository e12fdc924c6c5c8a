import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../../src/commands/collecting/collector.ts'
import { readTokens, type Tokens } from '../../../src/commands/collecting/tokens.ts'
import type { Context } from '../../../src/commands/command/context.ts'
import { readWatched } from '../../../src/commands/deploy/ledger/watched.ts'
import { sourcesOf } from '../../../src/commands/drift/sources.ts'
import { run } from '../../../src/commands/watch.ts'
import { scopeOf } from '../../../src/commands/watching/admission.ts'
import { watchRoutes } from '../../../src/commands/watching/routes.ts'
import { keptTokens } from '../../../src/commands/watching/tokens.ts'
import { type Watcher, watcherOf } from '../../../src/commands/watching/watcher.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { EVERYTHING, type TokenScope } from '../../../src/core/secrets/token-scope.ts'
import type { ModelProfile } from '../../../src/core/traffic/profile/profile.ts'
import { profileHash, renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { startServer, type WebServer } from '../../../src/services/web/server.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { release } from '../../support/releases.ts'
import { NOW, SENDER, throughTurns } from '../../support/traffic.ts'

/** `assay watch` over its socket: a real collector, a clone of a deploy repository, and a clock that is moved by hand. */

const TOKEN = '9d1f0c77be52a3486e'
const OF_FRAUD = '1f0c77be52a3486e9d'
const OF_STAGING = '0c77be52a3486e9d1f'
const { folder, remove } = testFolder()
const deploy = join(folder, 'deploy')
const MINUTE = 60_000
const HALF_HOUR = 30 * MINUTE
let clock = NOW
const now = () => clock
const said: string[] = []
const log = { info: (text: string) => void said.push(text), warn: (text: string) => void said.push(text) }
let collector: Collector
let watcher: Watcher
let server: WebServer
let tokens: Tokens
let change = (_ids: string) => {}

const profile = (model: string): ModelProfile => ({
  ...profileOf({ model, rows: 10_000, score: undefined, prediction: undefined }),
  features: [
    { name: 'age', type: 'number', edges: [20, 40, 60], counts: [1000, 4000, 3000, 2000], missing: 0 },
  ],
})

function add(model: string, record = renderRelease(recordOf(model))): void {
  const place = join(deploy, 'environments/production', model)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'model-release.yaml'), record)
  writeFileSync(join(place, 'model-profile.yaml'), renderProfile(profile(model)))
}

function recordOf(model: string) {
  const of = profile(model)
  return release(7, model, { version: 'v7', profile: { hash: profileHash(of), rows: of.rows, features: 1 } })
}

function context(env: Record<string, string> = {}, signal = new AbortController().signal): Context {
  const all = {
    HOME: folder,
    ASSAY_COLLECTOR_TOKEN: TOKEN,
    ASSAY_COLLECTOR_URL: `http://127.0.0.1:${collector.port}`,
    ...env,
  }
  return {
    folder: deploy,
    env: all,
    ci: { name: 'local' },
    now,
    log,
    signal,
    version: '0',
  } as unknown as Context
}

/** Rows that come now: in the shares of the profile, or all of one age. */
function send(rows: number, age?: number): void {
  for (let row = 0; row < rows; row++) {
    const usual = [10, 30, 30, 30, 30, 50, 50, 50, 70, 70][row % 10]!
    const features = { age: age !== undefined && row % 2 === 0 ? age : usual }
    const event = { model: 'churn', release: 'v7', features }
    throughTurns(collector.traffic.take(Buffer.from(JSON.stringify(event)), SENDER, clock))
  }
}

beforeAll(async () => {
  add('churn')
  add('fraud', 'this: is no record\n')
  writeFileSync(
    join(deploy, 'assay-deploy.yml'),
    `path: environments/{environment}/{model}
target: kserve
options: { file: inference-service.yaml }
drift: { windows: { breakage: 10m, shift: 1h }, quiet: 30m }
environments: { production: {} }
`,
  )
  writeFileSync(
    join(folder, 'tokens'),
    `${TOKEN}\n${OF_FRAUD}  fraud\n${OF_STAGING} */staging churn/staging\n`,
  )
  tokens = (await readTokens(join(folder, 'tokens'))) as Tokens
  collector = await startCollector(
    {
      profiles: join(deploy, 'environments/production/churn'),
      tokens: join(folder, 'tokens'),
      host: '127.0.0.1',
      port: 0,
      environment: 'production',
      labelTimes: { delay: 0, window: 86_400_000 },
      canary: { settle: 0, most: 10_000 },
      locks: join(folder, 'locks'),
    },
    { now, log: { info() {}, warn() {} } },
  )
  watcher = watcherOf({
    readWatched: () => readWatched(context(), {}),
    sources: ({ drift }) => sourcesOf(context(), { job: {}, file: drift }),
    now,
    log,
  })
  server = await startServer({
    routes: watchRoutes({
      watcher,
      scopeOf: head => scopeOf(head, { tokens, proxyHeader: 'x-forwarded-user' }),
      onChange(call) {
        change = call
        return () => {}
      },
      startedAt: NOW,
      now,
      ready: () => true,
      version: '0.0.0-test',
    }),
    host: '127.0.0.1',
    port: 0,
  })
})
afterAll(async () => {
  await server.close(0)
  await collector.stop()
  remove()
})

const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { headers })
const state = async () =>
  (await (await get('/v1/drift?model=churn&environment=production')).json()) as Record<string, unknown>
const begun = () => said.filter(text => text.includes('alarm begins'))

describe('assay watch', () => {
  it('shows nothing to whoever has no token, and to whoever a proxy lets through all of it', async () => {
    const paths = ['/', '/metrics', '/v1/drift?model=churn', '/events', '/drift/churn/production']
    for (const path of paths)
      for (const headers of [{}, { authorization: 'Bearer x' }, { 'x-forwarded-user': '' }] as Record<
        string,
        string
      >[])
        expect((await get(path, headers)).status).toBe(401)
    const basic = `Basic ${Buffer.from(`me:${TOKEN}`).toString('base64')}`
    expect((await get('/', { authorization: basic })).status).toBe(200)
    expect((await get('/', { 'x-forwarded-user': 'kim' })).status).toBe(200)
    expect((await get('/healthz', {})).status).toBe(200)
  })

  it('shows whoever has a token for a model that one alone, and of others what it says of those that are not there', async () => {
    await watcher.look()
    const own = { authorization: `Bearer ${OF_FRAUD}` }
    const at = (path: string, model: string) => `${path}?model=${model}&environment=production`
    for (const path of ['/v1/drift', '/v1/canary']) {
      expect((await get(at(path, 'fraud'), own)).status).toBe(200)
      const [other, none] = [await get(at(path, 'churn'), own), await get(at(path, 'nothing'), own)]
      expect([other.status, await other.text()]).toEqual([404, await none.text()])
      expect((await get(at(path, 'churn'))).status).toBe(200)
      expect((await get(at(path, 'fraud'), { authorization: `Bearer ${OF_STAGING}` })).status).toBe(404)
    }
    expect((await get('/drift/churn/production', own)).status).toBe(404)
    expect((await get('/drift/fraud/production', own)).status).toBe(200)
    for (const path of ['/', '/metrics', '/v1/drift']) {
      const text = await (await get(path, own)).text()
      expect(text).toContain('fraud')
      expect(text).not.toContain('churn')
    }
    const nothing = await get('/v1/drift', { authorization: `Bearer ${OF_STAGING}` })
    expect(await nothing.json()).toEqual({ models: [] })

    const reader = (await get('/events', own)).body!.getReader()
    await reader.read()
    change('churn/production')
    change('*')
    expect(new TextDecoder().decode((await reader.read()).value)).not.toContain('churn')
    await reader.cancel()
  })

  it('lets a token on several lines see all that they say', async () => {
    const file = join(folder, 'twice')
    writeFileSync(file, `${OF_FRAUD} churn/production\n${OF_FRAUD} fraud\n${TOKEN} churn\n${TOKEN}\n`)
    const read = (await readTokens(file)) as Tokens
    const [own, whole] = [read.scopeOf(`Bearer ${OF_FRAUD}`)!, read.scopeOf(`Bearer ${TOKEN}`)!]
    const seen = ['churn/production', 'churn/staging', 'fraud/staging'].filter(one =>
      own.covers(...(one.split('/') as [string, string])),
    )
    expect(seen).toEqual(['churn/production', 'fraud/staging'])
    expect([own.isWhole, whole.isWhole, whole.covers('price', undefined)]).toEqual([false, true, true])
  })

  it('answers 200 for every state of a model, 404 for another', async () => {
    await watcher.look()

    expect(await state()).toMatchObject({ state: 'unknown', alarms: [], verdict: { rows: 0 } })
    expect((await get('/v1/drift?model=churn&environment=staging')).status).toBe(404)
    expect((await get('/v1/drift?model=price&environment=production')).status).toBe(404)
    const fraud = (await (await get('/v1/drift?model=fraud&environment=production')).json()) as {
      verdict: object
    }
    expect(fraud.verdict).toMatchObject({
      state: 'unknown',
      unseen: expect.stringContaining('cannot be read'),
    })
  })

  it('turns from steady to critical with the traffic, and alarms once', async () => {
    clock += HALF_HOUR
    send(2000)
    await watcher.look()
    const steady = await state()
    expect(steady).toMatchObject({ state: 'steady', alarms: [] })
    const { features } = steady.verdict as { features: { bins: object[] }[] }
    expect(features[0]!.bins[3]).toEqual({ name: '3', words: '60 and above', profile: 2000, live: 400 })

    clock += HALF_HOUR
    send(2000, 70)
    await watcher.look()
    clock += MINUTE
    await watcher.look()
    expect(await state()).toMatchObject({
      state: 'critical',
      kind: 'shift',
      alarms: [{ kind: 'shift', level: 'critical', features: ['age'] }],
    })
    expect(begun().filter(text => text.includes('shift'))).toHaveLength(1)
  })

  it('shows numbers beside their rows and their age as gauges, a page of all and a report of each', async () => {
    const text = await (await get('/metrics')).text()
    const of = 'model="churn",environment="production",release="v7"'
    expect(text).toContain(`assay_drift_state{${of},state="critical"} 1`)
    expect(text).toContain(`assay_drift_alarm{${of},kind="shift",level="critical"} 1`)
    expect(text).toContain(`assay_drift_rows{${of},feature="age",window="shift"} 4000`)
    expect(text).toContain(`assay_drift_rows{${of},feature="age",window="breakage"} 2000`)
    const value = (name: string) =>
      Number(
        text
          .split('\n')
          .find(line => line.startsWith(name))
          ?.split(' ')
          .at(-1),
      )
    expect(value('assay_drift_psi{')).toBeGreaterThan(value('assay_drift_psi_cutoff{'))
    expect(value('assay_drift_age_seconds{')).toBe(0)

    const page = await get('/')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await page.text()
    expect(html).toMatch(/churn<\/a><small>production<\/small>.*critical/)
    expect(html.indexOf('churn')).toBeLessThan(html.indexOf('fraud'))
    expect(await (await get('/drift/churn/production')).text()).toContain('critical: shift in 1')
  })

  it('reads a profile once while it serves, and forgets one that does not any more', async () => {
    const known = new Map<string, ModelProfile>()
    const [before] = await readWatched(context(), { model: 'churn' }, known)
    const [after] = await readWatched(context(), { model: 'churn' }, known)

    expect(after!.profile).toBe(before!.profile)
    expect([...known.values()]).toEqual([before!.profile])
    expect(await readWatched(context(), { model: 'another' }, known)).toEqual([])
    expect(known.size).toBe(0)
  })

  it('tells whoever has the page open of each round', async () => {
    const events = await get('/events')
    const reader = events.body!.getReader()
    await reader.read()
    change('*')
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('data: *')
    await reader.cancel()
  })

  it('asks how many requests there were once a look, and alarms where far fewer rows were counted', async () => {
    let asked = 0
    const prometheus = createServer((_, response) => {
      asked++
      const result = [{ metric: {}, value: [clock / 1000, '100000'] }]
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
    })
    await new Promise<void>(done => prometheus.listen(0, '127.0.0.1', done))
    const { port } = prometheus.address() as AddressInfo
    const told: string[] = []
    const measured = watcherOf({
      readWatched: async () => {
        const [one] = (await readWatched(context(), {})).filter(({ model }) => model === 'churn')
        return [{ ...one!, requests: 'sum(x)', drift: { ...one!.drift!, volume: 0.5 } }]
      },
      sources: ({ drift }) =>
        sourcesOf(context(), { job: { prometheus: `http://127.0.0.1:${port}` }, file: drift }),
      now,
      log: { ...log, warn: text => void told.push(text), info: text => void told.push(text) },
    })
    await measured.look()
    prometheus.close()

    expect(asked).toBe(1)
    expect(measured.all()[0]!.verdict.flow).toMatchObject({ what: 'volume', state: 'critical' })
    expect(told.join('\n')).toMatch(/alarm begins/)
  })

  it('goes on with what it knows, and says so, where a fault of Assay keeps it from reading again', async () => {
    let isIll = false
    const told: string[] = []
    const own = watcherOf({
      readWatched: async () => {
        if (isIll) throw new RangeError('Invalid time value')
        return readWatched(context(), {})
      },
      sources: () => undefined,
      now,
      log: { ...log, warn: text => void told.push(text) },
    })
    await own.look()
    isIll = true
    clock += 6 * MINUTE
    await own.look()

    expect(own.all().length).toBeGreaterThan(0)
    expect(own.notes()).toEqual([
      expect.stringMatching(
        /^The deploy repository cannot be read: .*a fault of Assay, RangeError: Invalid time/,
      ),
    ])
    expect(told).toEqual(own.notes())
    expect(own.notes('briefly')).toEqual([expect.stringMatching(/what serves is as it was at [^.]* UTC\.$/)])
    // Why may name files of other models: it is for whoever may see all.
    const page = (scope: TokenScope) => {
      const routes = watchRoutes({
        ...{ watcher: own, scopeOf: () => scope, onChange: () => () => {}, startedAt: clock, now },
        ...{ ready: () => true, version: '0' },
      })
      const request = { query: new URLSearchParams(), rest: '', header: () => undefined }
      const answer = routes.find(({ name }) => name === 'page')!.answer(request as never) as { text: string }
      return answer.text
    }
    expect(page(EVERYTHING)).toContain('Invalid time')
    const some = page({ isWhole: false, covers: model => model === 'churn' })
    expect(some).toContain('cannot be read')
    expect(some).not.toContain('Invalid time')
  })

  it('goes on where the collector is gone: unknown, named, no alarm ends, and silence is told once', async () => {
    const { port } = collector
    await collector.stop()
    for (let looks = 0; looks < 4; looks++) {
      await watcher.look()
      clock += 12 * MINUTE
    }
    await watcher.look()

    const answer = await state()
    expect(answer).toMatchObject({
      state: 'unknown',
      verdict: { unseen: expect.stringContaining('ECONNREFUSED') },
    })
    expect(answer.alarms).toMatchObject([{ kind: 'silence', level: 'unknown' }, { kind: 'shift' }])
    expect(begun().filter(text => text.includes('silence') && text.includes('churn'))).toHaveLength(1)
    expect(await (await get('/metrics')).text()).not.toContain('assay_drift_psi{')
    expect(port).toBeGreaterThan(0)
  })

  it('asks a server that does not answer no more than some times in a round', async () => {
    let asked = 0
    const hanging = createServer((_, response) => {
      asked++
      response.writeHead(503).end('<html>')
    })
    await new Promise<void>(done => hanging.listen(0, '127.0.0.1', done))
    const { port } = hanging.address() as AddressInfo
    const world = context({ ASSAY_COLLECTOR_URL: '', ASSAY_COLLECTOR_TOKEN: '' })
    const source = sourcesOf(world, { job: { prometheus: `http://127.0.0.1:${port}` } })!
    const minutes = { breakage: 10, shift: 60, concept: 60, quiet: 30 }
    const look = () => source.seen({ model: 'churn' }, profile('churn'), minutes, clock)
    for (let models = 0; models < 10; models++)
      expect(await look()).toMatchObject({ failed: expect.stringContaining('it answers 503') })
    expect(asked).toBe(3)
    clock += MINUTE
    await look()
    expect(asked).toBe(4)
    hanging.close()
  })

  it('asks for each model whatever is answered of the others', async () => {
    let known = 0
    const picky = createServer((request, response) => {
      const isKnown = request.url!.includes('model=churn')
      if (isKnown) known++
      response.writeHead(isKnown ? 200 : 404).end(isKnown ? '{"counts": []}' : 'unknown')
    })
    await new Promise<void>(done => picky.listen(0, '127.0.0.1', done))
    const { port } = picky.address() as AddressInfo
    const world = context({ ASSAY_COLLECTOR_URL: '', ASSAY_COLLECTOR_TOKEN: '' })
    const source = sourcesOf(world, { job: { collector: `http://127.0.0.1:${port}` } })!
    const minutes = { breakage: 10, shift: 60, concept: 60, quiet: 30 }
    for (let models = 0; models < 4; models++)
      expect(await source.seen({ model: 'other' }, profile('other'), minutes, clock)).toMatchObject({
        failed: expect.stringContaining('it answers 404'),
      })
    expect(await source.seen({ model: 'churn' }, profile('churn'), minutes, clock)).toEqual({
      failed: 'the collector cannot tell: it has no counts of churn',
    })
    expect(known).toBe(1)
    picky.close()
  })

  it('says so where nothing looks any more', async () => {
    clock += 11 * MINUTE
    expect(await state()).toMatchObject({
      state: 'unknown',
      verdict: { unseen: expect.stringContaining('come to a halt') },
    })
  })
})

describe('assay watch as a command', () => {
  const OPTIONS = {
    config: 'assay.yml',
    model: undefined,
    environment: undefined,
    collector: undefined,
    prometheus: undefined,
    host: '127.0.0.1',
    port: 0,
    tokens: undefined,
    'proxy-header': undefined,
    'deploy-repo': undefined,
    'deploy-branch': undefined,
  }

  it('ends when it is told to, with what it saw last', async () => {
    const stop = new AbortController()
    const running = run(context({}, stop.signal), { ...OPTIONS, tokens: join(folder, 'tokens') })
    await expect.poll(() => said.some(text => text.includes('releases it looks at: 2'))).toBe(true)
    stop.abort()

    expect(await running).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('churn in production: unknown'),
    })
  })

  it.each([
    ['an environment', { environment: 'prd' }, 'ENVIRONMENT_UNKNOWN', 'environments: production'],
    ['a model', { model: 'chrun' }, 'MODEL_UNKNOWN', 'models: churn, fraud'],
    [
      'an environment of a model',
      { model: 'churn', environment: 'staging' },
      'ENVIRONMENT_UNKNOWN',
      'environments: production',
    ],
  ])(
    'does not start for %s that nothing serves in, and names those there are',
    async (_, asked, code, what) => {
      const stop = new AbortController()
      const running = run(context({}, stop.signal), { ...OPTIONS, ...asked, tokens: join(folder, 'tokens') })

      await expect(running).rejects.toMatchObject({ code, problems: [expect.objectContaining({ what })] })
    },
  )

  it('keeps the tokens that it has where their file is no good, says so once, and takes good ones again', async () => {
    const file = join(folder, 'changing')
    const said: string[] = []
    writeFileSync(file, TOKEN)
    const kept = await keptTokens({ file, proxyHeader: undefined, warn: text => said.push(text) })

    for (const wrong of ['short', 'short', undefined, undefined]) {
      if (wrong === undefined) rmSync(file, { force: true })
      else writeFileSync(file, wrong)
      await kept.reread()
      expect(kept.good()!.scopeOf(`Bearer ${TOKEN}`)).toBeDefined()
    }
    expect(said).toEqual([
      expect.stringContaining('the tokens stay as they were: token 1 is too short'),
      expect.stringContaining('the tokens stay as they were: `--tokens`: there is no such file'),
    ])

    writeFileSync(file, `${TOKEN}-of-tomorrow`)
    await kept.reread()
    expect(kept.good()!.scopeOf(`Bearer ${TOKEN}-of-tomorrow`)).toBeDefined()
    expect(kept.good()!.scopeOf(`Bearer ${TOKEN}`)).toBeUndefined()
  })

  it('does not start where nobody could look, and says what else is wrong with it', async () => {
    await expect(run(context(), OPTIONS)).rejects.toMatchObject({
      code: 'WATCH_SETTINGS',
      problems: [{ what: 'nobody could look' }],
    })
    await expect(run(context(), { ...OPTIONS, tokens: 'none' })).rejects.toMatchObject({
      problems: [{ what: '`--tokens`: there is no such file', where: { file: join(deploy, 'none') } }],
    })
  })
})
