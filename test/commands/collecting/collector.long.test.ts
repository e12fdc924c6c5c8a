import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../../src/commands/collecting/collector.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { lockFiles } from '../../../src/services/locks/lock-files.ts'
import { dashboardOf } from '../../../src/targets/watch/dashboard.ts'
import { ruleGroups } from '../../../src/targets/watch/rules.ts'
import { verdictGroups } from '../../../src/targets/watch/verdict-rules.ts'
import { waitUntil as until } from '../../support/alertmanager.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { missing } from '../../support/tools.ts'
import { logged } from '../../support/traffic.ts'

/** The collector beside what else there is: a real Prometheus, and whoever means it no good. */

const TOKEN = '9d1f0c77be52a3486e'
const HEADERS = { authorization: `Bearer ${TOKEN}` }
const OF = { model: 'churn', release: 'v1', environment: 'staging' }
const RULES = ruleGroups({ ...OF, features: 4, bins: 6, numbers: ['age'], requests: 'rate(mesh_total[5m])' })
const { folder, remove } = testFolder()
let collector: Collector

beforeAll(async () => {
  for (const model of ['churn', 'fraud']) {
    const place = join(folder, 'profiles', model, 'v1')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'model-profile.json'), renderProfile(profileOf({ model })))
  }
  writeFileSync(join(folder, 'tokens'), TOKEN)
  collector = await startCollector(
    {
      profiles: join(folder, 'profiles'),
      tokens: join(folder, 'tokens'),
      host: '127.0.0.1',
      port: 0,
      networkPort: 0,
      environment: 'staging',
      labelTimes: { delay: 0, window: 86_400_000 },
      canary: { settle: 0, most: 10_000 },
      locks: join(folder, 'locks'),
    },
    { now: Date.now, log: { info() {}, warn() {} } },
  )
})
afterAll(async () => {
  await collector.stop()
  remove()
})

const waitUntil = (is: () => Promise<boolean>) => until(is, async () => collector.traffic.metrics())
const post = (model: string, body: string | Uint8Array, headers: object = {}) =>
  fetch(`http://127.0.0.1:${collector.port}/v1/events/${model}/v1`, {
    method: 'POST',
    body: body as string,
    headers: { ...HEADERS, ...headers },
  })
const event = (age: number) => JSON.stringify({ features: { age, plan: 'pro' }, score: 0.9, prediction: 1 })
const counts = (model: string) => collector.traffic.counts({ model, minutes: 60 }, Date.now())[0]!

