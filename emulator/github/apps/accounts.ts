import type { World } from '../world/world.ts'

/** Where an account has what: every object of one carries these. */
export function account(world: World, known: Record<string, unknown>): Record<string, unknown> {
  const url = `${world.url}/users/${known.login}`
  return {
    gravatar_id: '',
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    received_events_url: `${url}/received_events`,
    ...known,
  }
}
