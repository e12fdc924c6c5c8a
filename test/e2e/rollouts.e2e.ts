import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { Context } from '../../src/commands/command/context.ts'
import { readWatched } from '../../src/commands/deploy/ledger/watched.ts'
import { watchRoutes } from '../../src/commands/watching/routes.ts'
import { type Watcher, watcherOf } from '../../src/commands/watching/watcher.ts'
import { EVERYTHING } from '../../src/core/secrets/token-scope.ts'
import { startServer, type WebServer } from '../../src/services/web/server.ts'
import { arm, countsOf } from '../core/traffic/canary/canaries.ts'
import { goldenText } from '../targets/cases.ts'
import { assay, release } from './assay.ts'
import { ARGOCD, apply, kubectl } from './cluster.ts'
import { kill, start, until } from './processes.ts'
import { addModel, commitToDeploy, mergePromotion, readDeploy } from './repositories.ts'

/**
 * Argo Rollouts' own controller, with the Rollout and the AnalysisTemplate that promotions wrote and Argo CD brought: it takes the
 * steps of a canary by what `assay watch` answers, and gives up on one that harms.
 */

const cluster = inject('cluster')
const MODEL = 'stepwise'
const NAMESPACE = 'ml-production'
/** Of Rollouts in the cluster it looks at those with this label: tests play the controller of others. */
const INSTANCE = 'e2e'
const WATCH = 18095
const TOKEN = 'e2e-watch'
vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 600_000 })

/** What is counted of the challenger at a weight: conversions of 10,000 where 600 of the champion's convert; undefined: not yet. */
const converted = new Map<number, number>()
/** What the controller asked for. */
const asked: string[] = []
let watcher: Watcher
let server: WebServer
let looking: Promise<void> | undefined
let isOver = false

beforeAll(async () => {
  const repositories = inject('repositories')
  commitToDeploy(repositories, 'Say who counts the traffic', {
    'assay-deploy.yml': readDeploy(repositories, 'assay-deploy.yml').replace(
      /^ {2}production:\n/m,
      "$&    drift: { collector: 'http://127.0.0.1:9' }\n",
    ),
  })
  addModel(
    repositories,
    MODEL,
    `    target: argo-rollouts
    options: { file: rollout.yaml, container: server, registries: [ghcr.io/acme/] }
    skip: [staging]
    canary:
      steps: [5, 25]
      unit: request
      sticky: none
      for: 1s
      horizon: 2h
      conversion: { outcome: bought, within: 1s, margin: 0.005 }
      guardrails: [errors]
`,
    { production: { 'rollout.yaml': rolloutText(), 'services.yaml': SERVICES } },
  )
  await until('the namespace is there', () => kubectl(cluster, ['get', 'namespace', NAMESPACE]))
  apply(cluster, [
    {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'assay-watch', namespace: NAMESPACE } },
      stringData: { token: TOKEN },
    },
    {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
      metadata: { name: MODEL, namespace: NAMESPACE },
      spec: {
        hosts: [MODEL],
        http: [
          {
            name: 'primary',
            route: ['stable', 'canary'].map(arm => ({
              destination: { host: `${MODEL}-${arm}` },
              weight: arm === 'stable' ? 100 : 0,
            })),
          },
        ],
      },
    },
  ])
  start(cluster.folder, {
    name: 'rollouts-controller',
    command: 'rollouts-controller',
    parameters: [
      `--kubeconfig=${cluster.folder}/kubeconfig`,
      `--instance-id=${INSTANCE}`,
      '--leader-elect=false',
      '--metricsPort=18096',
      '--healthzPort=18097',
    ],
  })
  watcher = newWatcher()
  server = await startServer({
    routes: watchRoutes({
      watcher: {
        all: () => watcher.all(),
        canaries: () => watcher.canaries(),
        slow: of => watcher.slow(of),
        takenBack: of => watcher.takenBack(of),
        notes: () => watcher.notes(),
        show: of => watcher.show(of),
      },
      scopeOf: head => (head.header('authorization') === `Bearer ${TOKEN}` ? EVERYTHING : undefined),
      onChange: () => () => {},
      startedAt: Date.now(),
      now: Date.now,
      ready: () => true,
      version: 'e2e',
    }).map(route => ({
      ...route,
      answer(request) {
        if (route.name === 'canary') asked.push(request.query.toString())
        return route.answer(request)
      },
    })),
    ...{ host: '127.0.0.1', port: WATCH },
  })
  looking = look()
})

afterAll(async () => {
  isOver = true
  await looking
  await server?.close(0)
  await kill(cluster.folder, 'rollouts-controller')
})

