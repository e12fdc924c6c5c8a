import { account } from '../apps/accounts.ts'
import { appObject } from '../apps/apps.ts'
import type { World } from '../world/world.ts'

type Json = Record<string, unknown>

/** A payload with what GitHub's have and the objects of the npm package lack. */
export function completed(world: World, payload: Json): Json {
  const {
    repository,
    pull_request: pull,
    check_run: check,
    ...rest
  } = payload as Record<string, Json | undefined>
  const organization = repository && world.organisations.get(ownerOf(repository).login as string)
  return {
    ...rest,
    ...(repository && { repository: { ...repository, owner: account(world, ownerOf(repository)) } }),
    ...(organization && { organization }),
    ...(pull && { pull_request: { active_lock_reason: null, ...pull } }),
    ...(check && { check_run: withApp(world, check) }),
  }
}

// --- internal ---

function ownerOf(repository: Json): Json {
  return repository.owner as Json
}

function withApp(world: World, check: Json): Json {
  const app = world.apps.find(({ id }) => id === (check.app as Json | null)?.id)
  const output = { annotations_url: `${check.url}/annotations`, ...(check.output as Json) }
  return { ...check, output, ...(app && { app: appObject(app) }) }
}
