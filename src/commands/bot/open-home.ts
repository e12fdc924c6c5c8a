import { AssayError } from '../../core/errors/errors.ts'
import { deployAddress } from '../../core/secrets/deploy-address.ts'
import type { RepositoryConnection } from '../../forges/connection.ts'
import type { DeployAccess } from '../command/context.ts'
import { maskFor } from '../command/without-secrets.ts'
import { maskedAccess } from '../deploy/read/masked-access.ts'
import type { RepositoryName } from './keys.ts'
import type { BotWorld, Rights } from './world.ts'

/**
 * The way to a deploy repository and, with a token for each alone, to those that its configuration names for environments. Whoever has
 * it closes it, and these with it.
 *
 * @throws AssayError those of `world.open`
 */
export async function openHome(
  world: BotWorld,
  home: RepositoryName,
  rights: Rights,
): Promise<RepositoryConnection & DeployAccess> {
  const others = new Map<string, Promise<RepositoryConnection>>()
  const open = async (name: string) => {
    const opened = await world.open({ ...home, name }, rights)
    return { ...opened, ...maskedAccess(opened, maskFor(world)) }
  }
  const own = await open(home.name)
  return {
    ...own,
    async another(repository) {
      const address = deployAddress(repository, world.ci.serverUrl, 'record')
      if (address.kind !== 'forge') throw notInstalled(repository)
      const homes = world.homes?.get(address.repository) ?? new Set()
      world.homes?.set(address.repository, homes.add(home.name))
      const found = others.get(address.repository) ?? open(address.repository)
      others.set(address.repository, found)
      return { access: await found, address }
    },
    async close() {
      await own.close()
      for (const one of await Promise.allSettled(others.values()))
        if (one.status === 'fulfilled') await one.value.close()
    },
  }
}

// --- internal ---

function notInstalled(repository: string): AssayError {
  return new AssayError({
    code: 'DEPLOY_NO_TOKEN',
    title: 'The deploy repository cannot be reached',
    problems: [
      {
        what: `${repository} is not on the forge of the bot`,
        fix: 'run `assay promote` in a job that has the token for it, or move it to that forge',
      },
    ],
  })
}
