import type { ArgoApplication } from './application.ts'
import { brief, type Finding, said } from './finding.ts'
import { type Contains, isCommitId, type Promoted, repositoryKey } from './sources.ts'

/**
 * Applications with Argo CD's source hydrator: a promotion changes the dry manifests, Argo CD renders them into a commit of
 * another branch and syncs that. What the cluster has follows only where Argo CD itself says which dry commit it came from.
 */

/** Dry commits whose descent matters. */
export function dryRevisions({ spec, status }: ArgoApplication): (string | undefined)[] {
  if (!spec.sourceHydrator) return []
  const { lastSuccessfulOperation, lastComparedDryRevision } = status.sourceHydrator ?? {}
  return [lastSuccessfulOperation?.drySHA, lastComparedDryRevision]
}

/** As `compareRevision`, for an application with a hydrator. */
export function hydratedRevision(
  { spec, status }: ArgoApplication,
  promoted: Promoted,
  contains: Contains,
): { revision?: string; findings: Finding[] } {
  const { drySource, syncSource, hydrateTo } = spec.sourceHydrator!
  const revision = status.sync?.revision || undefined
  const found = (finding: Finding) => ({ revision, findings: [finding] })
  const isOurs = (url: string) =>
    [promoted.repository].flat().some(one => repositoryKey(one) === repositoryKey(url))
  if (!isOurs(drySource.repoURL) && !isOurs(syncSource.repoURL ?? drySource.repoURL))
    return found({
      state: 'unknown',
      reason: 'the hydrator takes nothing from the deploy repository',
      stuck: true,
    })
  // The promotion may have been merged into the rendered branch itself.
  if (revision !== undefined && isCommitId(revision) && contains(revision) === true)
    return { revision, findings: [] }

  const { currentOperation, lastSuccessfulOperation, lastComparedDryRevision } = status.sourceHydrator ?? {}
  if (currentOperation?.phase === 'Failed') {
    const reason = `the hydrator failed${said(currentOperation.message)}`
    return found({ state: 'degraded', reason })
  }
  if (currentOperation?.phase === 'Hydrating')
    return found({ state: 'progressing', reason: 'the hydrator is rendering the manifests' })
  const dry = [lastSuccessfulOperation?.drySHA, lastComparedDryRevision].filter(one => one !== undefined)
  const answers = dry.map(contains)
  if (!answers.includes(true)) {
    if (answers.length === 0 || answers.includes(undefined))
      return found({
        state: 'unknown',
        reason: 'nobody can tell which commit the hydrator rendered',
        refresh: true,
      })
    const reason = `the hydrator has rendered ${brief(dry.at(-1)!)}, which does not contain ${brief(promoted.commit)} yet`
    return found({ state: 'progressing', reason, refresh: true })
  }
  if (hydrateTo) {
    const reason =
      'the rendered manifests go to a branch from which somebody else moves them on; Argo CD does not tell when'
    return found({ state: 'unknown', reason })
  }
  const rendered = lastSuccessfulOperation?.hydratedSHA
  if (rendered !== undefined && rendered === revision) return { revision, findings: [] }
  const reason = `Argo CD has seen ${revision === undefined ? 'no rendered commit' : brief(revision)}, the hydrator's last is ${rendered === undefined ? 'not known' : brief(rendered)}`
  return found({ state: 'unknown', reason, refresh: true })
}
