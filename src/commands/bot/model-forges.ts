import { parseConfig } from '../../core/config/read-config.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import { deployAddress } from '../../core/secrets/deploy-address.ts'
import { CONFIG_FILE } from '../../core/text/names.ts'
import type { RepositoryConnection } from '../../forges/connection.ts'
import type { Forge } from '../../forges/forge.ts'
import { maskFor } from '../command/without-secrets.ts'
import { maskedForge } from '../deploy/read/masked-access.ts'
import type { RepositoryName } from './keys.ts'
import type { BotWorld, Rights } from './world.ts'

/** In the repository of a model whose release a deploy repository tells of. */
export const TELL_RIGHTS: Rights = { needs: { contents: 'read', pull_requests: 'write' } }

/**
 * The way to the pull requests of the repositories that releases were made in. A record in a deploy repository may name any; so the
 * other one must say on its default branch that the model is deployed from here. Undefined where it does not.
 */
export function modelForges(
  world: BotWorld,
  deploy: RepositoryName & { serverUrl: string | undefined },
): (release: ReleaseRecord) => Promise<Forge | undefined> {
  const known = new Map<string, Promise<Forge | undefined>>()
  return release => {
    const name = `${release.repository} ${release.model}`
    const found = known.get(name) ?? forgeOf(world, deploy, release)
    known.set(name, found)
    return found
  }
}

// --- internal ---

async function forgeOf(
  world: BotWorld,
  deploy: RepositoryName & { serverUrl: string | undefined },
  { repository, model }: ReleaseRecord,
): Promise<Forge | undefined> {
  const address = deployAddress(repository, deploy.serverUrl, 'record')
  if (address.kind !== 'forge') return undefined
  const access = await world.open({ forge: deploy.forge, name: address.repository }, TELL_RIGHTS)
  try {
    if (!(await isDeployedFrom(access, deploy, model))) return undefined
    return maskedForge(access.forge, maskFor(world))
  } finally {
    await access.close()
  }
}

async function isDeployedFrom(
  access: RepositoryConnection,
  { name, serverUrl }: RepositoryName & { serverUrl: string | undefined },
  model: string,
): Promise<boolean> {
  const text = await access.forge.readFile(CONFIG_FILE, await access.defaultBranch())
  if (text === undefined) return false
  const { models } = parseConfig(text, CONFIG_FILE).config
  const { deploy } = Object.hasOwn(models, model) ? models[model]! : {}
  if (!deploy) return false
  const address = deployAddress(deploy.repository, serverUrl, 'file')
  return address.kind === 'forge' && address.repository.toLowerCase() === name.toLowerCase()
}
