import { describe, expect, it } from 'vitest'
import { healthOf } from '../../../../src/core/promotion/live/liveness.ts'
import {
  COMMIT,
  DIGEST,
  deployment,
  hydrator,
  judge,
  LATER,
  multiSource,
  OLD_DIGEST,
  OLDER,
  type World,
  world,
} from '../../../support/argo-world.ts'

/** One case a rule: what is changed in a world where the release is live, and what is to be said then. */
type Case = [name: string, change: (world: World) => void, state: string, reason?: RegExp, more?: object]

const status = (given: World) => given.application.status
const OTHER = 'b'.repeat(40)
const MIDDLE = 'e'.repeat(40)

/** As kustomize's `configMapGenerator` leaves it: its values are those of the version before. */
const oldConfigMap = () => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'churn-model-5bfkf6kmf2', namespace: 'churn' },
  data: { MODEL_VERSION: '41', MODEL_URI: 's3://models/churn/41' },
})

/** In the cluster and in git no more, of an application that does not prune. */
function outOfSync(given: World, ...objects: World['live']): void {
  const { application, live } = given
  delete application.spec.syncPolicy.automated.prune
  application.status.sync.status = 'OutOfSync'
  live.push(...objects)
  for (const { kind, metadata } of objects)
    application.status.resources.push({
      version: 'v1',
      kind,
      namespace: 'churn',
      name: metadata.name,
      status: 'OutOfSync',
      requiresPruning: true,
    })
}

describe('a release is live', () => {
  it('at its own commit, synced and healthy, with its digest in the cluster', () => {
    expect(judge(world())).toEqual({
      state: 'live',
      revision: COMMIT,
      reasons: [],
      healthySince: Date.parse('2026-05-20T10:05:00Z'),
    })
  })

  it.each<[string, (world: World) => void]>([
    ['at a later commit that contains it', w => (status(w).sync.revision = LATER)],
    [
      'at a later commit that changes nothing for it, without a new operation',
      w => Object.assign(status(w).sync, { revision: LATER, status: 'Synced' }),
    ],
    ['of one of many sources', w => multiSource(w.application)],
    [
      'at a newer commit of one of many sources',
      w => {
        multiSource(w.application)
        status(w).sync.revisions[1] = LATER
      },
    ],
    [
      'although an operation for an older revision failed',
      w => Object.assign(status(w).operationState, { phase: 'Failed', syncResult: { revision: OLDER } }),
    ],
    [
      'although the sync of a later commit failed, which the next one mended',
      w => {
        status(w).sync.revision = LATER
        Object.assign(status(w).operationState, { phase: 'Failed', syncResult: { revision: MIDDLE } })
        w.containing.add(MIDDLE)
        status(w).conditions = [{ type: 'SyncError', message: 'Failed last sync attempt to [eeeeeee]' }]
      },
    ],
    [
      'although the sync before it, of a commit that has it, ended in an error at one of many sources',
      w => {
        multiSource(w.application)
        status(w).sync.revisions[1] = LATER
        Object.assign(status(w).operationState, {
          phase: 'Error',
          syncResult: { revisions: ['4.2.0', MIDDLE] },
        })
        w.containing.add(MIDDLE)
      },
    ],
    [
      'although a generated ConfigMap of the version before waits to be pruned',
      w => outOfSync(w, oldConfigMap()),
    ],
    [
      'asked to look again, which it did',
      w => {
        w.lookedAt = '2026-05-20T11:39:59Z'
      },
    ],
    [
      'although a sync window is closed now',
      w =>
        (w.windows = {
          activeWindows: [{ kind: 'deny', schedule: '* * * * *', duration: '1h' }],
          canSync: false,
        }),
    ],
    [
      'although a warning stands',
      w => (status(w).conditions = [{ type: 'OrphanedResourceWarning', message: '1 orphaned resource' }]),
    ],
    [
      'although a sync error stands that a later sync outlived',
      w => (status(w).conditions = [{ type: 'SyncError', lastTransitionTime: '2026-05-20T09:00:00Z' }]),
    ],
    ['rendered by the hydrator', w => hydrator(w.application)],
    [
      'rendered by the hydrator before, where a later commit changes nothing',
      w => {
        hydrator(w.application)
        status(w).sourceHydrator.lastSuccessfulOperation.drySHA = OLDER
        status(w).sourceHydrator.lastComparedDryRevision = LATER
      },
    ],
    [
      'merged into the rendered branch itself',
      w => {
        hydrator(w.application)
        status(w).sync.revision = LATER
        delete status(w).sourceHydrator
      },
    ],
    [
      'at the second its last sync ended',
      w => (status(w).reconciledAt = status(w).operationState.finishedAt),
    ],
    ['without an operation', w => delete status(w).operationState],
    ['of which only the commit is known', w => delete w.release.image],
    [
      'of which Argo CD says nothing about the health of resources',
      w => delete status(w).resources[0].health,
    ],
    [
      'in a Helm chart of the deploy repository with values elsewhere',
      w => {
        Object.assign(w.application.spec.source, {
          path: 'charts/model',
          helm: { valueFiles: ['../../apps/churn/overlays/staging/values.yaml'] },
        })
        delete status(w).sync.comparedTo
        delete w.release.image
      },
    ],
  ])('%s', (_, change) => {
    expect(judge(world(change))).toMatchObject({ state: 'live' })
  })

  it.each([
    'https://git.example/acme/deploy',
    'https://git.example/acme/deploy/',
    'https://GIT.example/acme/deploy.git',
    'https://git.example:443/Acme/Deploy.git',
    'https://bot@git.example/acme/deploy.git',
    'git@git.example:acme/deploy.git',
    'ssh://git@git.example/acme/deploy.git',
    'ssh://git@git.example:2222/acme/deploy',
  ])('of a deploy repository that Argo CD knows as %s', repoURL => {
    const given = world(w => {
      w.application.spec.source.repoURL = repoURL
      status(w).sync.comparedTo.source.repoURL = repoURL
    })

    expect(judge(given)).toMatchObject({ state: 'live' })
  })
})

