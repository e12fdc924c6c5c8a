import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../../src/commands/collecting/collector.ts'
import { renderCanary } from '../../../src/core/release/canary-file.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { canaryFile } from '../../support/canaries.ts'
import { testFolder } from '../../support/git-repository.ts'
import { HOSTILE_BODIES } from '../../support/hostile-bodies.ts'
import { profileOf } from '../../support/profiles.ts'
import { release } from '../../support/releases.ts'
import { logged, NOW, RELEASE, trafficScene, UNPACKING } from '../../support/traffic.ts'

/** Bodies of a few bytes that become very much, to the port that asks for no token. */

const { folder, remove } = testFolder()
let collector: Collector
const PARTS = ['whole', 'request', 'response'] as const

beforeAll(async () => {
  for (const model of ['churn', 'fraud']) {
    const place = join(folder, 'profiles', model, 'v1')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'model-profile.json'), renderProfile(profileOf({ model })))
  }
  writeFileSync(join(folder, 'tokens'), '9d1f0c77be52a3486e')
  collector = await startCollector(
    {
      profiles: join(folder, 'profiles'),
      tokens: join(folder, 'tokens'),
      host: '127.0.0.1',
      port: 0,
      networkPort: 0,
      labelTimes: { delay: 0, window: 86_400_000 },
      canary: { settle: 0, most: 10_000 },
      locks: join(folder, 'locks'),
    },
    { now: () => NOW, log: { info() {}, warn() {} } },
  )
})
afterAll(async () => {
  await collector.stop()
  remove()
})

const counts = (model: string) => collector.traffic.counts({ model, minutes: 60 }, NOW)[0]!
/** Each time by a connection of its own: one that is kept is closed while this thread makes a body. */
const ask = (method: string, path: string, headers: object = {}, body: Uint8Array | string = '') =>
  new Promise<number>((resolve, reject) => {
    const to = { agent: false, host: '127.0.0.1', port: collector.networkPort, method, path }
    request({ ...to, headers: { ...headers } }, answer =>
      answer.resume().on('end', () => resolve(answer.statusCode!)),
    )
      .on('error', reject)
      .end(body)
  })
const post = (model: string, body: Uint8Array | string, headers = {}) =>
  ask('POST', `/v1/events/${model}/v1`, headers, body)
const event = JSON.stringify({ features: { age: 41, plan: 'pro' }, score: 0.9, prediction: 1 })

/** What an answer takes here and now, in milliseconds. */
async function look(): Promise<number> {
  const begun = performance.now()
  expect(await ask('GET', '/healthz')).toBe(200)
  return performance.now() - begun
}

describe.each(Object.keys(HOSTILE_BODIES))('three bodies of %s', name => {
  it('leave the collector to others, and are counted as what they are', async () => {
    const body = HOSTILE_BODIES[name]!()
    const before = { fraud: counts('fraud').events.counted, churn: counts('churn').events.counted }
    const alone = Math.max(...[await look(), await look(), await look()])
    const memory = process.memoryUsage().rss
    let longest = 0

    const sent = PARTS.map(part =>
      post('churn', body, part === 'whole' ? {} : logged(part, `${name} ${part}`)),
    )
    sent.push(post('fraud', event))
    for (const status of await Promise.all(sent)) expect([202, 503]).toContain(status)
    // What comes behind them is read after them.
    while ((await post('churn', event)) !== 202) longest = Math.max(longest, await look())
    while (counts('churn').events.counted === before.churn) longest = Math.max(longest, await look())

    const { rejected, mismatch, dropped } = counts('churn').events
    expect(counts('churn').events.counted).toBe(before.churn + 1)
    expect(rejected + mismatch + dropped).toBeGreaterThan(0)
    expect([...counts('fraud').features.get('age')!]).toEqual([0, 0, before.fraud + 1, 0, 0, 0])
    // Of seconds it was a dozen; a machine with much else to do is slower than ten times what it was.
    expect(longest).toBeLessThan(Math.max(10 * alone, 2000))
    expect((process.memoryUsage().rss - memory) / 2 ** 20).toBeLessThan(320)
  })

  it.each(['whole', 'request'] as const)('give turns to others often, as %s', part => {
    const { traffic } = trafficScene()
    const body = HOSTILE_BODIES[name]!()
    const headers = part === 'whole' ? {} : logged(part, name)
    const from = { ...UNPACKING, model: 'churn', release: RELEASE, header: (one: string) => headers[one] }
    // Of this thread alone: whatever else the machine does is not in it.
    const spent = () => process.threadCpuUsage().user / 1000

    let begun = spent()
    const turns = traffic.take(body, from, NOW)
    let longest = spent() - begun
    for (begun = spent(); turns && !turns.next().done; begun = spent())
      longest = Math.max(longest, spent() - begun)

    expect(longest).toBeLessThan(200)
  })
})

it('a million units of one canary take no more room than there is, and nothing from another', async () => {
  for (const model of ['churn', 'fraud'])
    writeFileSync(
      join(folder, 'profiles', model, 'v1/model-canary.yaml'),
      renderCanary(canaryFile({ challenger: release(2, model) })),
    )
  await collector.reread()
  const series = collector.traffic.metrics().split('\n').length
  const memory = process.memoryUsage().rss
  const unit = (number: number) => `{"unit":"${number}"}`
  for (let from = 0; from < 1_000_000; from += 40_000) {
    const body = Array.from({ length: 40_000 }, (_, index) => unit(from + index)).join('\n')
    const headers = { 'content-type': 'application/x-ndjson' }
    while ((await post('churn', body, headers)) !== 202) await look()
    if (from % 200_000 === 0) expect(await post('fraud', unit(from))).toBe(202)
  }
  for (const length of [257, 1_000_000])
    expect(await post('fraud', `{"unit":"${'u'.repeat(length)}"}`)).toBe(202)
  const of = (model: string) => collector.traffic.canaries({ model }, NOW)[0]!
  const read = () => of('churn').arms.champion.exposures + of('churn').full
  while (read() < 1_000_000) await look()

  expect(of('churn')).toMatchObject({ full: 990_000, arms: { champion: { exposures: 10_000 } } })
  expect(of('fraud')).toMatchObject({ full: 0, unattributed: 2, arms: { champion: { exposures: 5 } } })
  expect(collector.traffic.metrics().split('\n')).toHaveLength(series)
  expect(process.memoryUsage().rss - memory).toBeLessThan(400 * 2 ** 20)
})
