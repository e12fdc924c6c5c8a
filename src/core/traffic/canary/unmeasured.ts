import { countedIn } from '../../deploy-config/mesh.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { type CanaryCounts, unitsOf } from './counts.ts'
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
    const units = unitsOf(arms[which])
    if (requests < LEAST_SEEN * units)
      return `it has ${count(requests, 'request')} to the ${which}, and events tell of ${formatCount(units)}: its series are of a part of them, or Prometheus reads a part of its proxies`
  }
  return undefined
}

// --- internal ---

/** Of the units that events tell of, each of which was a request: what was scraped last may be a minute behind, and no more than that. */
const LEAST_SEEN = 0.5
