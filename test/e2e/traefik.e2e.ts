import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { BROKEN } from '../../src/core/traffic/canary/split.ts'
import type { Arms } from '../../src/targets/target.ts'
import { askAll, logE, metBoth, people, type Seen, type User } from '../support/split-users.ts'
import { ARMS, CHAMPION, goldenText, promoted, SPLITS, type SplitCase, split } from '../targets/cases.ts'
import { API, apply, kubectl } from './cluster.ts'
import { kill, start, until } from './processes.ts'

/**
 * That a share is the share: Traefik as the controller of the Gateway API, which reads the HTTPRoute that a promotion wrote from the
 * API server, and users who come back.
 */

const cluster = inject('cluster')
const NAMESPACE = 'split'
/** One that `run.sh` has given to this network: the API server takes no loopback address for an endpoint. */
const ADDRESS = '192.0.2.1'
const ENTRY = 18090
const TRAEFIK = 'http://127.0.0.1:18091'

const USERS = 20_000
const STEPS = [5, 10]
/** Seeds of the run: `PROOFS=20 npm run e2e -- traefik` measures as many, one after the other; `PROOFS=9-20` those from the ninth on. */
const [, FROM = 1, TO = 1] = (/^(?:(\d+)-)?(\d+)$/.exec(process.env.PROOFS ?? '1') ?? []).map(part =>
  Number(part ?? 1),
)
const SEEDS = Array.from({ length: TO - FROM + 1 }, (_, seed) => FROM + seed)
// 200,000 requests in one test, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 900_000 })

const BACKENDS = ['churn-champion', 'churn-challenger', 'churn-old']
const CHALLENGER = 'churn-challenger'
const servers: Server[] = []

beforeAll(async () => {
  apply(cluster, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'traefik' },
      spec: { controllerName: 'traefik.io/gateway-controller' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gateway', namespace: NAMESPACE },
      spec: { gatewayClassName: 'traefik', listeners: [{ name: 'http', protocol: 'HTTP', port: ENTRY }] },
    },
    ...(await Promise.all(BACKENDS.map(served))).flat(),
  ])
  start(cluster.folder, {
    name: 'traefik',
    command: 'traefik',
    parameters: [
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
      '--log.level=INFO',
      `--entrypoints.web.address=127.0.0.1:${ENTRY}`,
      '--entrypoints.traefik.address=127.0.0.1:18091',
      '--api.insecure=true',
      '--providers.providersthrottleduration=100ms',
      `--providers.kubernetesgateway.endpoint=${API.url}`,
      `--providers.kubernetesgateway.token=${API.token}`,
      `--providers.kubernetesgateway.certauthfilepath=${cluster.folder}/pki/tls.crt`,
    ],
  })
})

afterAll(async () => {
  await kill(cluster.folder, 'traefik')
  for (const server of servers) server.close()
})

describe.each(SEEDS)('a split by Traefik, from the HTTPRoute of a promotion, seed %i', seed => {
  it('keeps users by a cookie, at each step, and none of them once it is taken back', async () => {
    const play = world('cookie')
    const users = people(USERS, `${seed}-`)

    const first = await play(users, { weight: 5 }, 3)
    expect(logE(first, 5)).toBeLessThan(Math.log(BROKEN))
    expect(metBoth(users)).toBe(0)
    const pinned = users.filter(user => first.challengers.has(user.name))

    const all = [...users, ...people(USERS, `new-${seed}-`)]
    const second = await play(all, { weight: 10 }, 2)
    const returning = { ...second, challengers: namesAmong(users, second), total: USERS }
    for (const seen of [second, returning]) expect(logE(seen, 10)).toBeLessThan(Math.log(BROKEN))
    expect(logE(second, 5)).toBeGreaterThan(Math.log(BROKEN))
    expect(metBoth(all)).toBe(0)
    expect(pinned.filter(({ name }) => !second.challengers.has(name))).toEqual([])

    expect(pinned.length).toBeGreaterThan(40)
    const asked = [...pinned.slice(0, 40), ...people(9_960)]
    expect((await play(asked, undefined)).challengers.size).toBe(0)
    if (process.env.PROOFS)
      console.log(
        `traefik ${seed}: 5 % ${first.challengers.size} (log e ${logE(first, 5).toFixed(1)}), 10 % ${second.challengers.size} of ${all.length} (${logE(second, 10).toFixed(1)})`,
      )
  })

  it('draws each request anew', async () => {
    const play = world('none')

    expect(logE(await play(people(USERS), { weight: 5 }), 5)).toBeLessThan(Math.log(BROKEN))
    expect((await play(people(10_000), undefined)).challengers.size).toBe(0)
  })
})

