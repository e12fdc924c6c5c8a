import { plain } from './live/finding.ts'
import type { ClusterLiveness, Liveness } from './live/liveness.ts'

/** One release in several clusters: what was found in each, and what that makes of the environment. */

/**
 * Live only where it is live in all of them, and for as long as in the last; else as it is where it is worst. What one of them says
 * begins with its name. Only where time and Argo CD change nothing in any of them that is not live, they change nothing at all.
 */
export function togetherIn(found: readonly { cluster: string; liveness: Liveness }[]): Liveness {
  const state = WORST_FIRST.find(one => found.some(({ liveness }) => liveness.state === one)) ?? 'unknown'
  const open = found.filter(({ liveness }) => liveness.state !== 'live')
  const since = found.map(({ liveness }) => liveness.healthySince)
  const isDated = state === 'live' && since.every(one => one !== undefined)
  const told = found.toSorted((a, b) => rankOf(a) - rankOf(b))
  return {
    state,
    ...(isDated && { healthySince: Math.max(...since) }),
    reasons: told.flatMap(({ cluster, liveness }) => reasonsIn(cluster, liveness)),
    ...(found.some(({ liveness }) => liveness.refresh) && { refresh: true }),
    ...(open.length > 0 && open.every(({ liveness }) => liveness.stuck) && { stuck: true }),
    clusters: found.map(({ cluster, liveness: { state, reasons, healthySince } }) => ({
      ...{ cluster, state, reasons },
      ...(healthySince !== undefined && { healthySince }),
    })),
  }
}

/** `eu live, us degraded`: each cluster with its state, in the order of the configuration. */
export function clusterWords(clusters: readonly Pick<ClusterLiveness, 'cluster' | 'state'>[]): string {
  return clusters.map(({ cluster, state }) => `${cluster} ${state}`).join(', ')
}

// --- internal ---

/** Somebody has to know of what is ill before anything else. */
const WORST_FIRST: Liveness['state'][] = ['degraded', 'blocked', 'unknown', 'progressing', 'live']

function rankOf({ liveness }: { liveness: Liveness }): number {
  return WORST_FIRST.indexOf(liveness.state)
}

function reasonsIn(cluster: string, { state, reasons }: Liveness): string[] {
  if (reasons.length === 0) return state === 'live' ? [] : [`${plain(cluster)}: ${state}`]
  return reasons.map(reason => `${plain(cluster)}: ${reason}`)
}
