import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { canaryInCollector } from '../../../src/commands/drift/canary-source.ts'
import { type CanaryAtWeight, renderCanary } from '../../../src/core/release/canary-file.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { judgeCanary } from '../../../src/core/traffic/canary/judge.ts'
import { rulesOf } from '../../../src/core/traffic/canary/rules.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { jsonApi } from '../../../src/services/json-api/json-api.ts'
import { canaryFile } from '../../support/canaries.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { release } from '../../support/releases.ts'

/** The collector of a canary as a process that is killed in the middle of a step, and started again. */

const TOKEN = '9d1f0c77be52a3486e'
const HEADERS = { authorization: `Bearer ${TOKEN}` }
const { folder, remove } = testFolder()
const place = join(folder, 'profiles/environments/production/churn')
const CHAMPION = release(1)
const CANARY: CanaryAtWeight = canaryFile({
  weight: 50,
  steps: [50],
  for: '10s',
  horizon: '30s',
  conversion: { outcome: 'bought', within: '4s', margin: 0.9 },
})
const RULES = rulesOf(CHAMPION.version, CANARY)
let child: ChildProcess | undefined
let port = 0

/** Until it answers. */
async function start(): Promise<void> {
  const argv = {
    profiles: join(folder, 'profiles'),
    tokens: join(folder, 'tokens'),
    locks: join(folder, 'locks'),
    environment: 'production',
    'canary-settle': '1s',
    port: String(port),
  }
  const options = Object.entries(argv).flatMap(([name, value]) => [`--${name}`, value])
  child = spawn(process.execPath, ['cli/main.ts', 'collect', ...options], { env: { PATH: process.env.PATH } })
  for (let tries = 0; ; tries++) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    if (tries > 300) throw new Error('it does not begin')
    await sleep(100)
  }
}

const post = async (path: string, events: readonly object[]) => {
  const body = events.map(one => JSON.stringify(one)).join('\n')
  const headers = { ...HEADERS, 'content-type': 'application/x-ndjson' }
  const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })
  expect(status).toBe(202)
}

/** So many units of each arm, half of whom convert. */
async function visit(name: string, units: number): Promise<void> {
  const own = Array.from({ length: units }, (_, unit) => unit)
  for (const { version } of [CHAMPION, CANARY.challenger]) {
    const of = own.map(unit => ({ unit: `${name} ${version} ${unit}` }))
    await post(`/v1/events/churn/${version}`, of)
    const converted = of.filter((_, unit) => unit % 2 === 0)
    await post(
      '/v1/outcomes',
      converted.map(one => ({ ...one, model: 'churn', outcome: 'bought' })),
    )
  }
}

async function judged() {
  const api = jsonApi({
    ...{ address: `http://127.0.0.1:${port}`, name: 'the collector', field: 'counts', token: TOKEN },
    ...{ setting: '`--collector`', tokenSetting: 'ASSAY_COLLECTOR_TOKEN' },
  })
  const counts = await canaryInCollector(api, { model: 'churn', key: RULES.key }, undefined)
  return { counts, verdict: judgeCanary(counts, RULES, Date.now()) }
}

/** Looks until so many units of each arm are counted: events of the two come one after the other. */
async function counted(units: number): Promise<Awaited<ReturnType<typeof judged>>> {
  for (;;) {
    const found = await judged()
    if ('failed' in found.counts) throw new Error(found.counts.failed)
    const { champion, challenger } = found.counts.arms
    if (champion.exposures === units && challenger.exposures === units) return found
    await sleep(50)
  }
}

/** Looks until the reason is of another kind than these. */
async function until(kinds: readonly string[]): Promise<Awaited<ReturnType<typeof judged>>> {
  for (let tries = 0; ; tries++) {
    const found = await judged()
    if (!kinds.includes(found.verdict.reason.kind) || tries > 150) return found
    await sleep(200)
  }
}

beforeAll(async () => {
  mkdirSync(place, { recursive: true })
  mkdirSync(join(folder, 'locks'))
  writeFileSync(join(place, 'model-release.yaml'), renderRelease(CHAMPION))
  writeFileSync(join(place, 'model-profile.json'), renderProfile(profileOf()))
  writeFileSync(join(place, 'model-canary.yaml'), renderCanary(CANARY))
  writeFileSync(join(folder, 'tokens'), TOKEN)
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
  await new Promise(resolve => server.close(resolve))
})
afterAll(() => {
  child?.kill('SIGKILL')
  remove()
})

it('goes on by what it counts from then on, says so, and passes nothing that it does not know', async () => {
  await start()
  await visit('first', 1)
  await sleep(1500)
  await visit('before', 300)
  await counted(300)
  const before = await until(['settling', 'immature', 'empty', 'few', 'undecided'])
  expect(before.verdict.verdict).toBe('pass')

  const ended = once(child!, 'exit')
  child!.kill('SIGKILL')
  await ended
  const killedAt = Date.now()
  await expect(judged()).rejects.toMatchObject({ code: 'SOURCE_SILENT' })

  await start()
  const nothing = await judged()
  expect(nothing.verdict.verdict).toBe('inconclusive')
  expect(nothing.counts).toMatchObject({ restarted: true, arms: { challenger: { exposures: 0 } } })

  await visit('again', 1)
  await sleep(1500)
  // Whoever came before counts once more, in both arms alike.
  await visit('before', 300)
  const early = await counted(300)
  expect(early.verdict.verdict).toBe('inconclusive')
  expect(early.counts).toMatchObject({ metBoth: 0, arms: { challenger: { exposures: 300 } } })
  const after = await until(['settling', 'immature', 'empty', 'few', 'undecided'])

  expect(after.verdict).toMatchObject({ verdict: 'pass', evidence: { restarted: true } })
  expect(after.verdict.evidence!.since).toBeGreaterThan(killedAt)
  expect(after.counts).toMatchObject({
    arms: { champion: { exposures: 300 }, challenger: { exposures: 300 } },
  })
})