describe.skipIf(missing('prometheus', '--version'))('a real Prometheus', () => {
  it('reads the counts, and sees a bin that had nothing before rise by all that came', async () => {
    const config = join(folder, 'prometheus.yml')
    const groups = RULES.map(group => ({ ...group, interval: '1s' }))
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups }))
    writeFileSync(join(folder, 'token'), TOKEN)
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: collector
    authorization: { credentials_file: ${join(folder, 'token')} }
    static_configs: [{ targets: ['127.0.0.1:${collector.port}'] }]
`,
    )
    const port = await freePort()
    const data = join(folder, 'data')
    const argv = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]
    const child = spawn('prometheus', argv, { stdio: 'ignore' })
    const ask = async (query: string): Promise<number | undefined> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`)
      expect([query, answer.status]).toEqual([query, 200])
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
      return data.result[0] && Number(data.result[0].value[1])
    }
    const health = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/rules`)
      const { data } = (await answer.json()) as { data: { groups: { rules: { health: string }[] }[] } }
      return data.groups.flatMap(({ rules }) => rules.map(one => one.health))
    }
    try {
      const bin =
        'assay_feature_total{model="churn",release="v1",environment="staging",feature="age",bin="3"}'
      await waitUntil(async () => (await ask(bin)) === 0)
      const sent = Array.from({ length: 300 }, () => post('churn', event(70)))
      expect((await Promise.all(sent)).every(({ status }) => status === 202)).toBe(true)
      await waitUntil(async () => (await ask(bin)) === 300)
      expect(await ask(`increase(${bin}[5m]) > 0`)).toBeGreaterThan(0)
      expect(await ask('count(assay_feature_total{model="churn"})')).toBe(18)
      expect(await ask('sum(assay_profile_count{model="churn",feature="age"})')).toBe(1000)
      expect(await ask('up')).toBe(1)

      // What a promotion has of it: no panel is empty, and every rule is worked out.
      const { panels } = dashboardOf(OF, 'counts')
      const short = panels.filter(({ title }) => !/ day/.test(title))
      expect(short.length).toBeLessThan(panels.length)
      for (const { expr } of short.flatMap(({ targets }) => targets))
        expect([expr, await ask(expr)]).toEqual([expr, expect.any(Number)])
      const recorded = RULES.flatMap(({ rules }) =>
        rules.flatMap(rule => ('record' in rule ? [rule.record] : [])),
      )
      for (const name of recorded) await waitUntil(async () => (await ask(`count(${name})`)) !== undefined)
      for (const { expr } of panels.flatMap(({ targets }) => targets))
        expect([expr, await ask(expr)]).toEqual([expr, expect.any(Number)])
      const judged = [
        ...dashboardOf(OF, 'verdicts').panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ]
      for (const { rules } of verdictGroups(OF)) judged.push(...rules.map(({ expr }) => expr))
      for (const query of judged) await ask(query)
      const states = await health()
      expect(states).toHaveLength(RULES.flatMap(({ rules }) => rules).length)
      expect(new Set(states)).toEqual(new Set(['ok']))
    } finally {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
  })
})

describe('whoever means it no good', () => {
  it('changes nothing for another model', async () => {
    const before = counts('fraud')
    const names = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`name ${index}`, index]))
    const slow = ['/metrics', '/v1/counts'].map(path => {
      const socket = connect(collector.port, '127.0.0.1').on('error', () => {})
      socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`.repeat(200))
      return socket.pause()
    })
    const hostile: (string | Uint8Array)[] = [
      Buffer.alloc(30 * 1024 * 1024, ' '),
      gzipSync(Buffer.alloc(200 * 1024 * 1024)),
      JSON.stringify({ features: names }),
      '{"features": {"age": NaN, "plan": Infinity}}',
      JSON.stringify({ features: [1, 2, 3] }),
      JSON.stringify({ features: { age: 1, plan: 'a"} 1\nassay_feature_total{model="fraud"} 7' } }),
      '[['.repeat(100_000),
      '{"features": {"__proto__": {"age": 1}, "constructor": 1, "age": "x"}}',
      JSON.stringify({ model: 'fraud', release: 'v1', features: { age: 1, plan: 'pro' } }),
      Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3),
    ]

    const others: Promise<Response>[] = []
    for (const body of hostile) {
      await post('churn', body).catch(() => undefined)
      await post('churn', body, logged('request', 'a')).catch(() => undefined)
      others.push(post('fraud', event(41)))
    }
    expect((await Promise.all(others)).every(({ status }) => status === 202)).toBe(true)
    await waitUntil(async () => counts('fraud').events.counted === before.events.counted + hostile.length)

    const { features, events } = counts('fraud')
    expect([...features.get('age')!]).toEqual([0, 0, hostile.length, 0, 0, 0])
    expect(events).toEqual({ ...before.events, counted: hostile.length })
    const text = await (
      await fetch(`http://127.0.0.1:${collector.port}/metrics`, { headers: HEADERS })
    ).text()
    expect(
      text.split('\n').filter(line => line.startsWith('assay_feature_total{model="fraud"')),
    ).toHaveLength(18)
    for (const socket of slow) socket.destroy()
  })
})

describe('assay collect as a process', () => {
  it('refuses a second one for the same models, says what it counted when it is told to stop, and leaves no lock', async () => {
    const own = { locks: join(folder, 'locks-of-processes'), profiles: join(folder, 'profiles') }
    const begin = async () => {
      const port = String(await freePort())
      const options = { ...own, tokens: join(folder, 'tokens'), port }
      const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
      const child = spawn(process.execPath, ['cli/main.ts', 'collect', ...argv], {
        env: { PATH: process.env.PATH },
      })
      const said = { out: '', err: '' }
      child.stdout.on('data', chunk => (said.out += chunk))
      child.stderr.on('data', chunk => (said.err += chunk))
      const ended = once(child, 'exit') as Promise<[number]>
      return { child, said, ended, port }
    }
    const first = await begin()
    await waitUntil(async () => first.said.err.includes('counts churn '))

    const second = await begin()
    expect((await second.ended)[0]).toBe(2)
    expect(second.said.err).toContain(`churn is counted by process ${first.child.pid} on `)

    const init = { method: 'POST', body: event(41), headers: HEADERS }
    const answer = await fetch(`http://127.0.0.1:${first.port}/v1/events/churn/v1`, init)
    expect(answer.status).toBe(202)
    first.child.kill('SIGTERM')
    expect((await first.ended)[0]).toBe(0)
    expect(first.said.out).toContain('churn v1: 1 events')
    expect(readdirSync(own.locks)).toEqual([])
  })

  it('takes over from one that was killed, at once', async () => {
    const locks = join(folder, 'locks-of-the-killed')
    mkdirSync(locks)
    const gone = spawn(process.execPath, ['-e', ''])
    await once(gone, 'exit')
    const lock = { host: hostname(), pid: gone.pid, since: Date.now() }
    writeFileSync(join(locks, 'assay-churn.lock'), JSON.stringify(lock))

    expect(await lockFiles(locks, Date.now).claim('churn')).toBe('mine')
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
