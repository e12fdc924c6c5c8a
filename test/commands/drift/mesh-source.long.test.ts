import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meshInPrometheus } from '../../../src/commands/drift/mesh-source.ts'
import type { MeshRules } from '../../../src/core/traffic/canary/verdict.ts'
import { jsonApi } from '../../../src/services/json-api/json-api.ts'
import { startEnvoy } from '../../support/envoy.ts'
import { testFolder } from '../../support/git-repository.ts'
import { startPrometheus } from '../../support/prometheus.ts'
import { missing } from '../../support/tools.ts'

/** The series of a mesh in a real Prometheus: what it tells is what the proxies have counted, to the request, or why it tells nothing. */

const MINUTE = 60_000
const { folder, remove } = testFolder()
const api = (address: string) => jsonApi({ address, name: 'Prometheus', setting: '', tokenSetting: '' })
const mesh = (series: 'istio' | 'envoy', label: string, more: Partial<MeshRules> = {}): MeshRules => {
  const arm = (which: string) => ({
    version: which,
    labels: { ...(series === 'istio' && { reporter: 'source' }), [label]: `{model}-{version}` },
  })
  return { series, arms: { champion: arm('champion'), challenger: arm('challenger') }, ...more }
}
const OF = { model: 'churn', environment: 'production', key: 'k' }

afterAll(remove)

describe.skipIf(missing('prometheus', '--version') || missing('promtool', '--version'))(
  'the series of Istio',
  () => {
    const HOURS = 4
    const END = Math.floor((Date.now() - 10_000) / 1000) * 1000
    const BEGAN = END - HOURS * 60 * MINUTE
    const SINCE = BEGAN + 60 * MINUTE
    let stop: () => Promise<void>
    let address = ''
    let truth: Truth

    beforeAll(async () => {
      const [text, data, config] = ['istio', 'istio-data', 'istio.yml'].map(name => join(folder, name)) as [
        string,
        string,
        string,
      ]
      const made = simulated(BEGAN, END, SINCE)
      truth = made.truth
      writeFileSync(text, made.text)
      writeFileSync(config, '{}\n')
      const blocks = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text, data])
      expect(String(blocks.stderr)).toBe('')
      const server = await startPrometheus(config, data)
      ;({ address, stop } = server)
    })
    afterAll(() => stop?.())

    const told = (rules: MeshRules, now = END + MINUTE, since = SINCE) =>
      meshInPrometheus(api(address), { of: OF, mesh: rules }, since, now)

    it('say to the request what each arm got, failed and answered late, through restarts, new pods and scrapes that were missed', async () => {
      const counts = await told(mesh('istio', 'destination_workload', { slow: 250 }))

      expect(counts).toEqual({
        champion: {
          requests: truth.champion.requests,
          errors: { events: truth.champion.errors, units: truth.champion.requests },
          latency: { events: truth.champion.slow, units: truth.champion.requests },
        },
        challenger: {
          requests: truth.challenger.requests,
          errors: { events: truth.challenger.errors, units: truth.challenger.requests },
          latency: { events: truth.challenger.slow, units: truth.challenger.requests },
        },
      })
      expect(truth.challenger.errors).toBeGreaterThan(20)
    })

    it('say nothing of a bound that no bucket has, and name those that there are', async () => {
      expect(await told(mesh('istio', 'destination_workload', { slow: 300 }))).toEqual({
        failed:
          'Prometheus cannot tell: no bucket of the champion ends at 300 ms; there are 100, 250: let `latency_ms` be one of them from the next start on',
      })
    })

    it('have no requests where the labels are of nothing', async () => {
      expect(await told(mesh('istio', 'destination_app'))).toMatchObject({
        champion: { requests: 0 },
        challenger: { requests: 0 },
      })
    })

    it('say nothing where nobody has read them for some minutes, or a clock is ahead', async () => {
      const rules = mesh('istio', 'destination_workload')
      expect(await told(rules, END + 5 * MINUTE)).toEqual({
        failed: expect.stringMatching(
          /^Prometheus cannot tell: it has read istio_requests_total of the champion last at/,
        ),
      })
      expect(await told(rules, END - 10 * MINUTE)).toEqual({
        failed: expect.stringMatching(/a time to come: set the clocks$/),
      })
    })
  },
)

