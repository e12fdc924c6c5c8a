import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../../src/commands/collecting/collector.ts'
import { readTokens, type Tokens } from '../../../src/commands/collecting/tokens.ts'
import type { Context } from '../../../src/commands/command/context.ts'
import { readWatched } from '../../../src/commands/deploy/ledger/watched.ts'
import { sourcesOf } from '../../../src/commands/drift/sources.ts'
import { scopeOf } from '../../../src/commands/watching/admission.ts'
import { watchRoutes } from '../../../src/commands/watching/routes.ts'
import { type Watcher, watcherOf } from '../../../src/commands/watching/watcher.ts'
import { type CanaryFile, renderCanary } from '../../../src/core/release/canary-file.ts'
import { releaseKey } from '../../../src/core/release/record.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { startServer, type WebServer } from '../../../src/services/web/server.ts'
import { canaryFile } from '../../support/canaries.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { release } from '../../support/releases.ts'
import { NOW, SENDER, throughTurns } from '../../support/traffic.ts'

/** `assay watch` at a canary, over its socket: a real collector, a clone of a deploy repository, and a clock that is moved by hand. */

const TOKEN = '9d1f0c77be52a3486e'
const { folder, remove } = testFolder()
const deploy = join(folder, 'deploy')
const place = join(deploy, 'environments/production/churn')
const MINUTE = 60_000
const CHAMPION = release(1)
const CANARY: CanaryFile = canaryFile({
  weight: 50,
  steps: [50],
  for: '1h',
  horizon: '5h',
  conversion: { outcome: 'bought', within: '1h', margin: 0.25 },
})
const KEY = `${CHAMPION.version}/${CANARY.challenger.version}@50`
let clock = NOW
const now = () => clock
const said: string[] = []
const log = { info: (text: string) => void said.push(text), warn: (text: string) => void said.push(text) }
let collector: Collector
let watcher: Watcher
let server: WebServer

function meet(unit: string, { version }: { version: string }, more: object = {}): void {
  const event = { unit, features: {}, ...more }
  const from = { ...SENDER, model: 'churn', release: version }
  throughTurns(collector.traffic.take(Buffer.from(JSON.stringify(event)), from, clock))
}

function convert(unit: string): void {
  const outcome = { model: 'churn', unit, outcome: 'bought' }
  throughTurns(collector.traffic.takeOutcomes(Buffer.from(JSON.stringify(outcome)), SENDER, new Map(), clock))
}

