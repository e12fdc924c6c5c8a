import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  COMMIT,
  DIGEST,
  deployment,
  IMAGE,
  inferenceService,
  type Json,
  judge,
  LATER,
  madeDeployment,
  multiSource,
  NOW,
  OLD_DIGEST,
  OLDER,
  URI,
  type World,
  world,
} from '../../../support/argo-world.ts'
import { cases } from '../../../support/rounds.ts'

const RUNS = cases(300)

/** A world with an object of another kind in it. */
const withLive = (object: Json, change: (object: Json, world: World) => void = () => {}) =>
  judge(
    world(w => {
      change(object, w)
      w.live = [object]
    }),
  )
const reasonOf = ({ reasons }: { reasons: string[] }) => reasons.join('; ')

const pods = { containers: [{ name: 'server', image: `registry.example/acme/churn:v42@${DIGEST}` }] }
const kind = (name: string, apiVersion: string, spec: Json, status: Json = {}) => ({
  apiVersion,
  kind: name,
  metadata: { name: 'churn', generation: 3 },
  spec,
  status: { observedGeneration: 3, ...status },
})

describe('the promoted digest is found in', () => {
  const done = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 }
  it.each<[string, Json]>([
    ['a Deployment', deployment()],
    [
      'init containers',
      kind('Deployment', 'apps/v1', { template: { spec: { initContainers: pods.containers } } }, done),
    ],
    [
      'a StatefulSet',
      kind(
        'StatefulSet',
        'apps/v1',
        { replicas: 1, template: { spec: pods } },
        { ...done, currentRevision: 'a', updateRevision: 'a' },
      ),
    ],
    [
      'a DaemonSet',
      kind(
        'DaemonSet',
        'apps/v1',
        { template: { spec: pods } },
        { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
      ),
    ],
    [
      'a Rollout, which counts generations in text',
      kind(
        'Rollout',
        'argoproj.io/v1alpha1',
        { template: { spec: pods } },
        { observedGeneration: '3', phase: 'Healthy', stableRS: 'x', currentPodHash: 'x' },
      ),
    ],
    [
      'a Job',
      kind(
        'Job',
        'batch/v1',
        { template: { spec: pods } },
        { conditions: [{ type: 'Complete', status: 'True' }] },
      ),
    ],
    ['a CronJob', kind('CronJob', 'batch/v1', { jobTemplate: { spec: { template: { spec: pods } } } })],
    [
      'a kind that nobody knows',
      kind('SeldonDeployment', 'machinelearning.seldon.io/v1', {
        predictors: [{ componentSpecs: [{ spec: pods }] }],
      }),
    ],
    [
      'a mirror of the registry',
      kind('Widget', 'example.com/v1', { image: `mirror.example/churn@${DIGEST}` }),
    ],
    [
      'a list of values',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { digest: DIGEST } },
    ],
  ])('%s', (_, object) => {
    expect(withLive(object)).toMatchObject({ state: 'live', reasons: [] })
  })

  it('a tag alone, and it is said that this proves no digest', () => {
    const object = deployment()
    object.spec.template.spec.containers[0].image = 'registry.example/acme/churn:v42'

    const found = withLive(object)

    expect(found.state).toBe('live')
    expect(reasonOf(found)).toMatch(/by its tag, which can be moved/)
  })

  it.each([
    ['the same tag with another digest', `registry.example/acme/churn:v42@${OLD_DIGEST}`],
    ['a tag that begins like it', 'registry.example/acme/churn:v421'],
    ['an image whose name begins like it', 'registry.example/acme/churn-eu:v42'],
    ['a digest that it is a part of', `registry.example/acme/churn@${DIGEST}00`],
  ])('not in %s', (_, image) => {
    const object = deployment()
    object.spec.template.spec.containers[0].image = image

    expect(withLive(object)).toMatchObject({ state: 'blocked', stuck: true })
  })

  it('not in an old Job that stays as it was made, and that holds nothing up', () => {
    const job = kind('Job', 'batch/v1', {
      template: { spec: { containers: [{ image: `registry.example/acme/churn@${OLD_DIGEST}` }] } },
    })

    expect(judge(world(w => w.live.push(job)))).toMatchObject({ state: 'live' })
  })
})

