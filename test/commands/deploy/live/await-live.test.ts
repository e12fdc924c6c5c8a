import { describe, expect, it } from 'vitest'
import { type AwaitOptions, awaitLive } from '../../../../src/commands/deploy/live/await-live.ts'
import { askLive } from '../../../../src/commands/deploy/live/live-question.ts'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import type { Liveness } from '../../../../src/core/promotion/live/liveness.ts'
import { argocd } from '../../../../src/services/argocd/argocd.ts'
import {
  application,
  COMMIT,
  deployment,
  IMAGE,
  type Json,
  LATER,
  OLD_DIGEST,
  OLDER,
} from '../../../support/argo-world.ts'
import { useArgoCd } from '../../../support/argocd.ts'

const double = useArgoCd()
const MINUTE = 60_000

/** Waiting in which no time is lost: the clock goes on by what is waited for, and `meanwhile` happens. */
function scene(options: Partial<AwaitOptions> = {}, meanwhile: (waits: number) => void = () => {}) {
  let clock = Date.parse('2026-05-20T12:00:00Z')
  const lines: string[] = []
  const live: string[] = []
  const pauses: number[] = []
  const wait = async (milliseconds: number) => {
    clock += milliseconds
    pauses.push(milliseconds)
    meanwhile(pauses.length)
  }
  const all: AwaitOptions = {
    what: 'churn in staging',
    timeoutMs: 10 * MINUTE,
    now: () => clock,
    wait,
    log: { info: line => void lines.push(line), live: line => void live.push(line) },
    ...options,
  }
  return { all, lines, live, pauses }
}

const of = (state: Liveness['state'], more: Partial<Liveness> = {}): Liveness => ({
  state,
  reasons: [`it is ${state}`],
  ...more,
})
/** Answers one after the other; the last for ever. */
const answers = (...given: (Liveness | AssayError)[]) => {
  const asked: { refresh: boolean }[] = []
  const ask = async (how: { refresh: boolean }) => {
    asked.push(how)
    const answer = given.length > 1 ? given.shift()! : given[0]!
    if (answer instanceof AssayError) throw answer
    return answer
  }
  return { ask, asked }
}
const failure = (code: string) =>
  new AssayError({ code, title: 'x', problems: [{ what: `what ${code}`, fix: 'do that' }] })

