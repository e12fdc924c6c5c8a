import type { ControllerState } from '../canary/controlled.ts'
import type { ArgoObject, LiveManifest } from './application.ts'
import { sightings, type Wanted } from './carriers.ts'
import { count, fields, text } from './fields.ts'
import { brief, plain } from './finding.ts'

/** What the controller of Argo Rollouts says of a canary in the status of its Rollout. */

/** The one Rollout that a release has come to, or why there is none to ask. */
export function rolloutOf(
  manifests: readonly LiveManifest[],
  challenger: Pick<Wanted, 'image'>,
): ArgoObject | { failed: string } {
  const seen = sightings(manifests, challenger).filter(
    ({ manifest, as }) => manifest.kind === 'Rollout' && as !== 'other',
  )
  const [rollout, ...others] = [...new Set(seen.map(({ manifest }) => manifest))]
  if (!rollout) return { failed: `no Rollout in the cluster has its image yet` }
  if (others.length > 0)
    return { failed: `${others.length + 1} Rollouts have its image, and nothing says which of them is meant` }
  const { kind, namespace, name, live } = rollout
  const [group = '', version = ''] = String(fields(live).apiVersion).split('/')
  return { group, version, kind, name, ...(namespace !== undefined && { namespace }) }
}

/**
 * Where the controller is with a release: by its status alone, and only where that is of the Rollout as it is now. The share is the one
 * that it routes by (`status.canary.weights`, argo-rollouts v1alpha1), not the one that a step asks for.
 */
export function controllerState(
  { name, live = {} }: LiveManifest,
  challenger: Pick<Wanted, 'image'>,
): ControllerState {
  const rollout = plain(`Rollout ${name}`, 80)
  const unknown = (words: string): ControllerState => ({ at: 'unknown', why: `${rollout} ${words}` })
  const isThere = sightings([{ kind: 'Rollout', name, live }], challenger).some(({ as }) => as !== 'other')
  if (!isThere) return unknown(`does not have the image ${brief(challenger.image?.digest ?? 'of it')}`)
  const status = fields(live.status)
  const [wanted, seen] = [count(fields(live.metadata).generation), count(status.observedGeneration)]
  if (wanted === undefined || seen === undefined || seen < wanted)
    return unknown('was changed, and its controller has not seen that yet')
  if (status.abort === true)
    return { at: 'aborted', why: plain(text(status.message) ?? `${rollout} was aborted`, 300) }
  const { stableRS, currentPodHash, phase } = status
  if (text(currentPodHash) === undefined) return unknown('does not say which pods are of which version')
  if (stableRS === currentPodHash)
    return phase === 'Healthy' ? { at: 'all' } : unknown('gives it all of the traffic and is not healthy yet')
  const { weights } = fields(status.canary)
  if (weights === undefined) return unknown('tells no weights: nothing routes by them, or it has not begun')
  const { canary, verified } = fields(weights)
  const { weight, podTemplateHash } = fields(canary)
  if (podTemplateHash !== currentPodHash) return unknown('routes by the weights of another version yet')
  if (verified === false) return unknown('has not seen its weights at what routes by them yet')
  const percent = count(weight)
  if (percent === undefined || percent < 1 || percent > 99)
    return unknown(`gives it ${percent === undefined ? 'no share that can be read' : `${percent} %`} now`)
  return { at: 'weight', weight: percent }
}