describe('a workload that is not done yet, although Argo CD says Healthy', () => {
  it.each<[string, (deployment: Json) => void, string, RegExp]>([
    ['was changed a moment ago', d => (d.metadata.generation = 10), 'progressing', /generation 9 of 10/],
    ['has old pods', d => (d.status.replicas = 3), 'progressing', /1 replicas of the version before/],
    ['has too few new pods', d => (d.status.updatedReplicas = 1), 'progressing', /1 of 2 replicas updated/],
    [
      'has pods that are not available',
      d => (d.status.availableReplicas = 0),
      'progressing',
      /0 of 2 replicas available/,
    ],
    ['is paused', d => (d.spec.paused = true), 'progressing', /is paused/],
    [
      'does not get on',
      d =>
        (d.status.conditions[1] = {
          type: 'Progressing',
          status: 'False',
          message: 'exceeded its progress deadline',
        }),
      'degraded',
      /does not get on: exceeded/,
    ],
    ['has no status', d => delete d.status, 'progressing', /0 of 2 replicas updated/],
  ])('%s', (_, change, state, reason) => {
    const found = withLive(deployment(), change)

    expect(found.state).toBe(state)
    expect(reasonOf(found)).toMatch(reason)
  })

  it.each<[string, Json, string, RegExp]>([
    [
      'a StatefulSet between two revisions',
      kind(
        'StatefulSet',
        'apps/v1',
        { replicas: 2, template: { spec: pods } },
        { readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
      ),
      'progressing',
      /1 of 2 pods updated/,
    ],
    [
      'a StatefulSet with a partition',
      kind('StatefulSet', 'apps/v1', {
        replicas: 2,
        updateStrategy: { rollingUpdate: { partition: 1 } },
        template: { spec: pods },
      }),
      'progressing',
      /keeps 1 of 2 pods back/,
    ],
    [
      'a DaemonSet',
      kind(
        'DaemonSet',
        'apps/v1',
        { template: { spec: pods } },
        { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 },
      ),
      'progressing',
      /2 of 3 replicas updated/,
    ],
    [
      'a Rollout whose controller lags',
      kind(
        'Rollout',
        'argoproj.io/v1alpha1',
        { template: { spec: pods } },
        { observedGeneration: '2', phase: 'Healthy' },
      ),
      'progressing',
      /generation 2 of 3/,
    ],
    [
      'a Rollout at a step',
      kind(
        'Rollout',
        'argoproj.io/v1alpha1',
        { template: { spec: pods } },
        { phase: 'Paused', message: 'CanaryPauseStep' },
      ),
      'progressing',
      /step of its canary: CanaryPauseStep/,
    ],
    [
      'a Rollout that was aborted',
      kind(
        'Rollout',
        'argoproj.io/v1alpha1',
        { template: { spec: pods } },
        { abort: true, phase: 'Degraded', message: 'metric failed' },
      ),
      'degraded',
      /aborted or failed, the version before serves: metric failed/,
    ],
    [
      'a Rollout with another stable version',
      kind(
        'Rollout',
        'argoproj.io/v1alpha1',
        { template: { spec: pods } },
        { phase: 'Healthy', stableRS: 'a', currentPodHash: 'b' },
      ),
      'progressing',
      /version before as its stable one/,
    ],
    [
      'a Job that failed',
      kind(
        'Job',
        'batch/v1',
        { template: { spec: pods } },
        { conditions: [{ type: 'Failed', status: 'True', message: 'BackoffLimitExceeded' }] },
      ),
      'degraded',
      /failed: BackoffLimitExceeded/,
    ],
  ])('%s', (_, object, state, reason) => {
    const found = withLive(object)

    expect(found.state).toBe(state)
    expect(reasonOf(found)).toMatch(reason)
  })

  const scaledToNothing = (name?: string, digest?: string) => {
    const made = deployment(name, digest)
    made.spec.replicas = 0
    Object.assign(made.status, { replicas: 0, updatedReplicas: 0, availableReplicas: 0, readyReplicas: 0 })
    return made
  }
  const configMap = (name: string, uri = URI) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'churn' },
    data: { MODEL_URI: uri },
  })

  it.each<[string, (w: World) => void]>([
    ['that carries it', w => (w.live = [scaledToNothing()])],
    [
      'beside a batch job that has it too',
      w =>
        w.live.splice(0, 1, scaledToNothing(), {
          ...configMap('x'),
          kind: 'CronJob',
          spec: { image: `x@${DIGEST}` },
        }),
    ],
    [
      'that reads its model from a ConfigMap',
      w => {
        w.release = { ...w.release, image: undefined, uri: URI }
        w.live = [scaledToNothing('server', OLD_DIGEST), configMap('churn-model')]
      },
    ],
  ])('is not live where the only workload %s has 0 replicas', (_, change) => {
    expect(judge(world(change))).toMatchObject({
      state: 'blocked',
      stuck: true,
      reasons: [expect.stringMatching(/^Deployment \w+ has 0 replicas: nothing serves$/)],
    })
  })

  it('is live where one of two workloads serves', () => {
    expect(judge(world(w => w.live.push(scaledToNothing('spare'))))).toMatchObject({ state: 'live' })
  })
})