describe('a canary whose steps Argo Rollouts takes', () => {
  it('begins with what serves: the first release gets everything', async () => {
    await release(MODEL, '7a', `s3://models/${MODEL}/1`)
    merge()
    await until('it serves', () => {
      expect(rollout()).toMatchObject({ image: image('7a'), phase: 'Healthy' })
    })
  })

  it('stays at a share until that is shown to be no worse, and goes on step by step by that', async () => {
    await release(MODEL, '8b', `s3://models/${MODEL}/2`)
    merge()
    watcher = newWatcher()
    await until('it has its first share', () => expect(shares()).toEqual([95, 5]))
    await until('its verdict was asked for, and is none', () => {
      const [run] = runs()
      expect(run).toMatchObject({ phase: 'Running' })
      expect(run!.results.length).toBeGreaterThan(2)
      expect(new Set(run!.results)).toEqual(new Set(['Inconclusive']))
    })
    expect(asked.at(-1)).toContain('environment=production&release=')
    expect(asked.at(-1)).toContain('&weight=5')

    converted.set(5, 720)
    await until('it has its second share', () => expect(shares()).toEqual([75, 25]))
    await until('that is asked about', () => expect(asked.at(-1)).toContain('&weight=25'))
    // What was shown at 5 % is nothing that was shown at 25 %.
    expect(shares()).toEqual([75, 25])
    expect((await assay(['promote', MODEL])).text).toMatch(/gets 25 % of the traffic/)

    converted.set(25, 720)
    await until('it has everything', () => {
      expect(rollout()).toMatchObject({ image: image('8b'), phase: 'Healthy' })
    })
    expect(runs().map(({ phase }) => phase)).toEqual(['Successful', 'Successful'])
    await assay(['promote', MODEL])
    merge()
    expect(readDeploy(inject('repositories'), RECORD)).toContain('8b8b8b')
    expect(readDeploy(inject('repositories'), FILE)).not.toContain('setWeight')
  })

  it('is given up by it at once where it harms', async () => {
    converted.clear()
    await release(MODEL, '9c', `s3://models/${MODEL}/3`)
    merge()
    watcher = newWatcher()
    await until('it has its first share', () => expect(shares()).toEqual([95, 5]))

    converted.set(5, 100)
    await until('it has nothing any more', () => {
      expect(shares()).toEqual([100, 0])
      expect(rollout()).toMatchObject({ phase: 'Degraded', isAborted: true })
    })
    expect(runs().at(-1)).toMatchObject({ phase: 'Failed' })
  })
})

// --- internal ---

const FILE = `apps/${MODEL}/overlays/production/rollout.yaml`
const RECORD = `apps/${MODEL}/overlays/production/model-release.yaml`
const SERVICES = ['stable', 'canary']
  .map(
    arm =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${MODEL}-${arm} }\nspec: { selector: { app: ${MODEL} }, ports: [{ port: 80 }] }\n`,
  )
  .join('---\n')

const merge = () => mergePromotion(inject('repositories'), 'production', MODEL)

const image = (digest: string) => `ghcr.io/acme/${MODEL}@sha256:${digest.repeat(32)}`

/** As docs/targets/argo-rollouts.md shows it, of this model, asking once a second. */
function rolloutText(): string {
  return goldenText({ target: 'argo-rollouts', name: 'controller' }, 'before')
    .replaceAll('churn', MODEL)
    .replace(/^ {2}name: (?:stepwise|assay-canary)$/gm, `$&\n  labels: { ${INSTANCE_LABEL}: ${INSTANCE} }`)
    .replace('http://assay-watch.assay:8090', `http://127.0.0.1:${WATCH}`)
    .replace('interval: 1m', 'interval: 1s')
}

const INSTANCE_LABEL = 'argo-rollouts.argoproj.io/controller-instance-id'

/** `assay watch` at a clone, whose counts are those above: it reads what was merged when it is made. */
function newWatcher(): Watcher {
  const { deploy } = inject('repositories')
  readDeploy(inject('repositories'), 'assay-deploy.yml')
  const context = {
    folder: deploy,
    env: { HOME: deploy, ARGOCD_SERVER: ARGOCD, ARGOCD_AUTH_TOKEN: inject('tokens').assay },
    ci: { name: 'local' },
    now: Date.now,
    log: { info() {}, warn() {} },
    signal: new AbortController().signal,
    version: 'e2e',
  } as unknown as Context
  return watcherOf({
    readWatched: () => readWatched(context, { model: MODEL }),
    sources: () => ({
      seen: async () => ({ failed: 'not counted here' }),
      requests: async () => undefined,
      slow: async () => ({ unknown: 'not counted here' }),
      comesYet: async () => ({ failed: 'not counted here' }),
      async canary({ key }) {
        const weight = Number(key.split('@')[1])
        const own = converted.get(weight)
        if (own === undefined) return { failed: 'nobody has come yet' }
        const [all, tried] = [200_000, 2000 * weight]
        const [champion, challenger] = [
          arm(all - tried, (all - tried) * 0.06),
          arm(tried, (tried * own) / 10_000),
        ]
        const now = Date.now()
        return countsOf(champion, challenger, { model: MODEL, key, since: now - 3_600_000, asOf: now })
      },
    }),
    now: Date.now,
    log: { info() {}, warn() {} },
  })
}

async function look(): Promise<void> {
  while (!isOver) {
    await watcher.look()
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
function read(kind: string, ...which: string[]): any {
  return JSON.parse(kubectl(cluster, ['get', kind, ...which, '-n', NAMESPACE, '-o', 'json']))
}

function rollout() {
  const { spec, status = {} } = read('rollout', MODEL)
  const [{ image }] = spec.template.spec.containers
  return { image, phase: status.phase, isAborted: status.abort === true }
}

/** Percent of stable and canary, as the VirtualService has them. */
function shares(): number[] {
  const [{ route }] = read('virtualservice', MODEL).spec.http
  return route.map(({ weight = 0 }: { weight?: number }) => weight)
}

/** The analyses of the Rollout in the order in which they began. */
function runs(): { phase: string; results: string[] }[] {
  const { items } = read('analysisrun')
  return items
    .toSorted((a: Dated, b: Dated) =>
      a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp),
    )
    .map(({ status }: { status?: AnalysisStatus }) => ({
      phase: status?.phase ?? '',
      results: status?.metricResults?.[0]?.measurements?.map(({ phase }) => phase) ?? [],
    }))
}

interface Dated {
  metadata: { creationTimestamp: string }
}
interface AnalysisStatus {
  phase: string
  metricResults?: { measurements?: { phase: string }[] }[]
}
