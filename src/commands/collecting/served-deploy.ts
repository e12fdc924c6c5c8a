import type { Problem } from '../../core/errors/errors.ts'
import { visible } from '../../core/text/visible-text.ts'
import type { ReleaseProfile } from '../../core/traffic/counts/traffic.ts'
import type { CanaryStep } from '../../core/traffic/exposures/step.ts'
import { stepOf } from '../../core/traffic/exposures/step-of.ts'
import { canaryNow } from '../deploy/ledger/canary-now.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import { collectProblem } from './problems.ts'
import type { Served, ServedSource } from './served.ts'

/**
 * The profiles and the canaries of what serves by the deploy repository, in one environment. It is asked once a minute, however often this is read.
 *
 * @param environment may be left out where the deploy repository has one that anything serves in
 * @param warn of a release that has no profile to count by
 */
export function servedByDeploy(
  readWatched: () => Promise<Watched[]>,
  { environment, now, warn }: { environment: string | undefined; now(): number; warn(text: string): void },
): ServedSource {
  let known: { at: number; served: Served } | undefined
  return {
    async read() {
      if (known && now() - known.at < REREAD_MS) return known.served
      const all = await readWatched()
      const problem = whyNotOne([...new Set(all.map(one => one.environment))], environment)
      if (problem) throw collectProblem([problem])
      const mine = all.filter(one => environment === undefined || one.environment === environment)
      const before = new Map(known?.served.profiles.map(one => [one.model, one]))
      const profiles = mine.flatMap(({ model, release, profile }): ReleaseProfile[] => {
        if (release !== undefined && !('failed' in profile)) return [{ model, release, profile }]
        const kept = before.get(model)
        const why = 'failed' in profile ? profile.failed : 'nothing serves'
        warn(
          kept
            ? `${model}: ${visible(why)}; ${kept.release} is counted as before`
            : `${model} is not counted: ${visible(why)}`,
        )
        return kept ? [kept] : []
      })
      const steps = new Map(known?.served.canaries.map(one => [one.model, one]))
      const places = await Promise.all(mine.map(async one => ({ ...one, canary: await canaryNow(one) })))
      const canaries = places.flatMap(({ model, release, canary }): CanaryStep[] => {
        if (canary === undefined) return []
        if (release !== undefined && !('failed' in canary)) return [stepOf(release, canary)]
        const kept = steps.get(model)
        const why = 'failed' in canary ? canary.failed : 'nothing serves beside it'
        warn(`the canary of ${model} ${kept ? 'is counted as before' : 'is not counted'}: ${visible(why)}`)
        return kept ? [kept] : []
      })
      known = { at: now(), served: { profiles, canaries } }
      return known.served
    },
  }
}

// --- internal ---

/** A promotion is counted by the new release after so long. */
const REREAD_MS = 60_000

function whyNotOne(names: string[], environment: string | undefined): Problem | undefined {
  const fix = `name one with \`--environment\`: ${names.join(', ')}`
  if (environment === undefined && names.length > 1)
    return { what: 'models serve in several environments, and their traffic is counted apart', fix }
  if (environment !== undefined && names.length > 0 && !names.includes(environment))
    return { what: `nothing serves in \`${visible(environment)}\``, fix }
  return undefined
}
