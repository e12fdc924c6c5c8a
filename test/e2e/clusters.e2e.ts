import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ask, release, verify } from './assay.ts'
import { ARGOCD, apply, kubectl } from './cluster.ts'
import { addModel, commitToDeploy, readDeploy } from './repositories.ts'

/** One environment, two Applications with an overlay each: what is a cluster to Assay is a namespace here. */

const cluster = inject('cluster')
const repositories = inject('repositories')
const SETTINGS = 'assay-deploy.yml'
const NAMESPACES = { eu: 'ml-eu', us: 'ml-us' }
let before = ''

/** Of this environment alone: what other files say of their models has no part in it. */
const REGIONS = `target: kustomize
argocd: { server: '${ARGOCD}', project: ml }
environments:
  regions:
    merge: auto
    path: regions/{model}
    options: { image: '{model}', registries: [ghcr.io/acme/], file: '{cluster}/kustomization.yaml' }
    clusters: [eu, us]
models:
  twin: { from: '${inject('repositories').deployUrl.replace('/deploy.git', '/models')}' }
`
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: twin }
spec:
  replicas: 1
  selector: { matchLabels: { app: twin } }
  template:
    metadata: { labels: { app: twin } }
    spec: { containers: [{ name: server, image: twin }] }
`
const KUSTOMIZATION = `resources: [deployment.yaml]
images:
  - { name: twin, newName: ghcr.io/acme/twin, digest: 'sha256:${'0'.repeat(64)}' }
`

beforeAll(() => {
  before = readDeploy(repositories, SETTINGS)
  addModel(repositories, 'twin', '', {})
  const files: Record<string, string> = {}
  for (const [name, namespace] of Object.entries(NAMESPACES)) {
    mkdirSync(join(repositories.deploy, `regions/twin/${name}`), { recursive: true })
    files[`regions/twin/${name}/deployment.yaml`] = DEPLOYMENT
    files[`regions/twin/${name}/kustomization.yaml`] = KUSTOMIZATION
    apply(cluster, [
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: `twin-regions-${name}`, namespace: 'argocd' },
        spec: {
          project: 'ml',
          source: {
            repoURL: repositories.deployUrl,
            targetRevision: 'main',
            path: `regions/twin/${name}`,
          },
          destination: { server: 'https://kubernetes.default.svc', namespace },
          syncPolicy: { automated: { prune: true }, syncOptions: ['CreateNamespace=true'] },
        },
      },
    ])
  }
  commitToDeploy(repositories, 'Two regions', { ...files, [SETTINGS]: REGIONS })
})
afterAll(() => commitToDeploy(repositories, 'As it was', { [SETTINGS]: before }))

describe('a release in two clusters of one environment', () => {
  it('comes into both by one commit, and is live once both have it', async () => {
    const released = await release('twin', '7a', 's3://models/twin/1')
    expect(released.text).toMatch(/twin in regions: \S+ is on main/)

    const told = await verify('twin', 'regions')
    expect(told.text).toMatch(/^✅ twin \S+ in regions: live\n {4}✅ eu: live\n {4}✅ us: live/m)
    expect(told.code).toBe(0)
  })

  it('is live no more where one of them is, however well the other is', async () => {
    kubectl(cluster, ['scale', 'deployment', 'twin', '-n', NAMESPACES.us, '--replicas=0'])

    const told = await ask('twin', 'regions')
    expect(told.text).toMatch(/^⛔ twin \S+ in regions: blocked\n {4}✅ eu: live\n {4}⛔ us: blocked: /m)
    expect(told.code).toBe(1)
  })

  it('is not live where one of them cannot be found', async () => {
    kubectl(cluster, ['delete', 'application', 'twin-regions-us'])

    const told = await ask('twin', 'regions')
    expect(told.text).toMatch(/^❓ twin .*: unknown\n {4}✅ eu: live\n {4}❓ us: unknown: .*404/m)
    expect(told.code).toBe(1)
  })
})
