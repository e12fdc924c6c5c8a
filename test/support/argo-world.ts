import {
  readApplication,
  readManagedResources,
  readResourceTree,
  readSyncWindows,
} from '../../src/core/promotion/live/application.ts'
import {
  type LiveFacts,
  type Liveness,
  livenessOf,
  type PromotedRelease,
} from '../../src/core/promotion/live/liveness.ts'

/**
 * An application as Argo CD 3.6 answers it, with everything that belongs to it, in a state in which the promoted release is
 * live: the tests change what their case is about. `test/data/argocd-swagger-excerpt.json` is held against it.
 */

export const COMMIT = 'c'.repeat(40)
export const OLDER = 'a'.repeat(40)
export const LATER = 'd'.repeat(40)
export const DIGEST = `sha256:${'1f'.repeat(32)}`
export const OLD_DIGEST = `sha256:${'2e'.repeat(32)}`
export const IMAGE = { name: 'registry.example/acme/churn', digest: DIGEST, tag: 'v42' }
export const URI = 's3://models/churn/42'
export const NOW = Date.parse('2026-05-20T12:00:00Z')

// biome-ignore lint/suspicious/noExplicitAny: tests reach anywhere into what is foreign JSON
export type Json = any

export interface World {
  application: Json
  /** As they are in the cluster. */
  live: Json[]
  /** As they are in git, where that is something else. */
  git?: Json[]
  /** Nodes of the resource tree. */
  tree?: Json[]
  windows?: Json
  release: PromotedRelease
  /** Commits that have the promoted one in them; others have not, and of `unsure` nobody knows. */
  containing: Set<string>
  unsure: Set<string>
  now: number
  /** When it had looked before it was asked to look again. */
  lookedAt?: string
}

/** The world, after `change`. */
export function world(change: (world: World) => void = () => {}): World {
  const made: World = {
    application: application(),
    live: [deployment()],
    release: {
      commit: COMMIT,
      repository: 'https://git.example/acme/deploy.git',
      path: 'apps/churn/overlays/staging',
      image: IMAGE,
    },
    containing: new Set([COMMIT, LATER]),
    unsure: new Set(),
    now: NOW,
  }
  change(made)
  return made
}

/** Reads the world as the client does, and judges it. */
export function judge(given: World): Liveness {
  return livenessOf(given.release, factsOf(given))
}

export function factsOf({
  application,
  live,
  git,
  tree,
  windows,
  containing,
  unsure,
  now,
  lookedAt,
}: World): LiveFacts {
  return {
    application: readApplication(overTheWire(application)),
    manifests: live && readManagedResources(overTheWire(managed(live, git))),
    tree: tree && readResourceTree(overTheWire({ nodes: tree })),
    windows: windows && readSyncWindows(overTheWire(windows)),
    contains: revision => (unsure.has(revision) ? undefined : containing.has(revision)),
    now,
    ...(lookedAt !== undefined && { asked: { lookedAt: Date.parse(lookedAt) } }),
  }
}

/** Answer of `/managed-resources`. */
export function managed(live: readonly Json[], git: readonly Json[] = []): Json {
  const inGit = ({ kind, metadata: { name } }: Json) =>
    git.find(one => one.kind === kind && one.metadata.name === name)
  return {
    items: live.map(object => ({
      group: String(object.apiVersion).includes('/') ? object.apiVersion.split('/')[0] : '',
      kind: object.kind,
      namespace: 'churn',
      name: object.metadata.name,
      targetState: JSON.stringify(inGit(object) ?? { ...object, status: undefined }),
      liveState: JSON.stringify(object),
    })),
  }
}

