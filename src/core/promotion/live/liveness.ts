import type { Health } from '../plan/facts.ts'
import type { ArgoApplication, ArgoNode, ArgoSyncWindows, LiveManifest } from './application.ts'
import type { Wanted } from './carriers.ts'
import { type Finding, type LiveState, plain } from './finding.ts'
import { againstHealth } from './health.ts'
import { healthySince } from './healthy-since.ts'
import { againstPruning, keptAndPruned, waitsForPruning } from './pruning.ts'
import { compareRevision, containing } from './revision.ts'
import { type Contains, deploySources, type Promoted } from './sources.ts'
import { againstStatus } from './status-age.ts'
import { againstOperation, againstSync } from './sync.ts'
import { lookAtWorkloads } from './workloads.ts'

export { revisionsToCompare } from './revision.ts'
export type { Contains, LiveState }

/** What was promoted: a commit of the deploy repository, and what it should have brought into the cluster. */
export type PromotedRelease = Promoted & Wanted

/** What is known of an application. All of it was read at about the same time. */
export interface LiveFacts {
  application: ArgoApplication
  /** Of the managed resources; undefined where they could not be read. */
  manifests: readonly LiveManifest[] | undefined
  /** What the managed resources made; without it that is not looked at. */
  tree?: readonly ArgoNode[]
  windows?: ArgoSyncWindows
  /**
   * When Argo CD had looked before it was asked to look again, by its own clock. Absent: it was not asked, and what it shows may
   * be over, which nothing else in it tells.
   */
  asked?: { lookedAt: number | undefined }
  /** About the ids that `revisionsToCompare` names. */
  contains: Contains
  /** Milliseconds since the epoch. */
  now: number
}

export interface Liveness {
  /**
   * `live`: the release, or a later one that contains it, is what the cluster has, and healthy. `progressing`: on its way.
   * `degraded`: there and ill, or failed. `blocked`: it does not get there until somebody or something lets it. `unknown`:
   * nobody can tell, which is never taken for `live`.
   */
  state: LiveState
  /** Only when live: since when at least, in milliseconds. Undefined where nothing tells. */
  healthySince?: number
  /** The commit of the deploy repository that the cluster was compared with. */
  revision?: string
  /** Plain sentences; for `live`, what is good to know. Foreign text in them is visible and short; escape it for Markdown. */
  reasons: string[]
  /** Argo CD's status is old: ask it to refresh. */
  refresh?: boolean
  /** Neither time nor Argo CD changes it by itself. */
  stuck?: boolean
  /** In each cluster of the environment, where it has several. */
  clusters?: readonly ClusterLiveness[]
}

/** What was found in one of several clusters. */
export interface ClusterLiveness extends Pick<Liveness, 'state' | 'healthySince' | 'reasons'> {
  cluster: string
}

/**
 * Whether a promoted release is really live, from what Argo CD tells. The questions are asked in the order in which an answer
 * makes the next one worth asking, so that the health of an older revision is never taken for that of the release.
 * docs/argocd.md lists the rules.
 */
export function livenessOf(release: PromotedRelease, facts: LiveFacts): Liveness {
  const { application, now } = facts
  const contains = containing(release, facts.contains)
  const before = beforeCluster(release, facts)
  const { revision } = before
  if (before.findings.length > 0) return verdict(before.findings, revision)

  const { operationState } = application.status
  const pruning = againstPruning(application, facts.manifests)
  const workloads = lookAtWorkloads({
    manifests: facts.manifests && keptAndPruned(application, facts.manifests).kept,
    tree: facts.tree,
    wanted: release,
    syncedAt: operationState?.finishedAt,
    now,
  })
  const ill = [
    ...againstHealth(application, release),
    ...workloads.findings,
    ...pruning.findings,
    ...againstGuess(application, release),
  ]
  if (ill.length > 0) return verdict(ill, revision)
  const since = healthySince(application, release, contains, workloads.readySince)
  return {
    state: 'live',
    revision,
    reasons: [...workloads.notes, ...pruning.notes],
    ...(since === undefined ? {} : { healthySince: since }),
  }
}

type FactsBeforeCluster = Omit<LiveFacts, 'manifests' | 'tree'>

/** Whether all that comes before them is as it should be, so that the manifests are worth reading. */
export function needsManifests(release: PromotedRelease, facts: FactsBeforeCluster): boolean {
  const isNamed = release.image !== undefined || release.uri !== undefined
  const isAsked = isNamed || waitsForPruning(facts.application).length > 0
  return isAsked && beforeCluster(release, facts).findings.length === 0
}

/** Whether only the objects in the cluster could still speak against it: then it is worth asking Argo CD to look again. */
export function mayBeLive(release: PromotedRelease, facts: FactsBeforeCluster): boolean {
  return (
    beforeCluster(release, facts).findings.length === 0 &&
    againstHealth(facts.application, release).length === 0
  )
}

/** What promotions are planned with. What is blocked is not healthy yet. */
export function healthOf({ state }: Pick<Liveness, 'state'>): Health {
  return HEALTH[state]
}

// --- internal ---

const HEALTH: Record<LiveState, Health> = {
  live: 'healthy',
  progressing: 'progressing',
  blocked: 'progressing',
  degraded: 'degraded',
  unknown: 'unknown',
}

/** What speaks against it in the first of the steps in which anything does, up to the cluster being what git says. */
function beforeCluster(
  release: PromotedRelease,
  { application, windows, contains: known, asked }: FactsBeforeCluster,
): { revision?: string; findings: Finding[] } {
  const contains = containing(release, known)
  const unreadable = againstStatus(application, asked)
  if (unreadable.length > 0) return { findings: unreadable }
  const { revision, findings } = compareRevision(application, release, contains)
  if (findings.length > 0) return { revision, findings }
  const syncing = againstOperation(application, release, contains)
  return { revision, findings: syncing.length > 0 ? syncing : againstSync(application, windows) }
}

/** What counts where several things are wrong: the health of something else is not that of a release that is not there. */
const WORST_FIRST: LiveState[] = ['blocked', 'degraded', 'unknown', 'progressing']

function verdict(findings: readonly Finding[], revision?: string): Liveness {
  const state = WORST_FIRST.find(one => findings.some(finding => finding.state === one)) ?? 'unknown'
  return {
    state,
    ...(revision === undefined ? {} : { revision }),
    reasons: [...new Set(findings.map(finding => finding.reason))],
    ...(findings.some(finding => finding.refresh) ? { refresh: true } : {}),
    ...(findings.some(finding => finding.state === state && finding.stuck) ? { stuck: true } : {}),
  }
}

/** An application that is not seen to read the folder may be another one; only what it brought could prove otherwise. */
function againstGuess(application: ArgoApplication, release: PromotedRelease): Finding[] {
  if (application.spec.sourceHydrator || release.image !== undefined || release.uri !== undefined) return []
  if (deploySources(application, release).readsFolder) return []
  return [
    {
      state: 'unknown',
      reason: `none of the application's sources reads ${plain(release.path ?? '')}`,
      stuck: true,
    },
  ]
}