describe('waiting for a release', () => {
  it('ends when it is live, with a line for each change', async () => {
    const { ask } = answers(
      of('progressing'),
      of('progressing'),
      of('unknown'),
      of('progressing'),
      of('live'),
    )
    const { all, lines, pauses } = scene()

    const ended = await awaitLive(ask, all)

    expect(ended).toMatchObject({ state: 'live', ended: 'live' })
    expect(lines).toEqual([
      'churn in staging: progressing: it is progressing',
      'churn in staging: unknown: it is unknown',
      'churn in staging: progressing: it is progressing',
      'churn in staging: live, after 9 s',
    ])
    expect(pauses).toEqual([2000, 3000, 2000, 2000])
  })

  it('asks less and less often, and not beyond its time', async () => {
    const { ask, asked } = answers(of('progressing'))
    const { all, lines, live, pauses } = scene({ timeoutMs: MINUTE })

    const ended = await awaitLive(ask, all)

    expect(ended).toMatchObject({ state: 'progressing', ended: 'timeout', reasons: ['it is progressing'] })
    expect(pauses).toEqual([2000, 3000, 4500, 6750, 10_125, 15_000, 15_000, 3625])
    expect(asked).toHaveLength(9)
    expect(lines).toHaveLength(1)
    expect(live.at(-1)).toBe('churn in staging: progressing: it is progressing, after 57 s, 4 s left')
  })

  it('asks once where nobody wants to wait', async () => {
    const { ask, asked } = answers(of('progressing', { refresh: true }))
    const { all, pauses } = scene({ noWait: true })

    expect(await awaitLive(ask, all)).toMatchObject({ state: 'progressing', ended: 'asked_once' })
    expect(asked).toEqual([{ refresh: false }])
    expect(pauses).toEqual([])
  })

  it('has old answers refreshed, but not all the time', async () => {
    const { ask, asked } = answers(of('progressing', { refresh: true }))
    const { all } = scene({ timeoutMs: MINUTE })

    await awaitLive(ask, all)

    expect(asked.map(how => how.refresh)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      true,
      false,
      false,
    ])
  })

  it('gives up what is stuck, when it is twice', async () => {
    const { ask, asked } = answers(
      of('degraded', { stuck: true }),
      of('progressing'),
      of('blocked', { stuck: true }),
    )
    const { all } = scene()

    expect(await awaitLive(ask, all)).toMatchObject({ state: 'blocked', ended: 'stuck' })
    expect(asked).toHaveLength(4)
  })

  it('gives up what is degraded for long, but not what only flaps', async () => {
    const flapping = Array.from({ length: 40 }, (_, at) => of(at % 2 === 0 ? 'degraded' : 'progressing'))
    const { all } = scene()
    const long = scene()

    expect(await awaitLive(answers(...flapping, of('live')).ask, all)).toMatchObject({ ended: 'live' })
    expect(await awaitLive(answers(of('degraded')).ask, long.all)).toMatchObject({ ended: 'degraded' })
    const waited = long.pauses.reduce((sum, pause) => sum + pause, 0)
    expect(waited).toBeGreaterThanOrEqual(3 * MINUTE)
    expect(waited).toBeLessThan(4 * MINUTE)
  })

  it('goes on waiting where somebody may still let it through', async () => {
    const { ask } = answers(of('blocked'), of('blocked'), of('blocked'), of('live'))

    expect(await awaitLive(ask, scene().all)).toMatchObject({ ended: 'live' })
  })

  it('waits for an application that is still to be created', async () => {
    const { ask } = answers(failure('ARGOCD_NOT_FOUND'), failure('ARGOCD_NOT_FOUND'), of('live'))
    const { all, lines } = scene()

    expect(await awaitLive(ask, all)).toMatchObject({ ended: 'live' })
    expect(lines[0]).toBe('churn in staging: no answer yet: what ARGOCD_NOT_FOUND. do that')
  })

  it('outlasts an Argo CD that is away for a while', async () => {
    const { ask } = answers(
      of('progressing'),
      failure('ARGOCD_UNAVAILABLE'),
      failure('ARGOCD_UNREACHABLE'),
      of('live'),
    )

    expect(await awaitLive(ask, scene().all)).toMatchObject({ ended: 'live' })
  })

  it.each([
    ['it never answered', [failure('ARGOCD_UNREACHABLE')], 'ARGOCD_UNREACHABLE', 0],
    ['the token is refused', [of('progressing'), failure('ARGOCD_UNAUTHORIZED')], 'ARGOCD_UNAUTHORIZED', 1],
    ['it is away until time is up', [of('progressing'), failure('ARGOCD_TIMEOUT')], 'ARGOCD_TIMEOUT', 9],
    ['there is no such application until time is up', [failure('ARGOCD_NOT_FOUND')], 'ARGOCD_NOT_FOUND', 8],
  ] as const)('ends in its error where %s', async (_, given, code, waits) => {
    const { all, pauses } = scene({ timeoutMs: MINUTE })

    await expect(awaitLive(answers(...given).ask, all)).rejects.toMatchObject({ code })
    expect(pauses).toHaveLength(waits)
  })

  it('does not wait for an application where nobody wants to', async () => {
    const { all, pauses } = scene({ noWait: true })

    await expect(awaitLive(answers(failure('ARGOCD_NOT_FOUND')).ask, all)).rejects.toMatchObject({
      code: 'ARGOCD_NOT_FOUND',
    })
    expect(pauses).toEqual([])
  })

  it('is left when the job is stopped, also in the midst of a pause', async () => {
    const stop = new AbortController()
    const { all } = scene({ signal: stop.signal })
    delete all.wait
    const waiting = awaitLive(answers(of('progressing')).ask, all)
    setTimeout(() => stop.abort(), 20)

    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a promotion, from its merge on', () => {
  const ask = (
    after: string[] = [],
    { refreshDeadline, onSilence }: { refreshDeadline?: number; onSilence?: () => void } = {},
    wait?: (milliseconds: number) => Promise<unknown>,
  ) =>
    askLive({
      argo: argocd({ server: double.url, token: double.token, backoff: [], refreshDeadline }),
      onSilence,
      wait,
      application: 'churn-staging',
      project: 'ml',
      release: {
        commit: COMMIT,
        repository: 'https://git.example/acme/deploy',
        path: 'apps/churn/overlays/staging',
        image: IMAGE,
      },
      descends: async revisions =>
        new Map(revisions.map(one => [one, [COMMIT, LATER, ...after].includes(one)])),
      now: () => Date.parse('2026-05-20T12:00:00Z'),
    })

  /** What Argo CD does, one step each time somebody waits. */
  function begin(...steps: ((application: Json) => void)[]) {
    const made = application()
    made.status.sync.revision = OLDER
    Object.assign(made.status.operationState, {
      syncResult: { revision: OLDER },
      finishedAt: '2026-05-20T09:00:00Z',
    })
    made.status.history.pop()
    const served = { application: made, live: [deployment('churn', OLD_DIGEST)] as Json[] }
    double.applications.set('churn-staging', served)
    const meanwhile = (waits: number) => steps[waits - 1]?.(made)
    return { served, ...scene({}, meanwhile) }
  }

  it('is followed until it is live, and no step before is taken for it', async () => {
    const { all, lines, served } = begin(
      () => {
        double.onRefresh = () => {
          Object.assign(served.application.status.sync, { revision: COMMIT, status: 'OutOfSync' })
          double.onRefresh = () => {}
        }
      },
      made => (made.operation = { sync: { revision: COMMIT } }),
      made => {
        delete made.operation
        made.status.operationState = {
          operation: {},
          phase: 'Running',
          startedAt: '2026-05-20T12:00:00Z',
          syncResult: { revision: COMMIT, source: made.spec.source },
        }
      },
      made => {
        Object.assign(made.status.operationState, { phase: 'Succeeded', finishedAt: '2026-05-20T12:01:00Z' })
        made.status.sync.status = 'Synced'
        served.live = [deployment()]
        served.live[0].status.updatedReplicas = 1
      },
      made => (made.status.reconciledAt = '2026-05-20T12:01:00Z'),
      made =>
        Object.assign(made.status.health, {
          status: 'Progressing',
          lastTransitionTime: '2026-05-20T12:01:05Z',
        }),
      made => {
        served.live = [deployment()]
        Object.assign(made.status.health, { status: 'Healthy', lastTransitionTime: '2026-05-20T12:02:00Z' })
        made.status.history.push({
          id: 7,
          revision: COMMIT,
          source: made.spec.source,
          deployedAt: '2026-05-20T12:01:00Z',
        })
      },
    )

    const ended = await awaitLive(ask(), all)

    expect(ended).toMatchObject({
      ended: 'live',
      revision: COMMIT,
      healthySince: Date.parse('2026-05-20T12:02:00Z'),
    })
    expect(lines.map(line => line.replace('churn in staging: ', ''))).toEqual([
      'progressing: Argo CD has seen aaaaaaa, which does not contain ccccccc yet',
      'progressing: out of sync',
      'progressing: a sync is requested and has not begun',
      'progressing: a sync is running',
      'progressing: Argo CD has not looked at the application since its last sync ended',
      'progressing: Deployment churn has 1 of 2 replicas updated',
      'progressing: not ready yet; Deployment churn has 1 of 2 replicas updated',
      expect.stringMatching(/^live, after \d+ s$/),
    ])
  })

  it('that a sync window holds is not live, and the window is named', async () => {
    const { all, lines, served } = begin()
    Object.assign(served.application.status.sync, { revision: COMMIT, status: 'OutOfSync' })
    Object.assign(served, {
      windows: {
        canSync: true,
        activeWindows: [{ kind: 'deny', schedule: '0 22 * * *', duration: '8h', manualSync: true }],
      },
    })

    expect(await awaitLive(ask(), { ...all, timeoutMs: MINUTE })).toMatchObject({
      state: 'blocked',
      ended: 'timeout',
    })
    expect(lines).toEqual([expect.stringContaining('a sync window forbids it (deny, 0 22 * * * for 8h)')])
  })

  it('that failed ends the waiting at once', async () => {
    const { all, pauses, served } = begin()
    served.application.status.sync.revision = COMMIT
    Object.assign(served.application.status.operationState, {
      phase: 'Failed',
      message: 'one or more objects failed to apply (retried 5 times).',
      syncResult: { revision: COMMIT, source: served.application.spec.source },
    })

    expect(await awaitLive(ask(), all)).toMatchObject({ state: 'degraded', ended: 'stuck' })
    expect(pauses).toHaveLength(1)
  })

  it('that a newer one took the place of is said to be gone', async () => {
    const { all, served } = begin()
    served.application.status.sync.revision = LATER

    expect(await awaitLive(ask(), all)).toMatchObject({
      state: 'blocked',
      ended: 'stuck',
      reasons: [expect.stringContaining('nothing in the cluster has the image')],
    })
  })

  /** In a state in which everything speaks for it. */
  function beginLive() {
    const begun = begin()
    begun.served.application.status.sync.revision = COMMIT
    begun.served.live = [deployment()]
    return begun
  }

  it('is not live while nobody looks, whatever was seen last', async () => {
    const { all } = beginLive()
    double.controller = 'dead'
    const silences: number[] = []
    const question = ask([], { refreshDeadline: 50, onSilence: () => void silences.push(1) })

    expect(await awaitLive(question, { ...all, noWait: true })).toMatchObject({
      state: 'unknown',
      ended: 'asked_once',
      reasons: [expect.stringMatching(/^Argo CD was asked to look again and has not/)],
    })
    expect(silences).toHaveLength(1)

    double.controller = 'alive'
    expect(await awaitLive(question, { ...all, noWait: true })).toMatchObject({ state: 'live' })
  })

  it('is what Argo CD sees when it looks again, not what it saw before', async () => {
    const { all, served } = beginLive()
    double.onRefresh = () => {
      served.live = [deployment('churn', OLD_DIGEST)]
    }

    expect(await awaitLive(ask(), { ...all, noWait: true })).toMatchObject({
      state: 'blocked',
      reasons: [expect.stringMatching(/nothing in the cluster has the image/)],
    })
  })

  it('is asked about once more where both looks are in the same second of its clock', async () => {
    const { all, served } = beginLive()
    const { status } = served.application
    const first = status.reconciledAt
    const waits: number[] = []
    double.onRefresh = () => {
      if (waits.length === 0) status.reconciledAt = first
    }
    const question = ask([], {}, async milliseconds => void waits.push(milliseconds))

    expect(await awaitLive(question, { ...all, noWait: true })).toMatchObject({ state: 'live' })
    expect(waits).toEqual([1100])
  })

  it('was looked at since the question, though the answer came too late for it: not asked anew', async () => {
    const { all, served } = beginLive()
    double.controller = 'dead'
    const question = ask([], { refreshDeadline: 50 })
    await awaitLive(question, { ...all, noWait: true })
    served.application.status.reconciledAt = '2026-05-20T11:58:00Z'
    double.requests.length = 0

    expect(await awaitLive(question, { ...all, noWait: true })).toMatchObject({ state: 'live' })
    expect(double.requests.filter(one => one.includes('refresh'))).toEqual([])
  })

  it('whose manifests cannot be read is not live', async () => {
    const { all, served } = begin()
    served.application.status.sync.revision = COMMIT
    double.fail({ fault: 500, path: /managed-resources/ })

    expect(await awaitLive(ask(), { ...all, noWait: true })).toMatchObject({ state: 'unknown' })
  })

  it('is read without a refresh where the refresh fails', async () => {
    const { all, served } = begin()
    double.fail({ fault: 503, after: 1, times: 1 })
    const { application: made } = served

    expect(await awaitLive(ask(), { ...all, timeoutMs: 3000 })).toMatchObject({
      state: 'progressing',
      ended: 'timeout',
    })
    expect(double.requests.slice(0, 3)).toEqual([
      'GET /api/v1/applications/churn-staging?project=ml',
      'GET /api/v1/applications/churn-staging?project=ml&refresh=normal',
      'GET /api/v1/applications/churn-staging?project=ml',
    ])
    expect(made.status.sync.revision).toBe(OLDER)
  })

  it('that was synced with a later commit is dated by the first that had it', async () => {
    const between = 'e'.repeat(40)
    const { served, all } = begin()
    served.live = [deployment()]
    const { status, spec } = served.application
    status.sync.revision = LATER
    status.history.push(
      { id: 7, revision: between, source: spec.source, deployedAt: '2026-05-20T10:30:00Z' },
      { id: 8, revision: LATER, source: spec.source, deployedAt: '2026-05-20T11:30:00Z' },
    )

    expect(await awaitLive(ask([between]), all)).toMatchObject({
      ended: 'live',
      healthySince: Date.parse('2026-05-20T10:30:00Z'),
    })
  })

  it('costs no call that its state does not need, and asks about a commit once', async () => {
    const asked: string[][] = []
    begin().served.application.status.sync.revision = LATER
    const question = askLive({
      argo: argocd({ server: double.url, token: double.token }),
      application: 'churn-staging',
      project: 'ml',
      release: { commit: COMMIT, repository: 'https://git.example/acme/deploy', image: IMAGE },
      descends: async revisions => {
        asked.push([...revisions])
        return new Map(revisions.map(one => [one, one !== OLDER]))
      },
      now: () => 0,
    })

    await question({ refresh: false })
    await question({ refresh: false })

    expect(asked).toEqual([[LATER, OLDER]])
    expect(double.requests).toHaveLength(8)
  })
})
