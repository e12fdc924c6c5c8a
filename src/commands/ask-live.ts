import { AssayError } from '../core/errors.ts'
import {
  type Liveness,
  livenessOf,
  needsManifests,
  type PromotedRelease,
  revisionsToCompare,
} from '../core/promotion/liveness.ts'
import type { ArgoCd } from '../services/argocd.ts'

export interface AskLiveOptions {
  argo: ArgoCd
  /** Name of the Application and its project, with placeholders filled in. */
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
}

/**
 * The question that `awaitLive` asks: reads the application and, as far as its state makes them matter, its manifests and sync
 * windows, and judges them. What is known of a revision is kept, since commits do not change.
 *
 * @throws AssayError of the client, and what `descends` throws
 */
export function askLive(options: AskLiveOptions): (how: { refresh: boolean }) => Promise<Liveness> {
  const { argo, application: name, project, release, now } = options
  const known = new Map<string, boolean>()

  return async ({ refresh }) => {
    const application = refresh
      ? await optional(argo.refresh(name, project)).then(read => read ?? argo.application(name, project))
      : await argo.application(name, project)
    const { needed, history } = revisionsToCompare(application, release)
    await learn(needed)
    const isDifferent = application.status.sync?.status === 'OutOfSync'
    const facts = {
      application,
      windows: isDifferent ? await optional(argo.syncWindows(name, project)) : undefined,
      contains: (revision: string) => known.get(revision),
      now: now(),
    }
    const [manifests, tree] = needsManifests(release, facts)
      ? await Promise.all([
          optional(argo.managedResources(name, project)),
          optional(argo.resourceTree(name, project)),
        ])
      : []
    const liveness = livenessOf(release, { ...facts, manifests, tree })
    if (liveness.state !== 'live') return liveness
    await learn(history)
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

/** What is not had is not known, and that is judged: Argo CD has no manifests of what it has not compared yet. */
async function optional<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof AssayError && PASSABLE.has(error.code)) return undefined
    throw error
  }
}

const PASSABLE = new Set(['ARGOCD_FORBIDDEN', 'ARGOCD_UNAVAILABLE', 'ARGOCD_TIMEOUT', 'ARGOCD_UNREACHABLE'])
