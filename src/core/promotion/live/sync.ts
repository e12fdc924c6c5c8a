import type { ArgoApplication, ArgoSyncWindows } from './application.ts'
import { type Finding, listed, plain, said } from './finding.ts'
import { waitsForPruning } from './pruning.ts'
import {
  type Contains,
  deploySources,
  isCommitId,
  type Promoted,
  type Revisions,
  revisionAt,
} from './sources.ts'

/** Whether the cluster was made to be what the revision says: the running or last operation, then `status.sync.status`. */

/**
 * A sync that is requested, runs, or failed for this release. One that failed at another revision than is compared now says
 * nothing about a release that was synced before it, or that comes after it.
 */
export function againstOperation(
  application: ArgoApplication,
  promoted: Promoted,
  contains: Contains,
): Finding[] {
  const { operationState, sync } = application.status
  // The request stands as long as the sync that it asked for runs, retries included, and its state says more.
  if (operationState?.phase === 'Running')
    return [{ state: 'progressing', reason: `a sync is running${said(operationState.message)}` }]
  if (operationState?.phase === 'Terminating')
    return [{ state: 'progressing', reason: `a sync is being stopped${said(operationState.message)}` }]
  if (application.operation) {
    const before = isFailed(operationState) ? `, the one before failed${said(operationState?.message)}` : ''
    return [{ state: 'progressing', reason: `a sync is requested and has not begun${before}` }]
  }
  if (!operationState) return []
  const { phase, message, syncResult } = operationState
  if (phase === 'Succeeded') return []
  if (!isFailed(operationState))
    return [
      { state: 'unknown', reason: `the sync is in a phase that Assay does not know: ${plain(phase, 40)}` },
    ]
  const indexes = deploySources(application, promoted).sources.map(({ index }) => index)
  const synced = indexes.map(index => revisionAt(application, index, syncResult))
  const isKnown = synced.length > 0 && synced.every(one => one !== undefined && isCommitId(one))
  if (isKnown && synced.every(one => contains(one!) === false)) return []
  const isOver = isKnown && sync?.status === 'Synced' && !isSame(syncResult, sync)
  if (isOver && wasSynced(application, indexes, contains)) return []
  // Argo CD keeps an operation `Running` as long as it will try again.
  const reason = `the sync failed and is not tried again${said(message)}`
  return [{ state: 'degraded', reason, stuck: true }]
}

/** Anything but `Synced`, and why it may stay so. */
export function againstSync(application: ArgoApplication, windows: ArgoSyncWindows | undefined): Finding[] {
  const { spec, status } = application
  const failed = status.conditions?.find(
    one => one.type === 'SyncError' && !isOutlived(one.lastTransitionTime, status),
  )
  if (failed)
    return [
      { state: 'degraded', reason: `Argo CD does not sync any more${said(failed.message)}`, stuck: true },
    ]
  if (status.sync?.status === 'Synced') return []
  if (status.sync?.status !== 'OutOfSync')
    return [{ state: 'unknown', reason: 'Argo CD cannot tell whether the cluster is in sync', refresh: true }]

  const toPrune = waitsForPruning(application)
  const different = (status.resources ?? []).filter(
    resource => resource.status === 'OutOfSync' && !toPrune.includes(resource),
  )
  // What these are, decides whether they hold a release: see `againstPruning`.
  if (different.length === 0 && toPrune.length > 0) return []
  const names = different.map(({ kind, name }) => plain(`${kind} ${name}`, 80))
  const what = names.length > 0 ? `out of sync: ${listed(names)}` : 'out of sync'
  const automated = spec.syncPolicy?.automated
  const isAutomatic = automated !== undefined && automated.enabled !== false
  const block = blockOf(windows, isAutomatic)
  if (block) return [{ state: 'blocked', reason: `${what}; ${block}` }]
  if (!isAutomatic)
    return [{ state: 'blocked', reason: `${what}; somebody has to sync it, Argo CD does not by itself` }]
  if (wasTried(application) && automated.selfHeal !== true) {
    const reason = `${what}, though synced; without self-heal Argo CD does not try again`
    return [{ state: 'blocked', reason, stuck: true }]
  }
  return [{ state: 'progressing', reason: what }]
}

// --- internal ---

type Status = ArgoApplication['status']

function isFailed(operation: Status['operationState']): boolean {
  return operation?.phase === 'Failed' || operation?.phase === 'Error'
}

/**
 * In a sync window conditions are not taken back, so one may be older than a sync that went well, or of another revision than the
 * one that the cluster is in sync with.
 */
function isOutlived(since: number | undefined, { operationState, sync }: Status): boolean {
  if (isFailed(operationState)) return sync?.status === 'Synced' && !isSame(operationState?.syncResult, sync)
  return (
    operationState?.phase === 'Succeeded' && since !== undefined && (operationState.finishedAt ?? 0) > since
  )
}

/** The last operation synced the very revisions that are compared now. */
function wasTried({ status: { operationState, sync } }: ArgoApplication): boolean {
  return operationState?.phase === 'Succeeded' && isSame(operationState.syncResult, sync)
}

function isSame(result: Revisions | undefined, sync: Revisions | undefined): boolean {
  const [done, wanted] = [result, sync].map(one =>
    one?.revisions?.length ? one.revisions.join() : one?.revision,
  )
  return done !== undefined && done !== '' && done === wanted
}

/** A sync with the release in it went well at some time: one that failed first with it may have left its checks undone. */
function wasSynced(
  { spec, status }: ArgoApplication,
  indexes: readonly number[],
  contains: Contains,
): boolean {
  return (status.history ?? []).some(entry =>
    indexes.every(index => {
      const revision = revisionAt({ spec }, index, entry)
      return revision !== undefined && contains(revision) === true
    }),
  )
}

/**
 * Why the windows let no sync begin now. `canSync` of the answer is about syncs by hand, so for automatic ones the windows
 * themselves decide, as in `SyncWindows.CanSync` of Argo CD: no deny window may be open, and where there are allow windows
 * one must be.
 */
function blockOf(windows: ArgoSyncWindows | undefined, isAutomatic: boolean): string | undefined {
  if (!windows) return undefined
  const { activeWindows: active = [], assignedWindows: assigned = [], canSync } = windows
  const deny = active.find(window => window.kind === 'deny')
  const isClosed =
    !active.some(window => window.kind === 'allow') && assigned.some(window => window.kind === 'allow')
  if (isAutomatic ? !deny && !isClosed : canSync !== false) return undefined
  const window = deny ?? assigned.find(one => one.kind === 'allow')
  if (!window) return 'a sync window holds it'
  const when = `${plain(window.schedule ?? '?', 60)} for ${plain(window.duration ?? '?', 20)}`
  return deny ? `a sync window forbids it (deny, ${when})` : `it may sync only in its window (allow, ${when})`
}