export function application(): Json {
  const source = {
    repoURL: 'https://git.example/acme/deploy.git',
    path: 'apps/churn/overlays/staging',
    targetRevision: 'main',
  }
  return {
    metadata: {
      name: 'churn-staging',
      namespace: 'argocd',
      uid: '9f0c',
      resourceVersion: '4711',
      generation: 12,
    },
    spec: {
      project: 'ml',
      source,
      destination: { server: 'https://kubernetes.default.svc', namespace: 'churn' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
    status: {
      reconciledAt: '2026-05-20T11:40:00Z',
      sourceType: 'Kustomize',
      sync: { status: 'Synced', revision: COMMIT, comparedTo: { source: { ...source }, destination: {} } },
      health: { status: 'Healthy', lastTransitionTime: '2026-05-20T10:05:00Z' },
      operationState: {
        operation: { sync: { revision: COMMIT }, initiatedBy: { automated: true }, retry: { limit: 5 } },
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        startedAt: '2026-05-20T10:00:00Z',
        finishedAt: '2026-05-20T10:01:00Z',
        syncResult: { revision: COMMIT, source, resources: [] },
      },
      history: [
        { id: 6, revision: OLDER, deployedAt: '2026-05-18T09:00:00Z', source },
        { id: 7, revision: COMMIT, deployedAt: '2026-05-20T10:01:00Z', source },
      ],
      resources: [
        {
          group: 'apps',
          version: 'v1',
          kind: 'Deployment',
          namespace: 'churn',
          name: 'churn',
          status: 'Synced',
          health: { status: 'Healthy' },
        },
      ],
      summary: { images: [`registry.example/acme/churn@${DIGEST}`] },
      controllerNamespace: 'argocd',
    },
  }
}

/** Two sources: a chart from elsewhere, with values out of the deploy repository. */
export function multiSource(application: Json): void {
  const chart = {
    repoURL: 'https://charts.example/ml',
    chart: 'model-server',
    targetRevision: '4.2.0',
    helm: { valueFiles: ['$values/apps/churn/overlays/staging/values.yaml'] },
  }
  const values = { repoURL: 'git@git.example:acme/deploy.git', targetRevision: 'main', ref: 'values' }
  const { spec, status } = application
  spec.sources = [chart, values]
  delete spec.source
  status.sync = {
    status: 'Synced',
    revisions: ['4.2.0', COMMIT],
    // Go writes a struct that is empty, whatever `omitempty` says.
    comparedTo: { source: { repoURL: '' }, sources: [{ ...chart }, { ...values }], destination: {} },
  }
  status.operationState.syncResult = { revisions: ['4.2.0', COMMIT], sources: [chart, values] }
  status.history = [
    { id: 7, revisions: ['4.2.0', COMMIT], sources: [chart, values], deployedAt: '2026-05-20T10:01:00Z' },
  ]
}

export function hydrator(application: Json): void {
  const sourceHydrator = {
    drySource: {
      repoURL: 'https://git.example/acme/deploy',
      path: 'apps/churn/overlays/staging',
      targetRevision: 'main',
    },
    syncSource: { targetBranch: 'rendered/staging', path: 'churn' },
  }
  const done = { drySHA: COMMIT, hydratedSHA: 'e'.repeat(40), sourceHydrator }
  delete application.spec.source
  application.spec.sourceHydrator = sourceHydrator
  application.status.sync = { status: 'Synced', revision: 'e'.repeat(40) }
  application.status.sourceHydrator = {
    lastSuccessfulOperation: done,
    currentOperation: { ...done, phase: 'Hydrated', message: '', startedAt: '2026-05-20T10:00:00Z' },
    lastComparedDryRevision: COMMIT,
  }
}

/** The Deployment that an InferenceService in Standard mode made, as a node of the resource tree. */
export function madeDeployment(health: string, parent = '5e71'): Json {
  return {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    namespace: 'churn',
    name: 'churn-predictor',
    uid: '77aa',
    parentRefs: [
      {
        group: 'serving.kserve.io',
        kind: 'InferenceService',
        namespace: 'churn',
        name: 'churn',
        uid: parent,
      },
    ],
    resourceVersion: '99',
    health: { status: health, message: '1 old replicas are pending termination' },
    createdAt: '2026-05-01T10:00:00Z',
  }
}

/** With what the API server adds to every object. */
export function deployment(name = 'churn', digest = DIGEST): Json {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'churn',
      generation: 9,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"image":"x@${OLD_DIGEST}"}` },
    },
    spec: {
      replicas: 2,
      template: {
        spec: {
          initContainers: [{ name: 'fetch', image: `registry.example/tools/fetch@${OLD_DIGEST}` }],
          containers: [{ name: 'server', image: `registry.example/acme/churn@${digest}` }],
        },
      },
    },
    status: {
      observedGeneration: 9,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      conditions: [
        { type: 'Available', status: 'True', lastTransitionTime: '2026-05-20T10:04:00Z' },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          lastTransitionTime: '2026-05-01T10:00:00Z',
        },
      ],
    },
  }
}

/** In Knative mode, with the promoted model loaded. */
export function inferenceService(uri = URI): Json {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'churn', namespace: 'churn', uid: '5e71', generation: 7 },
    spec: { predictor: { model: { modelFormat: { name: 'sklearn' }, storageUri: uri } } },
    status: {
      observedGeneration: 7,
      conditions: ['IngressReady', 'PredictorReady', 'Ready'].map(type => ({
        type,
        status: 'True',
        lastTransitionTime: '2026-05-20T10:06:00Z',
      })),
      components: {
        predictor: {
          latestCreatedRevision: 'churn-predictor-00007',
          latestReadyRevision: 'churn-predictor-00007',
          latestRolledoutRevision: 'churn-predictor-00007',
        },
      },
      modelStatus: {
        copies: { failedCopies: 0, totalCopies: 1 },
        states: { activeModelState: 'Loaded', targetModelState: 'Loaded' },
        transitionStatus: 'UpToDate',
      },
    },
  }
}

// --- internal ---

function overTheWire(value: Json): unknown {
  return JSON.parse(JSON.stringify(value))
}