const NOT_LIVE: Case[] = [
  [
    'the application is being deleted',
    w => (w.application.metadata.deletionTimestamp = '2026-05-20T11:00:00Z'),
    'blocked',
    /being deleted/,
    { stuck: true },
  ],
  ['there is no status yet', w => delete w.application.status, 'unknown', /not looked at/, { refresh: true }],
  [
    'it was never reconciled',
    w => (status(w).reconciledAt = null),
    'unknown',
    /not looked at/,
    { refresh: true },
  ],
  [
    'the status is older than the end of the last sync',
    w => (status(w).reconciledAt = '2026-05-20T10:00:59Z'),
    'progressing',
    /since its last sync ended/,
    { refresh: true },
  ],
  [
    'the sources were changed after the comparison',
    w => (w.application.spec.source.path = 'apps/churn'),
    'progressing',
    /sources of the application were changed/,
    { refresh: true },
  ],
  [
    'the manifests cannot be rendered',
    w => (status(w).conditions = [{ type: 'ComparisonError', message: 'kustomize build failed\nexit 1' }]),
    'unknown',
    /cannot compare.*: kustomize build failed exit 1$/,
  ],
  [
    'the application is not valid',
    w => (status(w).conditions = [{ type: 'InvalidSpecError', message: 'no project ml' }]),
    'degraded',
    /not valid: no project ml/,
    { stuck: true },
  ],
  [
    'Argo CD has an error of its own',
    w => (status(w).conditions = [{ type: 'UnknownError' }]),
    'unknown',
    /has an error/,
  ],
  [
    'the application takes nothing from the deploy repository',
    w => (w.release.repository = 'https://git.example/acme/elsewhere'),
    'unknown',
    /takes nothing from the deploy repository, but from https/,
    { stuck: true },
  ],
  [
    'the revision is an older one',
    w => (status(w).sync.revision = OLDER),
    'progressing',
    /has seen aaaaaaa, which does not contain ccccccc yet/,
    { refresh: true, revision: OLDER },
  ],
  [
    'the revision is a branch name',
    w => (status(w).sync.revision = 'main'),
    'unknown',
    /could not tell which commit `main` is/,
    { refresh: true },
  ],
  ['the revision is HEAD', w => (status(w).sync.revision = 'HEAD'), 'unknown', /`HEAD`/],
  [
    'the revision is abbreviated',
    w => (status(w).sync.revision = COMMIT.slice(0, 12)),
    'unknown',
    /could not tell/,
  ],
  [
    'there is no revision',
    w => delete status(w).sync.revision,
    'unknown',
    /names no revision/,
    { refresh: true },
  ],
  [
    'nobody knows whether the revision contains it',
    w => {
      status(w).sync.revision = OTHER
      w.unsure.add(OTHER)
    },
    'unknown',
    /nobody can tell whether bbbbbbb contains ccccccc/,
  ],
  [
    'the application is pinned to an older commit',
    w => {
      w.application.spec.source.targetRevision = OLDER
      Object.assign(status(w).sync, { revision: OLDER })
      delete status(w).sync.comparedTo
    },
    'blocked',
    /pinned to aaaaaaa/,
    { stuck: true },
  ],
  [
    'of many sources, the one out of the deploy repository is at an older commit',
    w => {
      multiSource(w.application)
      status(w).sync.revisions = [COMMIT, OLDER]
    },
    'progressing',
    /aaaaaaa/,
  ],
  [
    'many sources are compared with one revision only',
    w => {
      multiSource(w.application)
      status(w).sync = { status: 'Synced', revision: COMMIT }
    },
    'unknown',
    /names no revision/,
  ],
  [
    'what it was asked to look at again, it has not',
    w => (w.lookedAt = '2026-05-20T11:40:00Z'),
    'unknown',
    /was asked to look again and has not, it last did at 2026-05-20 11:40:00 UTC.*application controller/,
  ],
  [
    'the application is one that Argo CD does not look at',
    w => (w.application.metadata.annotations = { 'argocd.argoproj.io/skip-reconcile': 'true' }),
    'blocked',
    /told not to look at it/,
    { stuck: true },
  ],
  [
    'a Deployment that git has no more goes on serving',
    w => outOfSync(w, oldConfigMap(), deployment('churn-old', OLD_DIGEST)),
    'blocked',
    /^what git has no more is still there: Deployment churn-old has registry.example\/tools\/fetch@sha256:2e\S+; sync with prune/,
    { stuck: true },
  ],
  [
    'only what waits to be pruned has the image',
    w => outOfSync(w, w.live.pop()!),
    'blocked',
    /nothing in the cluster has the image .*; what git has no more|what git has no more/,
  ],
  [
    'something else is out of sync beside what waits to be pruned',
    w => {
      outOfSync(w, oldConfigMap())
      status(w).resources[0].status = 'OutOfSync'
    },
    'progressing',
    /^out of sync: Deployment churn$/,
  ],
  [
    'its own sync failed, though a later commit is in sync by now',
    w => {
      status(w).sync.revision = LATER
      status(w).history.pop()
      status(w).operationState.phase = 'Failed'
    },
    'degraded',
    /failed and is not tried again/,
  ],
  [
    'a sync is tried again, whose request still stands',
    w => {
      w.application.operation = { sync: { revision: COMMIT } }
      Object.assign(status(w).operationState, {
        phase: 'Running',
        message: 'one or more objects failed to apply, reason: quota. Retrying attempt #2 at 3:04PM.',
      })
    },
    'progressing',
    /a sync is running: one or more objects failed to apply, reason: quota\. Retrying/,
  ],
  [
    'a sync is requested anew after one that failed',
    w => {
      w.application.operation = { sync: { revision: COMMIT } }
      Object.assign(status(w).operationState, { phase: 'Failed', message: 'no quota' })
    },
    'progressing',
    /requested and has not begun, the one before failed: no quota/,
  ],
  [
    'a sync is requested',
    w => (w.application.operation = { sync: { revision: COMMIT } }),
    'progressing',
    /requested/,
  ],
  [
    'a sync is running',
    w =>
      Object.assign(status(w).operationState, {
        phase: 'Running',
        message: 'waiting for hook post-check',
        finishedAt: null,
      }),
    'progressing',
    /running: waiting for hook post-check/,
  ],
  [
    'a sync is tried again',
    w =>
      Object.assign(status(w).operationState, {
        phase: 'Running',
        message: 'Retrying attempt #2',
        finishedAt: '2026-05-20T11:59:00Z',
        retryCount: 2,
      }),
    'progressing',
    /Retrying attempt #2/,
  ],
  [
    'a sync is being stopped',
    w => (status(w).operationState.phase = 'Terminating'),
    'progressing',
    /being stopped/,
  ],
  [
    'its sync failed',
    w =>
      Object.assign(status(w).operationState, {
        phase: 'Failed',
        message: 'one or more objects failed to apply',
      }),
    'degraded',
    /failed and is not tried again: one or more/,
    { stuck: true },
  ],
  [
    'its sync ended in an error',
    w => (status(w).operationState.phase = 'Error'),
    'degraded',
    /not tried again/,
  ],
  [
    'a sync of an unknown revision failed',
    w => Object.assign(status(w).operationState, { phase: 'Failed', syncResult: { revision: 'main' } }),
    'degraded',
    /failed/,
  ],
  [
    'the sync is in a phase that nobody knows',
    w => (status(w).operationState.phase = 'Napping'),
    'unknown',
    /Napping/,
  ],
  [
    'Argo CD gave auto-sync up',
    w => {
      status(w).sync.status = 'OutOfSync'
      status(w).conditions = [
        {
          type: 'SyncError',
          message: 'Failed last sync attempt to [ccccccc]',
          lastTransitionTime: '2026-05-20T11:00:00Z',
        },
      ]
    },
    'degraded',
    /does not sync any more: Failed last sync attempt/,
    { stuck: true },
  ],
  [
    'it is healthy, but out of sync',
    w => {
      status(w).sync.status = 'OutOfSync'
      status(w).resources[0].status = 'OutOfSync'
    },
    'progressing',
    /out of sync: Deployment churn/,
  ],
  [
    'Argo CD cannot tell whether it is in sync',
    w => (status(w).sync.status = 'Unknown'),
    'unknown',
    /cannot tell whether the cluster is in sync/,
  ],
  [
    'nobody syncs it: no automatic sync',
    w => {
      status(w).sync.status = 'OutOfSync'
      delete w.application.spec.syncPolicy
    },
    'blocked',
    /somebody has to sync it/,
  ],
  [
    'nobody syncs it: automatic sync switched off',
    w => {
      status(w).sync.status = 'OutOfSync'
      w.application.spec.syncPolicy.automated.enabled = false
    },
    'blocked',
    /somebody has to sync it/,
  ],
  [
    'it drifted, and nothing heals that',
    w => {
      status(w).sync.status = 'OutOfSync'
      w.application.spec.syncPolicy.automated.selfHeal = false
    },
    'blocked',
    /without self-heal/,
    { stuck: true },
  ],
  [
    'a deny window is open, which lets people sync',
    w => {
      status(w).sync.status = 'OutOfSync'
      w.windows = {
        activeWindows: [{ kind: 'deny', schedule: '0 22 * * *', duration: '8h', manualSync: true }],
        canSync: true,
      }
    },
    'blocked',
    /a sync window forbids it \(deny, 0 22 \* \* \* for 8h\)/,
  ],
  [
    'no allow window is open',
    w => {
      status(w).sync.status = 'OutOfSync'
      w.windows = {
        assignedWindows: [{ kind: 'allow', schedule: '0 9 * * 1-5', duration: '8h' }],
        canSync: false,
      }
    },
    'blocked',
    /only in its window \(allow, 0 9 \* \* 1-5 for 8h\)/,
  ],
  [
    'a window lets not even people sync',
    w => {
      status(w).sync.status = 'OutOfSync'
      delete w.application.spec.syncPolicy
      w.windows = { activeWindows: [{ kind: 'deny', schedule: '* * * * *', duration: '1h' }], canSync: false }
    },
    'blocked',
    /sync window forbids/,
  ],
  [
    'an allow window is open, but it has not synced yet',
    w => {
      status(w).sync.status = 'OutOfSync'
      const allow = { kind: 'allow', schedule: '0 9 * * 1-5', duration: '8h' }
      w.windows = { activeWindows: [allow], assignedWindows: [allow], canSync: true }
    },
    'progressing',
    /out of sync/,
  ],
  [
    'its pods start',
    w => {
      status(w).health.status = 'Progressing'
      status(w).resources[0].health = {
        status: 'Progressing',
        message: 'Waiting for rollout to finish: 1 of 2',
      }
    },
    'progressing',
    /not ready yet \(Deployment churn: Waiting for rollout/,
  ],
  [
    'a canary step waits',
    w => (status(w).health.status = 'Suspended'),
    'progressing',
    /suspended: a canary step or a pause/,
  ],
  ['it is degraded', w => (status(w).health.status = 'Degraded'), 'degraded', /^degraded$/],
  [
    'nothing of it is in the cluster',
    w => (status(w).health.status = 'Missing'),
    'degraded',
    /not in the cluster/,
  ],
  [
    'its health is unknown',
    w => (status(w).health.status = 'Unknown'),
    'unknown',
    /does not know its health/,
  ],
  ['its health is not said', w => delete status(w).health, 'unknown', /does not know its health/],
  [
    'its health is a word that nobody knows',
    w => (status(w).health.status = 'Splendid'),
    'unknown',
    /does not know its health/,
  ],
  [
    'what is older is degraded, and it is not synced yet',
    w => {
      status(w).health.status = 'Degraded'
      status(w).sync.status = 'OutOfSync'
    },
    'progressing',
    /out of sync/,
  ],
  ['the cluster could not be read', w => (w.live = undefined as never), 'unknown', /could not be read/],
  [
    'another digest is in the cluster',
    w => (w.live = [deployment('churn', OLD_DIGEST)]),
    'blocked',
    /nothing in the cluster has the image .*@sha256:1f1f1f1f1f1f…; Deployment churn has .*@sha256:2e2e2e2e2e2e…/,
    { stuck: true },
  ],
  ['nothing is in the cluster', w => (w.live = []), 'blocked', /nothing in the cluster has the image/],
  [
    'another digest is in the cluster and ill',
    w => {
      w.live = [deployment('churn', OLD_DIGEST)]
      status(w).health.status = 'Degraded'
    },
    'blocked',
    /nothing in the cluster has/,
  ],
  [
    'only an annotation has its digest',
    w => {
      w.live = [deployment('churn', OLD_DIGEST)]
      w.live[0].metadata.annotations.released = `registry.example/acme/churn@${DIGEST}`
    },
    'blocked',
    /nothing in the cluster has/,
  ],
  [
    'a champion beside it has another digest',
    w => w.live.push(deployment('churn-stable', OLD_DIGEST)),
    'progressing',
    /another version is still there: Deployment churn-stable has/,
  ],
  [
    'it is not seen to read the folder, and nothing proves it',
    w => {
      delete w.release.image
      w.release.path = 'apps/fraud/overlays/staging'
    },
    'unknown',
    /none of the application's sources reads apps\/fraud/,
    { stuck: true },
  ],
  [
    'the hydrator has not seen the commit',
    w => {
      hydrator(w.application)
      status(w).sourceHydrator.lastSuccessfulOperation.drySHA = OLDER
      status(w).sourceHydrator.lastComparedDryRevision = OLDER
    },
    'progressing',
    /hydrator has rendered aaaaaaa/,
    { refresh: true },
  ],
  [
    'the hydrator is at work',
    w => {
      hydrator(w.application)
      status(w).sourceHydrator.currentOperation.phase = 'Hydrating'
    },
    'progressing',
    /is rendering/,
  ],
  [
    'the hydrator failed',
    w => {
      hydrator(w.application)
      Object.assign(status(w).sourceHydrator.currentOperation, { phase: 'Failed', message: 'no push access' })
    },
    'degraded',
    /hydrator failed: no push access/,
  ],
  [
    'the hydrator has told nothing',
    w => {
      hydrator(w.application)
      delete status(w).sourceHydrator
    },
    'unknown',
    /which commit the hydrator rendered/,
  ],
  [
    'what the hydrator rendered is not what is synced',
    w => {
      hydrator(w.application)
      status(w).sync.revision = 'f'.repeat(40)
    },
    'unknown',
    /has seen fffffff, the hydrator's last is eeeeeee/,
  ],
  [
    'somebody moves on what the hydrator rendered',
    w => {
      hydrator(w.application)
      w.application.spec.sourceHydrator.hydrateTo = { targetBranch: 'rendered/staging-next' }
    },
    'unknown',
    /somebody else moves them on/,
  ],
  [
    'the hydrator takes nothing from the deploy repository',
    w => {
      hydrator(w.application)
      w.release.repository = 'https://git.example/acme/elsewhere'
    },
    'unknown',
    /hydrator takes nothing/,
    { stuck: true },
  ],
]

describe('a release is not live when', () => {
  it.each(NOT_LIVE)('%s', (_, change, state, reason, more = {}) => {
    const found = judge(world(change))

    expect(found).toMatchObject({ state, ...more })
    expect(found.reasons.join('\n')).toMatch(reason!)
    expect(found).not.toHaveProperty('healthySince')
  })

  it('says so in one line, whatever Argo CD hands on', () => {
    const given = world(w => {
      status(w).operationState.phase = 'Failed'
      status(w).operationState.message = `\u001b[31mred\u202e\n::error::${'x'.repeat(5000)}`
    })

    const [reason] = judge(given).reasons

    expect(reason).toMatch(/^the sync failed and is not tried again: ␛\[31mred\\u202e ::error::x+…$/)
    expect(reason!.length).toBeLessThan(300)
  })
})

describe('since when it is healthy', () => {
  const since = (change: (world: World) => void) => {
    const { healthySince } = judge(world(change))
    return healthySince === undefined ? 'nobody knows' : new Date(healthySince).toISOString().slice(0, 16)
  }

  it.each<[string, (world: World) => void, string]>([
    ['the health last changed', () => {}, '2026-05-20T10:05'],
    [
      'it was synced, where it stayed healthy over the change',
      w => (status(w).health.lastTransitionTime = '2026-04-01T00:00:00Z'),
      '2026-05-20T10:04',
    ],
    [
      'it was synced, where a later sync changed something else',
      w => {
        delete w.release.image
        status(w).health.lastTransitionTime = '2026-04-01T00:00:00Z'
        status(w).history.push({ id: 8, revision: LATER, deployedAt: '2026-05-20T11:30:00Z' })
        status(w).operationState.finishedAt = '2026-05-20T11:30:00Z'
      },
      '2026-05-20T10:01',
    ],
    [
      'it came back, where it was rolled back in between',
      w => {
        delete w.release.image
        status(w).health.lastTransitionTime = '2026-04-01T00:00:00Z'
        status(w).history.push(
          { id: 8, revision: OLDER, deployedAt: '2026-05-20T11:00:00Z' },
          { id: 9, revision: COMMIT, deployedAt: '2026-05-20T11:30:00Z' },
        )
      },
      '2026-05-20T11:30',
    ],
    [
      'the last sync ended, where the history does not tell',
      w => {
        delete w.release.image
        delete status(w).history
        delete status(w).health.lastTransitionTime
      },
      '2026-05-20T10:01',
    ],
    [
      'nobody knows',
      w => {
        delete w.release.image
        delete status(w).history
        delete status(w).operationState
        delete status(w).health.lastTransitionTime
      },
      'nobody knows',
    ],
  ])('%s', (_, change, expected) => {
    expect(since(change)).toBe(expected)
  })

  it('its own pods came up, where that was later', () => {
    expect(since(w => (w.live[0].status.conditions[0].lastTransitionTime = '2026-05-20T11:11:00Z'))).toBe(
      '2026-05-20T11:11',
    )
  })
})

describe('as the health that promotions are planned with', () => {
  it.each([
    ['live', 'healthy'],
    ['progressing', 'progressing'],
    ['blocked', 'progressing'],
    ['degraded', 'degraded'],
    ['unknown', 'unknown'],
  ] as const)('%s is %s', (state, health) => {
    expect(healthOf({ state })).toBe(health)
  })
})

describe('an answer that is none', () => {
  it.each<[string, (world: World) => void, RegExp]>([
    [
      'no status of the sync that is text',
      w => (status(w).sync.status = 7),
      /application\.status\.sync\.status/,
    ],
    ['a time that is none', w => (status(w).reconciledAt = 'yesterday'), /application\.status\.reconciledAt/],
    ['no specification', w => delete w.application.spec, /application\.spec/],
    [
      'a source without an address',
      w => delete w.application.spec.source.repoURL,
      /application\.spec\.source\.repoURL/,
    ],
  ])('%s is refused by name', (_, change, problem) => {
    expect(() => judge(world(change))).toThrowError(
      expect.objectContaining({
        code: 'ARGOCD_BAD_ANSWER',
        problems: [expect.objectContaining({ what: expect.stringMatching(problem) })],
      }),
    )
  })

  it('keys that are not read may be anything', () => {
    const given = world(w => {
      w.application.metadata.managedFields = [{ fieldsV1: { 'f:status': 3 } }]
      status(w).summary = 'new in Argo CD 9'
    })

    expect(judge(given)).toMatchObject({ state: 'live' })
  })
})
