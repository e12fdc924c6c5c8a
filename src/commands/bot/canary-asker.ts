import type { AskCanary } from '../deploy/read/canaries.ts'
import type { RepositoryName } from './keys.ts'
import type { BotWorld } from './world.ts'

/**
 * What is found out about a canary by `assay watch`, which judges it at every tick: the bot asks no server that a repository names.
 * Where it looks at another repository, or there is none, nobody knows.
 */
export function canaryOfWatch({ traffic }: Pick<BotWorld, 'traffic'>, deploy: RepositoryName): AskCanary {
  return {
    verdict: async ({ environment }, { canary }) =>
      traffic?.canary(deploy, { model: canary.challenger.model, environment: environment.name }),
    slow: async ({ environment }, { champion }) =>
      traffic?.slow(deploy, {
        model: champion.model,
        environment: environment.name,
        release: champion.version,
      }),
  }
}
