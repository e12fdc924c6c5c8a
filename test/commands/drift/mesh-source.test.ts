import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { World } from '../../../src/commands/command/context.ts'
import { meshInPrometheus } from '../../../src/commands/drift/mesh-source.ts'
import { sourcesOf } from '../../../src/commands/drift/sources.ts'
import type { AssayError } from '../../../src/core/errors/errors.ts'
import { rulesOf } from '../../../src/core/traffic/canary/rules.ts'
import { jsonApi } from '../../../src/services/json-api/json-api.ts'
import { canaryFile } from '../../support/canaries.ts'

/** What is asked of a Prometheus for the counts of a mesh, and what becomes of counts by events where it cannot tell. */

const NOW = Date.UTC(2026, 4, 20, 12)
const HOUR = 3_600_000
const RULES = rulesOf(
  'r41',
  canaryFile({
    unit: 'request',
    sticky: 'none',
    guardrails: ['errors'],
    mesh: {
      series: 'envoy',
      champion: { envoy_cluster_name: '{model}-{environment}-a' },
      challenger: { envoy_cluster_name: '{model}-{environment}-b' },
    },
  }),
)
const OF = { model: 'churn', environment: 'production', key: RULES.key }

let servers: Server[] = []
/** Each question to Prometheus: its path, and its form. */
let asked: { path: string; form: URLSearchParams }[] = []
let answer: { status: number; body: unknown }

const success = (resultType: string, result: unknown) => ({ status: 'success', data: { resultType, result } })

async function serve(reply: (path: string, body: string) => { status: number; body: unknown }) {
  const server = createServer(async (request, response) => {
    const { status, body } = reply(request.url!, await text(request))
    response.statusCode = status
    response.end(JSON.stringify(body))
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function sourcesWith(more: { prometheus?: string } = {}) {
  const arm = { exposures: 100, crossed: 0, matured: 0, converted: 0, harmed: {} }
  const rest = { asOf: NOW, restarted: false, metBoth: 0, unattributed: 0, full: 0, echoed: 0 }
  const collector = await serve(() => ({
    status: 200,
    body: { counts: [{ ...OF, since: NOW - HOUR, ...rest, arms: { champion: arm, challenger: arm } }] },
  }))
  const world = {
    env: {},
    ci: { name: 'local' },
    now: () => NOW,
    signal: new AbortController().signal,
  } as unknown as World
  return sourcesOf(world, { job: {}, file: { collector, ...more } })!
}

beforeEach(() => {
  asked = []
  answer = { status: 200, body: success('matrix', []) }
})
afterEach(() => {
  for (const server of servers) server.close()
  servers = []
})

const prometheus = () =>
  serve((path, body) => {
    asked.push({ path, form: new URLSearchParams(body) })
    if (path === '/api/v1/query_range') return answer
    return { status: 200, body: success('vector', []) }
  })

describe('the counts of a mesh', () => {
  it('are asked of the series of both arms, since events are counted, and stand beside those', async () => {
    const counts = await (await sourcesWith({ prometheus: await prometheus() })).canary(OF, RULES, NOW)

    expect(counts).toMatchObject({
      arms: { challenger: { exposures: 100 } },
      mesh: { champion: { requests: 0 }, challenger: { requests: 0 } },
    })
    const [range, read] = asked
    expect(range!.form.get('query')).toContain('{envoy_cluster_name="churn-production-b"}')
    expect(Number(range!.form.get('end'))).toBe(NOW / 1000 - 60)
    expect(Number(range!.form.get('start'))).toBeLessThanOrEqual((NOW - HOUR) / 1000 - 120)
    // At the time of Prometheus itself, whose clock is looked at by that.
    expect([read!.path, read!.form.get('time')]).toEqual(['/api/v1/query', null])
  })

  it('are not asked for at each look of a page that is open', async () => {
    const sources = await sourcesWith({ prometheus: await prometheus() })
    for (const seconds of [0, 2, 4, 9]) await sources.canary(OF, RULES, NOW + seconds * 1000)
    expect(asked).toHaveLength(2)
    await sources.canary(OF, RULES, NOW + 10_000)
    expect(asked).toHaveLength(4)
  })

  it.each<[string, { status: number; body: unknown }, RegExp]>([
    ['does not answer', { status: 503, body: 'x' }, /^Prometheus: it answers 503/],
    ['wants a token', { status: 401, body: 'x' }, /^Prometheus: it answers 401/],
    [
      'answers in part',
      { status: 200, body: { ...success('matrix', []), warnings: ['a store is down'] } },
      /^Prometheus cannot tell: it answers in part: a store is down$/,
    ],
    [
      'refuses the question',
      { status: 422, body: { status: 'error', error: 'query timed out' } },
      /^Prometheus cannot tell: it answers: query timed out$/,
    ],
  ])('are not known where Prometheus %s, and what events tell stays', async (_, given, words) => {
    answer = given
    const counts = await (await sourcesWith({ prometheus: await prometheus() })).canary(OF, RULES, NOW)

    expect(counts).toMatchObject({ arms: {}, mesh: { failed: expect.stringMatching(words) } })
  })

  it('are not known where there are more of them than is read, and the labels are to be narrowed', async () => {
    const series = Array.from({ length: 50 }, (_, pod) => ({
      metric: { pod: `p${pod}` },
      values: [[1, '2']],
    }))
    answer = { status: 200, body: success('matrix', series) }
    const address = await prometheus()
    const api = jsonApi({ address, name: 'Prometheus', setting: 'x', tokenSetting: 'y', largest: 1024 })
    const error = await meshInPrometheus(api, { of: OF, mesh: RULES.mesh! }, NOW - HOUR, NOW).catch(
      (thrown: unknown) => thrown as AssayError,
    )
    const [problem] = (error as AssayError).problems

    expect(problem!.what).toMatch(/^Prometheus: it answers 200 at http:\S+ with more than /)
    expect(problem!.fix).toMatch(/^Too many series: narrow the labels in `mesh`/)
  })

  it('are not known where the file of the canary has a mesh and nobody names a Prometheus any more', async () => {
    expect(await (await sourcesWith()).canary(OF, RULES, NOW)).toMatchObject({
      arms: {},
      mesh: { failed: expect.stringContaining('names no Prometheus') },
    })
  })
})
