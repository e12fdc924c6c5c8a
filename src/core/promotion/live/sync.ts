import type { ArgoApplication, ArgoSyncWindows } from './application.ts'
import { type Finding, listed, plain, said } from './finding.ts'
import { type Contains, deploySources, type Promoted, revisionAt } from './sources.ts'

/** Whether the cluster was made to be what the revision says: the running or last operation, then `status.sync.status`. */

/** A sync that is requested, runs, or failed for this release. A failure for an older revision says nothing about it. */
export function againstOperation(
  application: ArgoApplication,
  promoted: Promoted,
  contains: Contains,
): Finding[] {
  if (application.operation)
    return [{ state: 'progressing', reason: 'a sync is requested and has not begun' }]
  const { operationState } = application.status
  if (!operationState) return []
  const { phase, message, syncResult } = operationState
  if (phase === 'Succeeded') return []
  if (phase === 'Running') return [{ state: 'progressing', reason: `a sync is running${said(message)}` }]
  if (phase === 'Terminating')
    return [{ state: 'progressing', reason: `a sync is being stopped${said(message)}` }]
  if (phase !== 'Failed' && phase !== 'Error')
    return [
      { state: 'unknown', reason: `the sync is in a phase that Assay does not know: ${plain(phase, 40)}` },
    ]
  const synced = deploySources(application, promoted).sources.map(({ index }) =>
    revisionAt(application, index, syncResult),
  )
  const isOlder = synced.length > 0 && synced.every(one => one !== undefined && contains(one) === false)
  if (isOlder) return []
  // Argo CD keeps an operation `Running` as long as it will try again.
  const reason = `the sync failed and is not tried again${said(message)}`
  return [{ state: 'degraded', reason, stuck: true }]
}

/** Anything but `Synced`, and why it may stay so. */
export function againstSync(application: ArgoApplication, windows: ArgoSyncWindows | undefined): Finding[] {
  const { spec, status } = application
  const failed = status.conditions?.find(
    one => one.type === 'SyncError' && !isOutlived(one.lastTransitionTime, status.operationState),
  )
  if (failed)
    return [
      { state: 'degraded', reason: `Argo CD does not sync any more${said(failed.message)}`, stuck: true },
    ]
  if (status.sync?.status === 'Synced') return []
  if (status.sync?.status !== 'OutOfSync')
    return [{ state: 'unknown', reason: 'Argo CD cannot tell whether the cluster is in sync', refresh: true }]

  const different = (status.resources ?? [])
    .filter(resource => resource.status === 'OutOfSync')
    .map(({ kind, name }) => plain(`${kind} ${name}`, 80))
  const what = different.length > 0 ? `out of sync: ${listed(different)}` : 'out of sync'
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

/** In a sync window conditions are not taken back, so one may be older than a sync that went well. */
function isOutlived(
  since: number | undefined,
  operation: ArgoApplication['status']['operationState'],
): boolean {
  return operation?.phase === 'Succeeded' && since !== undefined && (operation.finishedAt ?? 0) > since
}

/** The last operation synced the very revisions that are compared now. */
function wasTried({ status: { operationState, sync } }: ArgoApplication): boolean {
  const result = operationState?.syncResult
  if (operationState?.phase !== 'Succeeded' || !result || !sync) return false
  const [done, wanted] = [result, sync].map(one =>
    one.revisions?.length ? one.revisions.join() : one.revision,
  )
  return done !== undefined && done !== '' && done === wanted
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
