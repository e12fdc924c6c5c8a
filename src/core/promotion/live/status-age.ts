import { secondWords } from '../../text/instant-words.ts'
import type { ArgoApplication, ArgoSource } from './application.ts'
import { type Finding, said } from './finding.ts'
import { sourcesOf } from './sources.ts'

/**
 * Whether the status of an application can be believed at all, before anything in it is read. `asked`: it was asked to look again,
 * and this is when it had looked before. Both are times of Argo CD's own clock, so no other clock has to agree with it.
 */
export function againstStatus(
  application: ArgoApplication,
  asked?: { lookedAt: number | undefined },
): Finding[] {
  const { metadata, spec, status } = application
  if (metadata.deletionTimestamp !== undefined)
    return [{ state: 'blocked', reason: 'the application is being deleted', stuck: true }]
  if (metadata.annotations?.[SKIPPED] === 'true')
    return [{ state: 'blocked', reason: `Argo CD is told not to look at it (${SKIPPED})`, stuck: true }]
  const errors = (status.conditions ?? []).flatMap(conditionFinding)
  if (errors.length > 0) return errors
  const { reconciledAt, operationState, sync } = status
  if (reconciledAt === undefined)
    return [{ state: 'unknown', reason: 'Argo CD has not looked at the application yet', refresh: true }]
  if (asked?.lookedAt !== undefined && reconciledAt <= asked.lookedAt) {
    const reason = `Argo CD was asked to look again and has not, it last did at ${secondWords(reconciledAt)}: what it shows may be over. Is its application controller running, and can it reach git?`
    return [{ state: 'unknown', reason }]
  }
  // Retries set it while the operation runs on: those are no end.
  const finishedAt = operationState?.phase === 'Running' ? undefined : operationState?.finishedAt
  if (finishedAt !== undefined && finishedAt > reconciledAt) {
    const reason = 'Argo CD has not looked at the application since its last sync ended'
    return [{ state: 'progressing', reason, refresh: true }]
  }
  // With a hydrator, what is compared is not what the specification names.
  const { source, sources } = sync?.comparedTo ?? {}
  const compared = sources ?? (source?.repoURL ? [source] : [])
  if (!spec.sourceHydrator && compared.length > 0 && !isSame(compared, sourcesOf(application))) {
    const reason = 'the sources of the application were changed, and Argo CD has not looked at it since'
    return [{ state: 'progressing', reason, refresh: true }]
  }
  return []
}

// --- internal ---

const SKIPPED = 'argocd.argoproj.io/skip-reconcile'

const ERRORS: Record<string, { state: 'degraded' | 'unknown'; words: string; stuck?: boolean }> = {
  InvalidSpecError: { state: 'degraded', words: 'the application is not valid', stuck: true },
  ComparisonError: { state: 'unknown', words: 'Argo CD cannot compare the application with git' },
  UnknownError: { state: 'unknown', words: 'Argo CD has an error with the application' },
  DeletionError: { state: 'unknown', words: 'Argo CD cannot delete the application' },
}

function conditionFinding({ type, message }: { type: string; message?: string }): Finding[] {
  const error = ERRORS[type]
  if (!error) return []
  return [{ state: error.state, reason: `${error.words}${said(message)}`, stuck: error.stuck }]
}

function isSame(compared: readonly Partial<ArgoSource>[], wanted: readonly ArgoSource[]): boolean {
  return namesOf(compared) === namesOf(wanted)
}

function namesOf(sources: readonly Partial<ArgoSource>[]): string {
  return JSON.stringify(
    sources.map(({ repoURL, path = '', targetRevision = '' }) => [repoURL, path, targetRevision]),
  )
}
