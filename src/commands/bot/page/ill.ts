import { isAssayError } from '../../../core/errors/errors.ts'
import { placeKey } from '../../../core/promotion/places/places.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import type { Ledger, SiteLedger } from '../../deploy/ledger/ledger.ts'
import type { BotWorld } from '../world.ts'

/**
 * Where what serves was found ill, and why, by the statuses of the promotions' commits; also where nothing waits for it. On a forge
 * that tells them one by one nobody asks.
 */
export async function illIn(
  world: BotWorld,
  repository: DeployRepository,
  ledger: Ledger,
): Promise<Map<string, string>> {
  const all = [ledger, ...ledger.others].map(one => illOn(world, repository, one))
  return new Map((await Promise.all(all)).flatMap(found => [...found]))
}

// --- internal ---

async function illOn(
  world: BotWorld,
  { name, fileHistory, readLive }: DeployRepository,
  { config, records, commit }: SiteLedger,
): Promise<Map<string, string>> {
  const watched = new Set(config.environments.flatMap(one => (one.argocd ? [one.name] : [])))
  const asked = records.filter(({ environment }) => watched.has(environment))
  if (asked.length === 0 || readLive) return new Map()
  try {
    const paths = asked.map(({ path }) => path)
    const histories = await fileHistory(commit, paths, 1)
    return new Map(
      asked.flatMap(({ environment, model, path }) => {
        const live = histories.get(path)?.[0]?.live
        if (live?.health !== 'degraded') return []
        return [[placeKey(environment, model), live.why ?? 'it is not healthy'] as const]
      }),
    )
  } catch (error) {
    if (!isAssayError(error)) throw error
    world.log.warn(`what is ill in ${name} is not known: ${error.message}`)
    return new Map()
  }
}
