import type { ArgoApplication } from './application.ts'
import { brief, type Finding, plain, said } from './finding.ts'
import { dryRevisions, hydratedRevision } from './hydrated.ts'
import { type Contains, deploySources, isCommitId, type Promoted, revisionAt, sourcesOf } from './sources.ts'

/**
 * Whether what Argo CD has compared the cluster with contains the commit of the promotion: by descent, never by equality,
 * since the next commit on the same branch moves the revision on.
 */

/** Commit ids of the deploy repository whose descent `Contains` is asked about. Those of the history only date the release. */
export function revisionsToCompare(
  application: ArgoApplication,
  promoted: Promoted,
): { needed: string[]; history: string[] } {
  const { status, spec } = application
  const indexes = spec.sourceHydrator
    ? [0]
    : deploySources(application, promoted).sources.map(one => one.index)
  const at = (from: Parameters<typeof revisionAt>[2]) =>
    indexes.map(index => revisionAt(application, index, from))
  const pins = sourcesOf(application).map(source => source.targetRevision)
  const ids = (revisions: readonly (string | undefined)[]) =>
    [...new Set(revisions)].filter(
      id => id !== undefined && isCommitId(id) && id !== promoted.commit,
    ) as string[]
  const past = (status.history ?? []).flatMap(at)
  // Where the last sync failed, it counts whether one before it brought the release.
  const isFailed = status.operationState?.phase === 'Failed' || status.operationState?.phase === 'Error'
  const needed = ids([
    ...(isFailed ? past : []),
    ...at(status.sync),
    ...at(status.operationState?.syncResult),
    ...dryRevisions(application),
    ...pins,
  ])
  const history = ids(past).filter(id => !needed.includes(id))
  return { needed, history }
}

/** `contains`, with the answer that needs no asking. */
export function containing({ commit }: Promoted, contains: Contains): Contains {
  return revision => (revision === commit ? true : isCommitId(revision) ? contains(revision) : undefined)
}

/** What speaks against the release being what Argo CD compares with; nothing when it is. And the revision that it is at. */
export function compareRevision(
  application: ArgoApplication,
  promoted: Promoted,
  contains: Contains,
): { revision?: string; findings: Finding[] } {
  if (application.spec.sourceHydrator) return hydratedRevision(application, promoted, contains)
  const { sources } = deploySources(application, promoted)
  if (sources.length === 0) {
    const names = sourcesOf(application).map(source => plain(source.repoURL, 100))
    const reason = `the application takes nothing from the deploy repository, but from ${names.join(', ') || 'nowhere'}`
    return { findings: [{ state: 'unknown', reason, stuck: true }] }
  }
  const revisions = sources.map(({ index }) => revisionAt(application, index, application.status.sync))
  const findings = sources.flatMap(({ source }, at) =>
    againstRevision(revisions[at], source.targetRevision, promoted, contains),
  )
  const { operationState } = application.status
  if (findings.length > 0 && operationState?.phase === 'Running')
    findings.push({ state: 'progressing', reason: `a sync is running${said(operationState.message)}` })
  return { revision: revisions.find(revision => revision !== undefined), findings }
}

// --- internal ---

function againstRevision(
  revision: string | undefined,
  target: string | undefined,
  { commit }: Promoted,
  contains: Contains,
): Finding[] {
  if (revision === undefined)
    return [
      { state: 'unknown', reason: 'Argo CD names no revision for the deploy repository', refresh: true },
    ]
  if (!isCommitId(revision)) {
    const reason = `Argo CD could not tell which commit \`${plain(revision, 80)}\` is`
    return [{ state: 'unknown', reason, refresh: true }]
  }
  const answer = contains(revision)
  if (answer === true) return []
  if (answer === undefined) {
    const reason = `nobody can tell whether ${brief(revision)} contains ${brief(commit)}`
    return [{ state: 'unknown', reason }]
  }
  if (target !== undefined && isCommitId(target) && contains(target) === false) {
    const reason = `the application is pinned to ${brief(target)}, which does not contain ${brief(commit)}`
    return [{ state: 'blocked', reason, stuck: true }]
  }
  const reason = `Argo CD has seen ${brief(revision)}, which does not contain ${brief(commit)} yet`
  return [{ state: 'progressing', reason, refresh: true }]
}
