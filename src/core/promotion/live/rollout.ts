import { condition, count, type Fields, fields, text } from './fields.ts'
import { type Finding, said } from './finding.ts'

/**
 * How far a workload is with what its specification says. Argo CD asks the same of most, but leaves out what carries
 * `argocd.argoproj.io/ignore-healthcheck`, and knows no custom kinds.
 */
export function againstRollout(name: string, kind: string, live: Fields): Finding[] {
  return lag(name, live) ?? RULES[kind]?.(name, fields(live.spec), fields(live.status)) ?? []
}

/** How many pods a workload is to have, where its kind says so. */
export function wantedReplicas(kind: string, live: Fields): number | undefined {
  if (kind === 'DaemonSet') return count(fields(live.status).desiredNumberScheduled)
  return SCALED.has(kind) ? (count(fields(live.spec).replicas) ?? 1) : undefined
}

// --- internal ---

const SCALED = new Set(['Deployment', 'StatefulSet', 'Rollout', 'ReplicaSet'])

type Rule = (name: string, spec: Fields, status: Fields) => Finding[]

const RULES: Record<string, Rule> = {
  Deployment(name, spec, status) {
    const progress = condition(status, 'Progressing')
    if (progress?.status === 'False')
      return [{ state: 'degraded', reason: `${name} does not get on${said(progress.message)}` }]
    if (spec.paused === true) return [waits(name, 'is paused')]
    const updated = count(status.updatedReplicas) ?? 0
    return [
      ...behind(name, updated, count(spec.replicas) ?? 1, 'updated'),
      ...over(name, count(status.replicas) ?? 0, updated),
      ...behind(name, count(status.availableReplicas) ?? 0, updated, 'available'),
    ].slice(0, 1)
  },
  StatefulSet(name, spec, status) {
    const wanted = count(spec.replicas) ?? 1
    const partition = count(fields(fields(spec.updateStrategy).rollingUpdate).partition) ?? 0
    if (partition > 0)
      return [waits(name, `keeps ${Math.min(partition, wanted)} of ${wanted} pods back (partition)`)]
    const isUpdated = status.updateRevision === undefined || status.currentRevision === status.updateRevision
    return isUpdated
      ? behind(name, count(status.readyReplicas) ?? 0, wanted, 'ready')
      : [waits(name, `has ${count(status.updatedReplicas) ?? 0} of ${wanted} pods updated`)]
  },
  DaemonSet(name, _, status) {
    const wanted = count(status.desiredNumberScheduled) ?? 0
    return [
      ...behind(name, count(status.updatedNumberScheduled) ?? 0, wanted, 'updated'),
      ...behind(name, count(status.numberAvailable) ?? 0, wanted, 'available'),
    ].slice(0, 1)
  },
  Rollout(name, _, status) {
    const message = text(status.message)
    if (status.abort === true || status.phase === 'Degraded')
      return [
        {
          state: 'degraded',
          reason: `${name} was aborted or failed, the version before serves${said(message)}`,
        },
      ]
    if (status.phase !== undefined && status.phase !== 'Healthy')
      return [waits(name, `is at a step of its canary${said(message)}`)]
    const { stableRS, currentPodHash } = status
    return stableRS !== undefined && currentPodHash !== undefined && stableRS !== currentPodHash
      ? [waits(name, 'still has the version before as its stable one')]
      : []
  },
  Job(name, _, status) {
    const failed = condition(status, 'Failed')
    return failed?.status === 'True'
      ? [{ state: 'degraded', reason: `${name} failed${said(failed.message)}` }]
      : []
  },
}

/** Its controller has not seen the specification yet. */
function lag(name: string, live: Fields): Finding[] | undefined {
  const wanted = count(fields(live.metadata).generation)
  const seen = count(fields(live.status).observedGeneration)
  if (wanted === undefined || seen === undefined || seen >= wanted) return undefined
  return [waits(name, `was changed, and its controller has not seen that (generation ${seen} of ${wanted})`)]
}

function waits(name: string, words: string): Finding {
  return { state: 'progressing', reason: `${name} ${words}` }
}

function behind(name: string, has: number, wanted: number, word: string): Finding[] {
  return has < wanted ? [waits(name, `has ${has} of ${wanted} replicas ${word}`)] : []
}

function over(name: string, all: number, updated: number): Finding[] {
  return all > updated ? [waits(name, `still has ${all - updated} replicas of the version before`)] : []
}
