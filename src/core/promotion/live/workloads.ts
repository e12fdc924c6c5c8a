import type { ArgoNode, LiveManifest } from './application.ts'
import { type Sighting, sightings, type Wanted } from './carriers.ts'
import { againstChildren } from './children.ts'
import { condition } from './fields.ts'
import { brief, type Finding, listed, plain } from './finding.ts'
import { againstInferenceService, isSplitInKnative } from './inference-service.ts'
import { againstRollout, wantedReplicas } from './rollout.ts'

/**
 * Whether the cluster really has the promoted image or URI. `Synced` only says that it is what git says, and a later commit
 * may say something else; and Argo CD's health checks have gaps that those of the workloads themselves close.
 */

export interface WorkloadFacts {
  manifests: readonly LiveManifest[] | undefined
  /** What the managed resources made; without it that is not looked at. */
  tree?: readonly ArgoNode[]
  wanted: Wanted
  /** When the last sync ended, if one is known to have; milliseconds. */
  syncedAt?: number
  now: number
}

export interface Workloads {
  /** What speaks against it. */
  findings: Finding[]
  /** What is good to know although nothing speaks against it. */
  notes: string[]
  /** Since when the workloads themselves say that they are ready: the latest of them. */
  readySince?: number
}

export function lookAtWorkloads({ manifests, tree = [], wanted, syncedAt, now }: WorkloadFacts): Workloads {
  if (wanted.image === undefined && wanted.uri === undefined) return { findings: [], notes: [] }
  if (manifests === undefined)
    return {
      findings: [{ state: 'unknown', reason: 'what runs in the cluster could not be read' }],
      notes: [],
    }
  const seen = sightings(manifests, wanted)
  const tried = wanted.beside ? sightings(manifests, wanted.beside).filter(({ as }) => as !== 'other') : []
  const carrying = [...seen.filter(one => one.as !== 'other'), ...tried]
  // In Knative mode KServe keeps the one that had all of the traffic as an older revision, which no manifest names.
  const isKept = tried.some(
    ({ manifest }) => manifest.kind === 'InferenceService' && isSplitInKnative(manifest.live ?? {}),
  )
  const absent = [
    ...(isKept ? [] : againstAbsence(wanted, seen)),
    ...(wanted.beside?.isAwaited && tried.length === 0 ? [NOT_TRIED] : []),
  ]
  if (absent.length > 0) return { findings: absent, notes: [] }

  const carriers = [...new Set(carrying.map(one => one.manifest))]
  const looked = carriers.map(carrier => {
    const { kind, live = {} } = carrier
    const name = nameOf(carrier)
    return kind === 'InferenceService'
      ? againstInferenceService(name, live, { syncedAt, now, isSplit: tried.length > 0 })
      : { findings: againstRollout(name, kind, live), notes: [] }
  })
  const ready = carriers.flatMap(({ live }) =>
    ['Ready', 'Available'].flatMap(type => {
      const found = condition(live?.status, type)
      return found?.status === 'True' && found.since !== undefined ? [found.since] : []
    }),
  )
  return {
    findings: [
      ...againstOthers(seen.filter(one => !tried.some(other => isSame(one, other)))),
      ...againstNothing(carriers, manifests),
      ...looked.flatMap(one => one.findings),
      ...carriers.flatMap(one => againstChildren(one, tree)),
    ],
    notes: [...tagNotes(carrying), ...looked.flatMap(one => one.notes)],
    ...(ready.length > 0 ? { readySince: Math.max(...ready) } : {}),
  }
}

// --- internal ---

function isSame(a: Sighting, b: Sighting): boolean {
  return a.manifest === b.manifest && a.key === b.key && a.value === b.value
}

const NOT_TRIED: Finding = {
  state: 'progressing',
  reason: 'nothing in the cluster has the release that is tried',
}

/** Kinds that stay as they were made, whatever serves now. */
const OF_THE_PAST = new Set(['Job', 'CronJob'])

/** A part may be absent where the target does not write it, but not where another version stands in its place. */
function againstAbsence({ image, uri }: Wanted, seen: readonly Sighting[]): Finding[] {
  const parts = [
    ...(image ? [{ part: 'image', words: `image ${brief(`${image.name}@${image.digest}`)}` }] : []),
    ...(uri !== undefined ? [{ part: 'uri', words: `model ${plain(uri)}` }] : []),
  ]
  const states = parts.map(({ part, words }) => {
    const own = seen.filter(one => one.part === part)
    return {
      words,
      isThere: own.some(one => one.as !== 'other'),
      others: own.filter(one => one.as === 'other'),
    }
  })
  const isAnyThere = states.some(one => one.isThere)
  return states
    .filter(one => !one.isThere && (one.others.length > 0 || !isAnyThere))
    .map(({ words, others }) => {
      const instead = [...new Set(others.map(one => `${nameOf(one.manifest)} has ${brief(one.value)}`))]
      const reason = `nothing in the cluster has the ${words}${instead.length > 0 ? `; ${listed(instead, 2)}` : ''}`
      return { state: 'blocked', reason, stuck: true }
    })
}

/** Another version beside the promoted one: a champion that still serves. */
function againstOthers(seen: readonly Sighting[]): Finding[] {
  const others = seen.filter(
    ({ as, part, key, manifest }) =>
      as === 'other' && (part === 'image' || key === 'storageUri') && !OF_THE_PAST.has(manifest.kind),
  )
  const names = [...new Set(others.map(one => `${nameOf(one.manifest)} has ${brief(one.value)}`))]
  if (names.length === 0) return []
  return [{ state: 'progressing', reason: `another version is still there: ${listed(names, 2)}` }]
}

/** What stands beside those that serve, whatever it names. */
const SERVES_NOT = new Set(['ConfigMap', 'Secret', 'Job', 'CronJob'])

/**
 * Nobody is served where every workload is scaled to nothing: those that carry the release, or all where only a ConfigMap does. Argo CD
 * calls that healthy.
 */
function againstNothing(carriers: readonly LiveManifest[], all: readonly LiveManifest[]): Finding[] {
  const own = carriers.filter(({ kind }) => !SERVES_NOT.has(kind))
  const serving =
    own.length > 0 ? own : all.filter(({ kind, live = {} }) => wantedReplicas(kind, live) !== undefined)
  if (serving.length === 0 || serving.some(({ kind, live = {} }) => wantedReplicas(kind, live) !== 0))
    return []
  const names = listed(serving.map(nameOf))
  const reason = `${names} ${serving.length === 1 ? 'has' : 'have'} 0 replicas: nothing serves`
  return [{ state: 'blocked', reason, stuck: true }]
}

function tagNotes(carrying: readonly Sighting[]): string[] {
  if (carrying.some(one => one.as !== 'tag')) return []
  return carrying
    .slice(0, 1)
    .map(
      one =>
        `${nameOf(one.manifest)} names the image by its tag, which can be moved: the digest is not proved`,
    )
}

function nameOf({ kind, name }: LiveManifest): string {
  return plain(`${kind} ${name}`, 80)
}