describe('an InferenceService', () => {
  const service = (change: (service: Json, world: World) => void = () => {}) =>
    withLive(inferenceService(), (object, w) => {
      delete w.release.image
      w.release.uri = URI
      change(object, w)
    })

  it('with the promoted model loaded is live', () => {
    expect(service()).toEqual({
      state: 'live',
      revision: COMMIT,
      reasons: [],
      healthySince: Date.parse('2026-05-20T10:06:00Z'),
    })
  })

  it.each<[string, (service: Json, world: World) => void, string, RegExp]>([
    [
      'has another model',
      s => (s.spec.predictor.model.storageUri = 's3://models/churn/41'),
      'blocked',
      /nothing in the cluster has the model s3:\/\/models\/churn\/42; InferenceService churn has s3:\/\/models\/churn\/41/,
    ],
    [
      'is loading the model',
      s => (s.status.modelStatus.transitionStatus = 'InProgress'),
      'progressing',
      /is loading the model/,
    ],
    [
      'could not load the model',
      s => {
        s.status.modelStatus.transitionStatus = 'BlockedByFailedLoad'
        s.status.modelStatus.lastFailureInfo = {
          reason: 'ModelLoadFailed',
          message: 'No such file model.joblib',
        }
      },
      'degraded',
      /could not load the model, the one before serves on: No such file model.joblib/,
    ],
    [
      'names no runtime that there is',
      s => (s.status.modelStatus.transitionStatus = 'InvalidSpec'),
      'degraded',
      /is not valid/,
    ],
    [
      'is in a state that nobody knows',
      s => (s.status.modelStatus.transitionStatus = 'Dreaming'),
      'unknown',
      /a state that Assay does not know/,
    ],
    [
      'has a target that failed',
      s => (s.status.modelStatus.states.targetModelState = 'FailedToLoad'),
      'degraded',
      /could not load/,
    ],
    [
      'has a target that is pending',
      s => (s.status.modelStatus.states.targetModelState = 'Pending'),
      'progressing',
      /has not loaded/,
    ],
    [
      'serves an older revision',
      s => (s.status.components.predictor.latestReadyRevision = 'churn-predictor-00006'),
      'progressing',
      /newest revision is not ready, the one before serves/,
    ],
    [
      'does not send it all the traffic',
      s => (s.status.components.predictor.latestRolledoutRevision = 'churn-predictor-00006'),
      'progressing',
      /all the traffic/,
    ],
    [
      'is a canary in Knative mode',
      s => (s.spec.predictor.canaryTrafficPercent = 10),
      'progressing',
      /has 10 % of the traffic/,
    ],
    [
      'is a canary in Standard mode',
      s => (s.spec.canary = [{ trafficPercent: 5, predictor: { name: 'next', model: { storageUri: URI } } }]),
      'progressing',
      /has a part of the traffic/,
    ],
    ['has no conditions', s => delete s.status.conditions, 'progressing', /not reported anything/],
    ['has no status', s => delete s.status, 'progressing', /not reported anything/],
    [
      'is not ready, whatever else it says',
      s => Object.assign(s.status.conditions[1], { status: 'False', message: 'no GPU left' }),
      'progressing',
      /is not ready: no GPU left/,
    ],
    [
      'tells nothing about the model',
      s => {
        delete s.status.modelStatus
        delete s.status.components
      },
      'unknown',
      /does not tell with which model/,
    ],
    [
      'was changed a moment ago',
      (s, w) => {
        s.metadata.generation = 8
        w.now = Date.parse('2026-05-20T10:02:00Z')
      },
      'progressing',
      /shows generation 7 and is at 8: KServe may not have seen the change/,
    ],
  ])('%s', (_, change, state, reason) => {
    const found = service(change)

    expect(found.state).toBe(state)
    expect(reasonOf(found)).toMatch(reason)
  })

  it('whose generation does not fit long after the sync is live if all else is, and it is said why', () => {
    const found = service(s => (s.metadata.generation = 8))

    expect(found.state).toBe('live')
    expect(reasonOf(found)).toMatch(/kserve#6081/)
  })

  it.each([
    ['is not ready', 'Progressing', '5e71', 'progressing'],
    ['is degraded', 'Degraded', '5e71', 'degraded'],
    ['is healthy', 'Healthy', '5e71', 'live'],
    ['of another object is not ready', 'Progressing', 'ffff', 'live'],
  ])('whose own Deployment %s', (_, health, parent, state) => {
    expect(service((_service, w) => (w.tree = [madeDeployment(health, parent)]))).toMatchObject({ state })
  })

  it('with the image of the server unchanged is not taken for the new model', () => {
    const found = service((s, w) => {
      w.release.image = IMAGE
      Object.assign(s.spec.predictor.model, {
        image: `${IMAGE.name}@${DIGEST}`,
        storageUri: 's3://models/churn/41',
      })
    })

    expect(found).toMatchObject({ state: 'blocked', stuck: true })
  })

  it.each([
    [{ key: 'minio', path: 'churn/42' }, 'live'],
    [{ key: 'minio', path: 'churn/41' }, 'blocked'],
  ])('is told by the path of its storage: %j', (storage, state) => {
    const found = service(s => {
      const { storageUri: _, ...model } = s.spec.predictor.model
      s.spec.predictor.model = { ...model, storage }
    })

    expect(found).toMatchObject({ state })
  })

  it('needs no image in the manifests where the target writes the URI alone', () => {
    expect(service((_, w) => (w.release.image = IMAGE))).toMatchObject({ state: 'live' })
  })
})

describe('whatever Argo CD answers', () => {
  /** Mostly the first, so that enough of the worlds are live. */
  const mostly = <T>(first: T, ...others: T[]) =>
    fc.oneof(
      { arbitrary: fc.constant(first), weight: 4 },
      { arbitrary: fc.constantFrom(...others), weight: 1 },
    )
  const commits = mostly<string | undefined>(
    COMMIT,
    LATER,
    OLDER,
    'main',
    'HEAD',
    '',
    undefined,
    'b'.repeat(40),
  )
  const words = (...known: string[]) =>
    mostly<string | undefined>(known[0], ...known.slice(1), 'Nonsense', '', undefined)
  const times = fc.option(
    fc.integer({ min: -3600, max: 3600 }).map(seconds => new Date(NOW + seconds * 1000).toISOString()),
    { nil: null },
  )
  const worlds = fc
    .record({
      isMulti: fc.boolean(),
      revision: commits,
      synced: commits,
      sync: words('Synced', 'OutOfSync', 'Unknown'),
      health: words('Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing'),
      phase: words('Succeeded', 'Running', 'Terminating', 'Failed', 'Error'),
      reconciledAt: times,
      finishedAt: times,
      changedAt: times,
      requested: mostly(false, true),
      condition: mostly<string | undefined>(
        undefined,
        'Nonsense',
        '',
        'ComparisonError',
        'InvalidSpecError',
        'SyncError',
        'OrphanedResourceWarning',
      ),
      digest: mostly(DIGEST, OLD_DIGEST),
      automated: fc.boolean(),
      unsure: fc.boolean(),
    })
    .map(drawn => ({
      drawn,
      given: world(w => {
        const { application } = w
        if (drawn.isMulti) multiSource(application)
        const at = (revision: string | undefined) =>
          drawn.isMulti ? { revisions: ['4.2.0', revision ?? ''] } : { revision }
        const { status } = application
        status.reconciledAt = drawn.reconciledAt
        status.sync = { status: drawn.sync, ...at(drawn.revision) }
        status.health = { status: drawn.health, lastTransitionTime: drawn.changedAt }
        if (drawn.phase === undefined) delete status.operationState
        else {
          const { phase, finishedAt } = drawn
          status.operationState = { phase, finishedAt, syncResult: at(drawn.synced) }
        }
        if (drawn.requested) application.operation = { sync: {} }
        if (drawn.condition) status.conditions = [{ type: drawn.condition, message: 'why' }]
        if (!drawn.automated) delete application.spec.syncPolicy
        if (drawn.unsure) w.unsure.add(LATER)
        w.live = [deployment('churn', drawn.digest)]
      }),
    }))

  it('live is only what is compared, synced, healthy and there, with nothing under way or wrong', () => {
    let live = 0
    fc.assert(
      fc.property(worlds, ({ drawn, given }) => {
        const found = judge(given)
        if (found.state !== 'live') return
        live++
        expect(drawn).toMatchObject({ sync: 'Synced', health: 'Healthy', digest: DIGEST, requested: false })
        expect([COMMIT, ...(drawn.unsure ? [] : [LATER])]).toContain(drawn.revision)
        expect(['ComparisonError', 'InvalidSpecError']).not.toContain(drawn.condition)
        expect(['Running', 'Terminating', 'Nonsense', '']).not.toContain(drawn.phase)
        const isFailed = drawn.phase === 'Failed' || drawn.phase === 'Error'
        if (isFailed) expect(drawn.synced).not.toBe(drawn.revision)
        else expect(drawn.condition).not.toBe('SyncError')
        expect(drawn.reconciledAt).not.toBeNull()
        if (drawn.phase !== undefined && drawn.finishedAt !== null)
          expect(Date.parse(drawn.reconciledAt!)).toBeGreaterThanOrEqual(Date.parse(drawn.finishedAt))
        if (drawn.changedAt !== null)
          expect(found.healthySince).toBeGreaterThanOrEqual(Date.parse(drawn.changedAt))
      }),
      { ...RUNS, numRuns: RUNS.numRuns * 5 },
    )
    expect(live).toBeGreaterThan(RUNS.numRuns / 20)
  })

  it('what is not live has a reason, each of one line', () => {
    fc.assert(
      fc.property(worlds, ({ given }) => {
        const { state, reasons } = judge(given)
        if (state !== 'live') expect(reasons.length).toBeGreaterThan(0)
        for (const reason of reasons) expect(reason).toMatch(/^[^\n]{3,600}$/)
      }),
      RUNS,
    )
  })

  it('objects of any shape are looked at without harm', () => {
    const shape = fc.object({
      maxDepth: 6,
      key: fc.constantFrom(
        'spec',
        'status',
        'image',
        'template',
        'containers',
        'conditions',
        'metadata',
        'generation',
        'storageUri',
        'replicas',
      ),
    })
    const kinds = fc.constantFrom(
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'Rollout',
      'Job',
      'InferenceService',
      'Other',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, shape)), objects => {
        const given = world(w => {
          w.release.uri = URI
          w.live = objects.map(([name, object]) => ({
            ...object,
            kind: name,
            apiVersion: 'v1',
            metadata: { ...(object.metadata as object), name: 'x' },
            extra: DIGEST,
          }))
        })

        expect(['live', 'blocked', 'degraded', 'progressing', 'unknown']).toContain(judge(given).state)
      }),
      RUNS,
    )
  })

  it('a manifest of great depth ends in an answer', () => {
    let deep: Json = { image: `x@${DIGEST}` }
    for (let level = 0; level < 3000; level++) deep = { deep }

    expect(withLive(kind('Widget', 'example.com/v1', deep))).toMatchObject({ state: 'live' })
  })
})
