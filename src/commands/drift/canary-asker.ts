import type { DeployEnvironment } from '../../core/deploy-config/deploy-config.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { factOf } from '../../core/promotion/canary/fact.ts'
import { judgeCanary } from '../../core/traffic/canary/judge.ts'
import { countedFrom, withCauses } from '../../core/traffic/canary/live.ts'
import { rulesOf } from '../../core/traffic/canary/rules.ts'
import type { World } from '../command/context.ts'
import type { AskTried } from '../deploy/live/ask-tried.ts'
import type { AskComesYet } from '../deploy/live/taken-back.ts'
import type { AskCanary } from '../deploy/read/canaries.ts'
import { type Sources, sourcesOf } from './sources.ts'

/**
 * Judges a canary by what is counted of it, where the environment says that: as `assay watch` does at every tick, and once. What keeps
 * it from being asked keeps no promotion: then nobody knows, and the canary stays as it is.
 */
export function canaryAsker(world: World, askTried: AskTried): AskCanary & { comesYet: AskComesYet } {
  const known = new Map<string, Sources | undefined>()
  const sourcesFor = (file: { collector?: string | undefined; prometheus?: string | undefined }) => {
    const key = JSON.stringify([file.collector, file.prometheus])
    if (!known.has(key)) known.set(key, sourcesOf(world, { job: {}, file }))
    return known.get(key)
  }
  const asked = async <T>(
    { drift }: DeployEnvironment,
    ask: (sources: Sources) => Promise<T>,
  ): Promise<T | { unknown: string }> => {
    try {
      const sources = sourcesFor({ collector: drift?.collector, prometheus: drift?.prometheus })
      if (!sources)
        return { unknown: 'nobody counts its traffic: `drift` names neither a collector nor Prometheus' }
      return await ask(sources)
    } catch (error) {
      if (!isAssayError(error)) throw error
      return {
        unknown: `its traffic cannot be asked for: ${error.problems.map(({ what }) => what).join('; ')}`,
      }
    }
  }
  return {
    verdict: (place, { champion, canary, commit, causes }) =>
      asked(place.environment, async sources => {
        const { challenger } = canary
        const rules = rulesOf(champion.version, canary)
        const of = { model: challenger.model, environment: place.environment.name, key: rules.key }
        const asked = await askTried(place, { champion, challenger, commit })
        const seen = withCauses(asked, causes)
        const now = world.now()
        const counts = await sources.canary(of, rules, now, countedFrom(seen, now))
        return factOf(judgeCanary(counts, rules, world.now(), seen), challenger)
      }),
    async comesYet({ environment }, { release: { model, version }, live }) {
      const told = await asked(environment, sources => sources.comesYet({ model, release: version, live }))
      return 'unknown' in told ? { failed: told.unknown } : told
    },
    slow: ({ environment }, { champion: { model, version } }) =>
      asked(environment, sources =>
        sources.slow({ model, release: version, environment: environment.name }, world.now()),
      ),
  }
}