// --- internal ---

/** A server that answers with its name, and the Service that leads to it. */
async function served(name: string): Promise<object[]> {
  const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${name.length}\r\n\r\n${name}`
  const server = createServer(socket => {
    let open = ''
    socket.setNoDelay(true).setEncoding('latin1')
    socket.on('error', () => socket.destroy())
    socket.on('data', (data: string) => {
      const [last, ...whole] = (open + data).split('\r\n\r\n').toReversed()
      open = last!
      socket.write(answer.repeat(whole.length))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, ADDRESS, resolve))
  const { port } = server.address() as { port: number }
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: NAMESPACE },
      spec: { ports: [{ name: 'http', port: 8080, targetPort: port }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port }],
      endpoints: [{ addresses: [ADDRESS], conditions: { ready: true } }],
    },
  ]
}

/** The HTTPRoute of a golden case, and what becomes of users who ask through it. */
function world(name: string) {
  const one = SPLITS.find(found => found.target === 'gateway-api' && found.name === name) as SplitCase
  const alone = promoted(one, goldenText(one, 'before'), CHAMPION)
  /** Applies what a promotion writes of a canary, or of its end, and has each user ask some times. */
  return async (users: User[], canary: Partial<Arms> | undefined, times = 1): Promise<Seen> => {
    const arms = { ...ARMS, steps: STEPS, ...one.arms, ...canary }
    const begun = split(one, alone, arms)
    await routed(canary ? begun : promoted(one, begun, CHAMPION))
    const seen = await askAll(ENTRY, users, {
      times,
      challenger: CHALLENGER,
      ...(canary && {
        releaseOf: body => (body === CHALLENGER ? arms.challenger : arms.champion).version,
      }),
    })
    expect(seen.mislabelled).toBe(0)
    return seen
  }
}

interface Rule {
  matches?: object[]
  backendRefs: { name: string; weight?: number }[]
}

interface TraefikService {
  provider: string
  weighted?: { services: { name: string; weight: number }[] }
}

/** Until Traefik has accepted the route and splits by it. */
async function routed(text: string): Promise<void> {
  const route = parseAllDocuments(text)
    .map(document => document.toJS())
    .find(({ kind }) => kind === 'HTTPRoute')
  route.metadata.namespace = NAMESPACE
  apply(cluster, [route])
  const rules = route.spec.rules as Rule[]
  const matches = rules.map(rule => JSON.stringify(rule.matches))
  // Of rules with the same matches the first is reached, and Traefik has no other.
  const reached = rules.filter((_, at) => matches.indexOf(matches[at]!) === at)
  const wanted = shapes(reached.map(({ backendRefs }) => backendRefs))
  await until('Traefik splits by the route', async () => {
    const { metadata, status } = JSON.parse(
      kubectl(cluster, ['get', 'httproute', 'churn', '-n', NAMESPACE, '-o', 'json']),
    )
    const conditions: { type: string; status: string; observedGeneration: number }[] =
      status.parents[0].conditions
    for (const type of ['Accepted', 'ResolvedRefs'])
      expect(conditions.find(one => one.type === type)).toMatchObject({
        status: 'True',
        observedGeneration: metadata.generation,
      })
    const answer = await fetch(`${TRAEFIK}/api/http/services?per_page=1000`)
    const services = (await answer.json()) as TraefikService[]
    const there = services.flatMap(({ provider, weighted }) =>
      provider === 'kubernetesgateway' && weighted ? [weighted.services] : [],
    )
    expect(shapes(there)).toEqual(wanted)
  })
}

/** The backends of each rule with their weights, whatever the order of the rules and however often one is there. */
function shapes(rules: readonly { name: string; weight?: number }[][]): string[] {
  const words = rules.map(backends =>
    backends.map(({ name, weight = 1 }) => `${BACKENDS.find(one => name.includes(one))} ${weight}`).join(),
  )
  return [...new Set(words)].toSorted()
}

function namesAmong(users: readonly User[], { challengers }: Seen): Set<string> {
  return new Set(users.flatMap(({ name }) => (challengers.has(name) ? [name] : [])))
}
