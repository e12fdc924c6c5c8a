import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { Watch } from '../../src/core/deploy-config/watch.ts'
import { readSamples } from '../../src/core/traffic/seen/prometheus-answer.ts'
import { requestsQuery } from '../../src/core/traffic/seen/requests-query.ts'
import { requestsOf } from '../../src/targets/watch/requests.ts'
import { watchFile } from '../../src/targets/watch/watch-file.ts'
import { waitUntil } from '../support/alertmanager.ts'
import { testFolder } from '../support/git-repository.ts'
import { startPrometheus } from '../support/prometheus.ts'
import { missing } from '../support/tools.ts'

/**
 * The default of `requests`, asked of a real Prometheus that reads pods as the PodMonitor of a promotion has it read them: what each
 * server shows, in one environment that is asked and one that is not.
 */

const { folder, remove } = testFolder()
const WATCH = Watch.parse({ pods: { port: 8080 } })

/** What stands at `/metrics` of each server, with so many predictions, of which some failed. */
const SERVERS = {
  kserve: (asked: number) => [
    '# TYPE request_predict_seconds histogram',
    `request_predict_seconds_bucket{le="+Inf",model_name="fraud"} ${asked}`,
    `request_predict_seconds_count{model_name="fraud"} ${asked}`,
    `request_predict_seconds_sum{model_name="fraud"} ${asked / 10}`,
  ],
  // Each of them fails.
  mlserver: (asked: number) => [
    '# TYPE model_infer_request_failure_total counter',
    `model_infer_request_failure_total{model="fraud",version="v1"} ${asked}`,
    '# TYPE model_infer_request_duration summary',
    `model_infer_request_duration_count{model="fraud",version="v1"} ${asked}`,
    `model_infer_request_duration_sum{model="fraud",version="v1"} ${asked}`,
    // Probes too.
    `rest_server_requests_total{method="GET",path="/v2/health/ready",status_code="200"} ${Date.now()}`,
  ],
  triton: (asked: number) => [
    '# TYPE nv_inference_request_success counter',
    `nv_inference_request_success{model="fraud",version="1"} 7`,
    '# TYPE nv_inference_request_failure counter',
    `nv_inference_request_failure{model="fraud",version="1",reason="OTHER"} ${asked}`,
    `nv_inference_request_failure{model="fraud",version="1",reason="REJECTED"} 0`,
  ],
  other: () => [`http_requests_total{handler="/healthz"} ${Date.now()}`],
}
type Name = keyof typeof SERVERS

interface Place {
  model: Name
  environment: string
  /** Absent: nobody asks it. */
  isAsked?: true
}
const PLACES: Place[] = Object.keys(SERVERS).flatMap(model => [
  { model: model as Name, environment: 'staging' },
  { model: model as Name, environment: 'production', isAsked: true as const },
])

describe.skipIf(missing('prometheus', '--version'))('the default of `requests`', () => {
  let pods: Server
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>

  beforeAll(async () => {
    let asked = 0
    pods = createServer(({ url }, response) => {
      const { model, isAsked } = PLACES[Number(url!.slice(1))]!
      if (isAsked) asked++
      response.setHeader('content-type', 'text/plain; version=0.0.4')
      response.end(`${SERVERS[model](isAsked ? asked : 40).join('\n')}\n`)
    })
    await new Promise<void>(done => pods.listen(0, '127.0.0.1', done))
    const { port } = pods.address() as AddressInfo
    const scrape_configs = PLACES.map((place, index) => ({
      job_name: `pod-${index}`,
      metrics_path: `/${index}`,
      scrape_interval: '1s',
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      relabel_configs: relabelings(place).map(({ targetLabel, replacement }) => ({
        target_label: targetLabel,
        replacement,
      })),
    }))
    const config = join(folder, 'prometheus.yml')
    writeFileSync(config, JSON.stringify({ scrape_configs }))
    prometheus = await startPrometheus(config, join(folder, 'data'))
  })
  afterAll(async () => {
    await prometheus?.stop()
    pods?.close()
    remove()
  })

  it('tells what is asked from what is not, and says nothing of servers that it does not know', async () => {
    await waitUntil(
      async () => ((await requests('kserve', 'production')) ?? 0) > 0 && (await reads()) >= PLACES.length * 3,
      async () => `${await reads()} reads`,
    )
    const told = Object.fromEntries(
      await Promise.all(
        PLACES.map(async ({ model, environment }): Promise<[string, string]> => {
          const value = await requests(model, environment)
          return [
            `${model} ${environment}`,
            value === undefined ? 'unknown' : value > 0 ? 'asked' : 'not asked',
          ]
        }),
      ),
    )
    expect(told).toEqual({
      'kserve staging': 'not asked',
      'kserve production': 'asked',
      'mlserver staging': 'not asked',
      'mlserver production': 'asked',
      'triton staging': 'not asked',
      'triton production': 'asked',
      'other staging': 'unknown',
      'other production': 'unknown',
    })
  })

  /** Undefined where there is no such series. */
  async function requests(model: string, environment: string): Promise<number | undefined> {
    return ask(requestsQuery(requestsOf(WATCH)!, { model, environment, release: 'v1' }, 2))
  }

  async function reads(): Promise<number> {
    return (await ask('sum(count_over_time(up[5m]))')) ?? 0
  }

  async function ask(query: string): Promise<number | undefined> {
    const answer = await fetch(`${prometheus.address}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query }),
    })
    const read = readSamples(await answer.json())
    if ('failed' in read) throw new Error(read.failed)
    return read.samples.length === 0 ? undefined : read.samples.reduce((sum, { value }) => sum + value, 0)
  }
})

/** As the PodMonitor says it. */
function relabelings({ model, environment }: Place): { targetLabel: string; replacement: string }[] {
  const watched = { model, version: 'v1', environment, services: [model] }
  const [monitor] = parseAllDocuments(watchFile(watched, WATCH)!.text).map(one => one.toJS())
  return monitor.spec.podMetricsEndpoints[0].relabelings
}
