import { json, page, refuse } from '../answers.ts'
import { askBehind } from '../behind.ts'
import { mayRead } from '../people.ts'
import { covers, type Installation } from '../world/apps.ts'
import type { Call, Routes } from '../world/call.ts'
import { installationObject } from './apps.ts'

/** What a person sees of an App's installations. https://docs.github.com/en/rest/apps/installations */
export const USER_ROUTES: Routes = {
  'GET /user/installations': async call => {
    if (call.caller.kind !== 'user') return refuse(403, NEEDS_USER)
    const { world, query, sent } = call
    const found = installationsOf(call)
    const { items, link } = page(found, query, world.url + sent.target)
    const installations = await Promise.all(items.map(one => installationObject(world, one)))
    return json(200, { total_count: found.length, installations }, link)
  },
  'GET /user/installations/{id}/repositories': async call => {
    if (call.caller.kind !== 'user') return refuse(403, NEEDS_USER)
    const { world, query, sent, params } = call
    const one = installationsOf(call).find(({ id }) => id === Number(params.id))
    if (!one) return refuse(404, 'Not Found')
    const names = repositoriesOf(call, one)
    const { items, link } = page(names, query, world.url + sent.target)
    const repositories = await Promise.all(items.map(name => askBehind(world, 'GET', `/repos/${name}`)))
    return json(200, { total_count: names.length, repository_selection: 'selected', repositories }, link)
  },
}

// --- internal ---

const NEEDS_USER =
  'You must authenticate with an access token authorized to a GitHub App in order to list installations'

function installationsOf(call: Call): Installation[] {
  const { world, caller } = call
  if (caller.kind !== 'user') return []
  return world.installations
    .filter(one => one.app === caller.token.app && !one.suspendedAt)
    .filter(one => repositoriesOf(call, one).length > 0)
}

/** Those that were given to the person: what is public does not count. */
function repositoriesOf({ world, caller }: Call, one: Installation): string[] {
  if (caller.kind !== 'user') return []
  const { login } = caller.token
  return world.repositories.filter(name => covers(one, name) && mayRead(world, name, login, 'given'))
}