describe.skipIf(missing('prometheus', '--version') || missing('envoy', '--version'))('a real Envoy', () => {
  it('is read by its own names: requests, failures and answers of each cluster', async () => {
    const routes = ['challenger', 'champion'].map(arm => ({
      match: { prefix: arm === 'challenger' ? '/try' : '/' },
      route: { cluster: `churn-${arm}` },
      response_headers_to_add: [],
    }))
    const envoy = await startEnvoy(routes, ['churn-champion', 'churn-challenger'], folder)
    const config = join(folder, 'envoy.yml')
    mkdirSync(join(folder, 'envoy-data'))
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }\nscrape_configs:\n  - { job_name: envoy, metrics_path: /stats/prometheus, static_configs: [{ targets: ['127.0.0.1:${envoy.admin}'] }] }\n`,
    )
    const prometheus = await startPrometheus(config, join(folder, 'envoy-data'))
    try {
      // What it had counted before it was read for the first time would be counted too.
      await sleep(2500)
      const since = Date.now()
      // The counting of a step begins with the first instant that is looked at.
      await sleep(7000)
      for (let request = 0; request < 100; request++) {
        const isTried = request % 10 === 0
        await fetch(`http://127.0.0.1:${envoy.port}/${isTried ? 'try' : ''}`, {
          headers: request % 20 === 0 || request === 7 ? { 'x-fail': 'yes' } : {},
        })
      }
      const rules = (slow: number) => mesh('envoy', 'envoy_cluster_name', { slow })
      const told = (slow: number) =>
        meshInPrometheus(api(prometheus.address), { of: OF, mesh: rules(slow) }, since, Date.now())
      const expected = {
        champion: { requests: 90, errors: { events: 1, units: 90 }, latency: { events: 0, units: 90 } },
        challenger: { requests: 10, errors: { events: 5, units: 10 }, latency: { events: 0, units: 10 } },
      }

      // What was read in the last minute is of no account yet.
      await expect.poll(() => told(1000), { timeout: 200_000, interval: 500 }).toEqual(expected)
      expect(await told(2)).toEqual({
        failed: expect.stringMatching(
          /no bucket of the \w+ ends at 2 ms; there are 0\.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000,/,
        ),
      })
    } finally {
      await prometheus.stop()
      await envoy.stop()
    }
  })
})

// --- internal ---

type Truth = Record<'champion' | 'challenger', { requests: number; errors: number; slow: number }>

/**
 * Some hours of two arms, a sample every 15 s: a proxy that is restarted, one that comes later, one that goes, and five minutes that
 * nobody has read. What fails first fails long after the start, so that its series begins then.
 */
function simulated(began: number, end: number, since: number): { text: string; truth: Truth } {
  const truth: Truth = {
    champion: { requests: 0, errors: 0, slow: 0 },
    challenger: { requests: 0, errors: 0, slow: 0 },
  }
  const families: Record<'requests' | 'buckets', Map<string, string[]>> = {
    requests: new Map(),
    buckets: new Map(),
  }
  const [requests, buckets] = ['istio_requests_total', 'istio_request_duration_milliseconds_bucket'] as const
  const span = end - began
  const pods = [
    { arm: 'champion', pod: 'gateway-1', from: 0, to: 1, restart: 0.5, bound: '250' },
    { arm: 'champion', pod: 'gateway-2', from: 0.6, to: 1, bound: '250.0' },
    { arm: 'challenger', pod: 'gateway-1', from: 0, to: 1, restart: 0.5, bound: '250' },
    { arm: 'challenger', pod: 'gateway-3', from: 0, to: 0.7, bound: '250' },
  ] as const
  for (const { arm, pod, from, to, bound, ...more } of pods) {
    let counts = { ok: 0, failed: 0, fast: 0, late: 0 }
    let isRestarted = false
    for (let at = began; at <= end; at += 15_000) {
      const place = (at - began) / span
      if (place < from || place > to) continue
      if ('restart' in more && place > more.restart && !isRestarted) {
        counts = { ok: 0, failed: 0, fast: 0, late: 0 }
        isRestarted = true
      }
      const tick = Math.round((at - began) / 15_000)
      const came = arm === 'champion' ? 19 : 1
      const failed = place > 0.4 && tick % 7 === 0 ? 1 : 0
      const late = tick % 5 === 0 ? 1 : 0
      counts = {
        ok: counts.ok + came - failed,
        failed: counts.failed + failed,
        fast: counts.fast + came - late,
        late: counts.late + late,
      }
      // What is counted until the first instant that is looked at is not of it.
      if (at > since) {
        truth[arm].requests += came
        truth[arm].errors += failed
        truth[arm].slow += late
      }
      const isMissed = place > 0.8 && place < 0.8 + (5.5 * MINUTE) / span
      if (isMissed) continue
      const labels = `reporter="source",destination_workload="churn-${arm}",pod="${pod}",instance="${pod}:15020"`
      const add = (family: keyof typeof families, name: string, more: string, value: number) => {
        const key = `${name}{${labels},${more}}`
        const known = families[family].get(key) ?? []
        known.push(`${key} ${value} ${at / 1000}`)
        families[family].set(key, known)
      }
      add('requests', requests, 'response_code="200"', counts.ok)
      if (counts.failed > 0) add('requests', requests, 'response_code="503"', counts.failed)
      add('buckets', buckets, 'le="100"', 0)
      add('buckets', buckets, `le="${bound}"`, counts.fast)
      add('buckets', buckets, 'le="+Inf"', counts.fast + counts.late)
    }
  }
  const lines = (family: keyof typeof families) => [...families[family].values()].flat()
  return {
    text: [
      '# TYPE istio_requests counter',
      ...lines('requests'),
      '# TYPE istio_request_duration_milliseconds_bucket unknown',
      ...lines('buckets'),
      '# EOF',
      '',
    ].join('\n'),
    truth,
  }
}
