import type { ArgoApplication } from './application.ts'
import { type Contains, deploySources, type Promoted, revisionAt } from './sources.ts'

/**
 * Since when the release can be known to have been healthy without a break, in milliseconds; it may have been longer. Argo CD
 * keeps the old `lastTransitionTime` where one healthy version follows another, so the time of the sync that brought the
 * release counts too, and what the workloads say.
 */
export function healthySince(
  application: ArgoApplication,
  promoted: Promoted,
  contains: Contains,
  readySince: number | undefined,
): number | undefined {
  const { health, operationState } = application.status
  const arrived = arrivedAt(application, promoted, contains) ?? operationState?.finishedAt
  const known = [health?.lastTransitionTime, arrived, readySince].filter(one => one !== undefined)
  return known.length > 0 ? Math.max(...known) : undefined
}

// --- internal ---

/** When the first of the newest syncs that all have the commit ended. A rollback in between starts it anew. */
function arrivedAt(application: ArgoApplication, promoted: Promoted, contains: Contains): number | undefined {
  const { spec, status } = application
  // Of a rendered commit nobody knows what it contains.
  if (spec.sourceHydrator) return undefined
  const indexes = deploySources(application, promoted).sources.map(one => one.index)
  const newestFirst = [...(status.history ?? [])]
    .filter(entry => entry.deployedAt !== undefined)
    .sort((a, b) => b.deployedAt! - a.deployedAt!)
  let arrived: number | undefined
  for (const entry of newestFirst) {
    const has = indexes.every(index => {
      const revision = revisionAt(application, index, entry)
      return revision !== undefined && contains(revision) === true
    })
    if (!has) break
    arrived = entry.deployedAt
  }
  return arrived
}