beforeAll(async () => {
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'model-release.yaml'), renderRelease(CHAMPION))
  writeFileSync(join(place, 'model-profile.json'), renderProfile(profileOf()))
  writeFileSync(
    join(deploy, 'assay-deploy.yml'),
    `path: environments/{environment}/{model}
target: gateway-api
options:
  policy: route.yaml
  champion: { backend: a, target: yaml, options: { file: a.yaml, document: { kind: Deployment, name: a }, set: [{ path: [spec, image], value: '{image}' }] } }
  challenger: { backend: b, target: yaml, options: { file: a.yaml, document: { kind: Deployment, name: b }, set: [{ path: [spec, image], value: '{image}' }] } }
environments:
  production:
    drift: { collector: 'http://collector.invalid' }
    canary:
      { steps: [50], unit: user, sticky: header x-user, conversion: { outcome: bought, within: 1h, margin: 0.25 }, guardrails: [latency] }
`,
  )
  writeFileSync(join(folder, 'tokens'), TOKEN)
  const tokens = (await readTokens(join(folder, 'tokens'))) as Tokens
  collector = await startCollector(
    {
      profiles: deploy,
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
  const env = {
    HOME: folder,
    ASSAY_COLLECTOR_TOKEN: TOKEN,
    ASSAY_COLLECTOR_URL: `http://127.0.0.1:${collector.port}`,
  }
  const context = {
    folder: deploy,
    env,
    ci: { name: 'local' },
    now,
    log,
    signal: new AbortController().signal,
    version: '0',
  } as unknown as Context
  watcher = watcherOf({
    readWatched: () => readWatched(context, {}),
    sources: ({ drift }) => sourcesOf(context, { job: {}, file: drift }),
    now,
    log,
  })
  server = await startServer({
    routes: watchRoutes({
      watcher,
      scopeOf: head => scopeOf(head, { tokens, proxyHeader: undefined }),
      onChange: () => () => {},
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
const asked = async (release = '') => {
  const answer = await get(`/v1/canary?model=churn&environment=production${release && `&release=${release}`}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

describe('GET /v1/canary', () => {
  it('answers 200 where nothing is tried, 401 without a token, 404 for another model', async () => {
    await watcher.look()

    expect(await asked('r1')).toMatchObject({
      verdict: 'inconclusive',
      kind: 'none',
      reason: 'no release enters here in steps now',
    })
    expect((await get('/v1/canary?model=churn&environment=production', {})).status).toBe(401)
    expect((await get('/v1/canary?model=churn&environment=staging')).status).toBe(404)
    expect((await get('/v1/canary?model=price&environment=production')).status).toBe(404)
    expect(await (await get('/v1/canary')).text()).toContain('/v1/canary?model=churn')
  })

  it('says before a canary which answers are slow, by those of the champion', async () => {
    expect(await asked()).toMatchObject({
      slow: { unknown: 'the collector cannot tell: no answer of a day says how long it took' },
    })

    for (let unit = 0; unit < 1000; unit++)
      meet(`before${unit}`, CHAMPION, { latency_ms: unit < 985 ? 20 + (unit % 100) : 400 })
    await watcher.look()
    expect(await asked()).toMatchObject({
      kind: 'none',
      slow: { ms: 500, answers: 1000, release: CHAMPION.version },
    })

    for (let unit = 0; unit < 1000; unit++) meet(`more${unit}`, CHAMPION, { latency_ms: 40 })
    await watcher.look()
    expect(await asked()).toMatchObject({ slow: { ms: 150, answers: 2000 } })
  })

  it('is inconclusive before anybody has come', async () => {
    writeFileSync(join(place, 'model-canary.yaml'), renderCanary(CANARY))
    await collector.reread()
    clock += 6 * MINUTE
    await watcher.look()

    expect(await asked()).toMatchObject({
      verdict: 'inconclusive',
      kind: 'empty',
      champion: CHAMPION.version,
      challenger: CANARY.challenger.version,
      release: releaseKey(CANARY.challenger),
      key: KEY,
      weight: 50,
    })
  })

  it('passes once as many as are needed have converted, and says how long that takes before', async () => {
    meet('first', CANARY.challenger)
    for (let unit = 0; unit < 200; unit++) {
      meet(`u${unit}`, unit % 2 ? CANARY.challenger : CHAMPION)
      if (unit % 4 < 2) convert(`u${unit}`)
    }
    await watcher.look()
    expect(await asked()).toMatchObject({ verdict: 'inconclusive', kind: 'immature', needs: 3600 })

    clock += 70 * MINUTE
    await watcher.look()
    expect(await asked()).toMatchObject({ verdict: 'inconclusive', kind: 'undecided' })

    clock += 200 * MINUTE
    await watcher.look()
    const passed = await asked(CANARY.challenger.version)
    expect(passed).toMatchObject({ verdict: 'pass', kind: 'not_worse' })
    expect(passed.reason).toMatch(/^conversion is not worse by more than 0\.25: /)
    expect(await asked(releaseKey(CANARY.challenger))).toEqual(passed)
    expect(said.filter(text => text.includes(`${CANARY.challenger.version} at 50 %: pass`))).toHaveLength(1)
  })

  it('is a page, for whoever has a token', async () => {
    const page = await get('/canary/churn/production')
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await page.text()
    expect(html).toMatch(
      /<strong>pass<\/strong> since [^:]*:.*conversion is not worse by more than .* Next: a pull request gives it all traffic\./,
    )
    expect(html).toContain('200 users: 100 met the challenger, 100 the champion')
    expect(html).toMatch(/<path class="band"[\s\S]*<path class="zero"[\s\S]*<path class="margin"/)
    expect(html).not.toContain('measured stale')
    expect(await (await get('/')).text()).toContain(
      '<a href="/canary/churn/production">canary at 50 %: pass</a>',
    )
    expect((await get('/canary/churn/production', {})).status).toBe(401)
    expect((await get('/canary/churn/staging')).status).toBe(404)
  })

  it('tells nothing of a release that is not the challenger', async () => {
    expect(await asked(CHAMPION.version)).toMatchObject({
      verdict: 'inconclusive',
      kind: 'other_release',
      reason: `${CHAMPION.version} is not what is tried now, that is ${CANARY.challenger.version}`,
    })
  })

  it('has all of it as gauges', async () => {
    const text = await (await get('/metrics')).text()
    const of = `model="churn",environment="production",release="${CANARY.challenger.version}",canary="${KEY}"`

    for (const line of [
      `assay_canary_verdict{${of},verdict="pass"} 1\n`,
      `assay_canary_verdict{${of},verdict="fail"} 0\n`,
      `assay_canary_share{${of},bound="declared"} 0.5\n`,
      `assay_canary_units{${of},metric="conversion",arm="challenger"} 100\n`,
      `assay_canary_events{${of},metric="conversion",arm="challenger"} 50\n`,
      `assay_canary_difference{${of},bound="difference"} 0\n`,
      `assay_canary_margin{${of}} 0.25\n`,
      `assay_canary_age_seconds{${of}} 0\n`,
    ])
      expect(text).toContain(line)
    expect(text).toMatch(/assay_canary_log_e\{[^}]*metric="errors"\} -?[\d.]+\n/)
  })

  it('fails two looks after harm at the latest, with its reason', async () => {
    for (let unit = 0; unit < 100; unit++)
      meet(`e${unit}`, unit % 2 ? CANARY.challenger : CHAMPION, { error: unit % 2 === 1 && unit < 60 })
    clock += MINUTE
    await watcher.look()

    const answer = await asked()
    expect(answer).toMatchObject({ verdict: 'fail', kind: 'harm' })
    expect(answer.reason).toMatch(
      /^more meet errors: 20 % \(30 of 150\) of the challenger against 0 % \(0 of 150\)/,
    )
  })

  it('never passes on what it cannot know: nothing looks, or the collector is gone', async () => {
    clock += 4 * MINUTE
    expect(await asked()).toMatchObject({ verdict: 'inconclusive', kind: 'halted' })

    await collector.stop()
    await watcher.look()
    const answer = await asked()
    expect(answer).toMatchObject({ verdict: 'inconclusive', kind: 'uncounted' })
    expect(answer.reason).toContain('ECONNREFUSED')
    expect(await (await get('/metrics')).text()).not.toContain('assay_canary_log_e{')
  })

  it('says why where the file of the canary says nothing', async () => {
    writeFileSync(join(place, 'model-canary.yaml'), 'weight: 5\n')
    clock += 6 * MINUTE
    await watcher.look()

    const answer = await asked('x'.repeat(300))
    expect(answer).toMatchObject({ verdict: 'inconclusive', kind: 'unread' })
    expect(answer.reason).toContain('model-canary.yaml cannot be read')
    const page = await (await get('/canary/churn/production')).text()
    expect(page).toMatch(/<strong>inconclusive<\/strong>: what is tried is not known: .*model-canary\.yaml/)
    expect(page).not.toContain('<h2>')
  })
})
