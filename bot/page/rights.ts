import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { rightToSee, type SeeRight } from '../../src/commands/bot/page/overview.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import type { Person } from './people.ts'

/**
 * What somebody may do in a repository, by the forge's word: of the last minute where it is to decide what they are shown, an
 * `earlier` one where they are shown nothing that they have not.
 *
 * @throws AssayError those of `rightToSee`
 */
export type RightOf = (
  repository: RepositoryName,
  person: Person,
  asOf: 'now' | 'earlier',
) => Promise<SeeRight>

export function rightsOfPeople(world: BotWorld): RightOf {
  const rights = new Map<string, { right: SeeRight; at: number }>()
  return async (repository, { login, id }, asOf) => {
    const name = JSON.stringify([repository.forge, repository.name, login, id])
    const known = rights.get(name)
    if (known && world.now() - known.at < GOOD_MS[asOf]) return known.right
    const right = await rightToSee(world, repository, { login, ...(id !== undefined && { id }) })
    if (rights.size >= MOST) rights.clear()
    if (right !== 'unknown') rights.set(name, { right, at: world.now() })
    return right
  }
}

// --- internal ---

/** Milliseconds. */
const GOOD_MS = { now: 60_000, earlier: 600_000 }
const MOST = 10_000
