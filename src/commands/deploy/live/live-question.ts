import { setTimeout as sleep } from 'node:timers/promises'
import { isAssayError } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import type { ArgoApplication } from '../../../core/promotion/live/application.ts'
import {
  type LiveFacts,
  type Liveness,
  livenessOf,
  mayBeLive,
  needsManifests,
  type PromotedRelease,
  revisionsToCompare,
} from '../../../core/promotion/live/liveness.ts'
import type { ArgoCd } from '../../../services/argocd/argocd.ts'

export interface AskLiveOptions {
  argo: ArgoCd
  /** Name of the Application, `namespace/name` where it is in another namespace than Argo CD, and its project; all filled in. */
  application: string
  project: string
  release: PromotedRelease
  /**
   * For each of the revisions whether it is `release.commit` or comes after it. What it leaves out or gives as undefined,
   * nobody can tell: a commit that is not to be found, for one.
   */
  descends: (revisions: readonly string[]) => Promise<ReadonlyMap<string, boolean | undefined>>
  /** Milliseconds since the epoch. */
  now: () => number
  wait?: (milliseconds: number) => Promise<unknown>
  /** Argo CD is not asked to look again: its word for that it is live is none, but what it says against that is. */
  wasLive?: boolean
  /** Called where Argo CD was asked to look again and did not within the client's time. */
  onSilence?: () => void
}

/**
 * The question that `awaitLive` asks: reads the application and, as far as its state makes them matter, its manifests and sync
 * windows, and judges them. What is known of a revision is kept, since commits do not change.
 *
 * What Argo CD shows is what it saw when it last looked, and that stays as it is when its controller dies. So before a release is
 * called live, Argo CD is asked to look again, and has to: by its own clock, since ours may be another.
 *
 * @throws AssayError of the client, and what `descends` throws
 */
export function askLive(options: AskLiveOptions): (how: { refresh: boolean }) => Promise<Liveness> {
  const { argo, application: name, project, release, now, wait = sleep } = options
  const known = new Map<string, boolean>()
  /** When Argo CD had looked by the last answer. */
  let lookedAt: number | undefined
  /** It was asked to look again and had not by the last answer; it may have in the meantime. */
  let asked: LiveFacts['asked']

  return async ({ refresh }) => {
    let facts = await look(refresh)
    if (mayBeLive(release, facts) && !hasLooked() && !refresh && !options.wasLive) facts = await look(true)
    const liveness = await judged({ ...facts, ...(asked && { asked }) })
    if (hasLooked() || !mayBeLive(release, facts)) asked = undefined
    else if (!options.wasLive) options.onSilence?.()
    return liveness
  }

  /** All that comes before the manifests. */
  async function look(again: boolean) {
    if (again) asked ??= { lookedAt }
    const application = again ? await lookedAgain() : await argo.application(name, project)
    lookedAt = application.status.reconciledAt
    await learn(revisionsToCompare(application, release).needed)
    const isDifferent = application.status.sync?.status === 'OutOfSync'
    return {
      application,
      windows: isDifferent ? await optional(argo.syncWindows(name, project)) : undefined,
      contains: (revision: string) => known.get(revision),
      now: now(),
    }
  }

  async function lookedAgain(): Promise<ArgoApplication> {
    for (let second = false; ; second = true) {
      const application = await optional(argo.refresh(name, project))
      if (!application) return argo.application(name, project)
      lookedAt = application.status.reconciledAt
      if (hasLooked() || second) return application
      // Its clock shows whole seconds.
      await wait(A_SECOND)
    }
  }

  function hasLooked(): boolean {
    return asked !== undefined && lookedAt !== undefined && lookedAt > (asked.lookedAt ?? 0)
  }

  async function judged(facts: Omit<LiveFacts, 'manifests' | 'tree'>): Promise<Liveness> {
    const [manifests, tree] = needsManifests(release, facts)
      ? await Promise.all([
          optional(argo.managedResources(name, project)),
          optional(argo.resourceTree(name, project)),
        ])
      : []
    const liveness = livenessOf(release, { ...facts, manifests, tree })
    if (liveness.state !== 'live') return liveness
    await learn(revisionsToCompare(facts.application, release).history)
    return livenessOf(release, { ...facts, manifests, tree })
  }

  async function learn(revisions: readonly string[]): Promise<void> {
    const open = revisions.filter(revision => !known.has(revision))
    if (open.length === 0) return
    for (const [revision, answer] of await options.descends(open))
      if (answer !== undefined) known.set(revision, answer)
  }
}

// --- internal ---

/** Milliseconds, and a little more. */
const A_SECOND = 1100

/** What is not had is not known, and that is judged: Argo CD has no manifests of what it has not compared yet. */
async function optional<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isAssayError(error, 'ARGOCD_FORBIDDEN') || (isAssayError(error) && isPassing(error))) return undefined
    throw error
  }
}
