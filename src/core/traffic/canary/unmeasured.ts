import type { CountedBy } from '../../deploy-config/guardrails.ts'
import { countedIn } from '../../deploy-config/mesh.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { type CanaryCounts, type MeshCounts, unitsOf } from './counts.ts'
import { BROKEN, splitLogE } from './split.ts'
import type { CanaryRules } from './verdict.ts'

/**
 * Why the guardrails that a mesh is to count are not counted, in words that follow a colon: a guardrail that nobody has measured shows no
 * harm, and that is no proof of anything. Undefined: they are, or there is no mesh.
 */
export function whyUnmeasured(counts: CanaryCounts, rules: CanaryRules): string | undefined {
  if (!rules.mesh) return undefined
  const { mesh, arms } = counts
  if (!mesh) return 'nobody has asked for it'
  if ('failed' in mesh) return shortened(visible(mesh.failed), 300)
  for (const which of ['challenger', 'champion'] as const) {
    const { requests, ...rates } = mesh[which]
    if (requests === 0) return `no request to the ${which} is in its series; are the labels those of it?`
    const missing = countedIn(rules).mesh.find(one => !rates[one]?.units)
    if (missing !== undefined) return `no answer of the ${which} is in its series for ${missing}`
    for (const one of countedIn(rules).mesh) {
      const why = whyOfOthers(mesh, one, rules)
      if (why !== undefined) return why
    }
    const units = unitsOf(arms[which])
    if (requests < LEAST_SEEN * units)
      return `it has ${count(requests, 'request')} to the ${which}, and events tell of ${formatCount(units)}: its series are of a part of them, or Prometheus reads a part of its proxies`
  }
  return undefined
}

/**
 * Why what a guardrail is of in the mesh are not the requests of the two arms: nearly as many in each, and in the share that the arms have.
 * Where some of one arm's are missing, the other one's look more harmful, or less. Undefined: they are.
 */
export function whyOfOthers(
  mesh: MeshCounts,
  guardrail: CountedBy<'mesh'>,
  { weight }: Pick<CanaryRules, 'weight'>,
): string | undefined {
  const unitsIn = (which: 'challenger' | 'champion') => mesh[which][guardrail]?.units ?? 0
  for (const which of ['challenger', 'champion'] as const) {
    const [units, { requests }] = [unitsIn(which), mesh[which]]
    if (Math.min(units, requests) < LEAST_SAME * Math.max(units, requests))
      return `its series for ${guardrail} have ${count(units, 'answer')} of the ${which}, and it has ${count(requests, 'request')} to it: do all of its proxies expose both?`
  }
  const challenger = unitsIn('challenger')
  const units = challenger + unitsIn('champion')
  if (units > 0 && splitLogE({ challenger, units, share: weight / 100 }) >= Math.log(BROKEN))
    return `${formatCount(challenger)} of ${count(units, 'answer')} in its series for ${guardrail} are of the challenger, which is not ${weight} %`
  return undefined
}

// --- internal ---

/** What a guardrail is of and the requests, the smaller of the larger: the proxy counts both of them at once. */
const LEAST_SAME = 0.98

/** Of the units that events tell of, each of which was a request: what was scraped last may be a minute behind, and no more than that. */
const LEAST_SEEN = 0.5
