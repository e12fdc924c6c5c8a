import type { ArgoNode, LiveManifest } from './application.ts'
import { fields, text } from './fields.ts'
import { type Finding, plain, said } from './finding.ts'

/**
 * What the workloads that an object made say, where it does not say it itself: in Standard mode an InferenceService shows itself
 * ready while its Deployment still replaces pods (kserve#4626). Direct children only: below a Knative Service stay revisions
 * that failed long ago.
 */
export function againstChildren({ live }: LiveManifest, tree: readonly ArgoNode[]): Finding[] {
  const uid = text(fields(live?.metadata).uid)
  if (uid === undefined) return []
  return tree
    .filter(node => isWorkload(node) && node.parentRefs?.some(parent => parent.uid === uid))
    .flatMap(({ kind, name, health }): Finding[] => {
      const who = plain(`${kind} ${name}`, 80)
      if (health?.status === 'Degraded')
        return [{ state: 'degraded', reason: `${who} is degraded${said(health.message)}` }]
      if (health?.status === 'Progressing' || health?.status === 'Suspended')
        return [{ state: 'progressing', reason: `${who} is not ready yet${said(health.message)}` }]
      return []
    })
}

// --- internal ---

function isWorkload({ kind, group }: ArgoNode): boolean {
  if (kind === 'Service') return group === 'serving.knative.dev'
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet' || kind === 'Rollout'
}
