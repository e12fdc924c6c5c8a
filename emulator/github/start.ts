import { forwardPlainly } from '../github-gaps.ts'
import { startStorage } from './actions/artifacts.ts'
import { askBehind, clerkToken, tokenOfOwner } from './behind.ts'
import { dressed } from './dress.ts'
import { giveRole } from './people.ts'
import { rememberHeads } from './pulls/branches.ts'
import { fork } from './pulls/forks.ts'
import { type App, installationOf } from './world/apps.ts'
import type { GithubSeed } from './world/seed.ts'
import type { Upstream, World } from './world/world.ts'

/** Makes what belongs to Apps, and what the seed of the npm package cannot say: forks, the Apps' bots. */
export async function startWorld(
  upstream: Upstream,
  url: string,
  seed: GithubSeed,
  apps: App[],
  { deliver, now }: Pick<World, 'deliver' | 'now'>,
): Promise<World> {
  const organisations = (seed.organisations ?? []).map(({ login }) => login)
  const world: World = {
    upstream,
    url,
    now,
    apps,
    installations: (seed.apps ?? []).flatMap((one, at) =>
      one.installations.map(installation => installationOf(apps[at]!, installation)),
    ),
    tokens: new Map(),
    browser: {},
    grants: new Map(),
    userTokens: new Map(),
    refreshTokens: new Map(),
    manifests: new Map(),
    knownBehind: new Set(apps.map(({ id }) => id)),
    deliver,
    deliveries: [],
    pending: new Set(),
    requests: [],
    runs: [],
    artifacts: [],
    storage: await startStorage(),
    heads: new Map(),
    moving: new Map(),
    accounts: [...seed.users.map(({ login }) => login), ...organisations],
    organisations: new Map(organisations.map(login => [login, {}])),
    members: new Map((seed.organisations ?? []).map(({ login, members }) => [login, members])),
    roles: new Map(),
    accountsAnew: new Map(),
    ownersToken: login =>
      seed.repositories.some(({ owner }) => owner === login) ? tokenOfOwner(login) : undefined,
    reactions: [],
    comments: new Map(),
    repositories: seed.repositories.map(({ owner, name }) => `${owner}/${name}`),
    parents: new Map(),
    hourly: 5000,
    contentsPerMinute: Number.POSITIVE_INFINITY,
    hours: new Map(),
    ask: async (method, path) => {
      const sent = { method, target: path, path: path.split('?')[0]!, text: '', body: undefined }
      const given = await forwardPlainly(upstream, { ...sent, token: await clerkToken(world, path) })
      return given.status === 404 ? undefined : JSON.parse(dressed(world, sent, given).body)
    },
  }
  if (!seed.apps) return world
  upstream.world = world
  for (const login of organisations)
    world.organisations.set(login, await askBehind(world, 'GET', `/orgs/${login}`))
  for (const { owner, name, forkOf, ...one } of seed.repositories)
    if (forkOf !== undefined) {
      await fork(world, forkOf, `${owner}/${name}`, tokenOfOwner(owner))
      if (one.private ?? upstream.private.has(forkOf)) upstream.private.add(`${owner}/${name}`)
    }
  for (const { owner, name, people = {} } of seed.repositories)
    for (const [login, role] of Object.entries(people)) await giveRole(world, `${owner}/${name}`, login, role)
  for (const { login, teams = {} } of seed.organisations ?? [])
    for (const [team, members] of Object.entries(teams)) await makeTeam(world, login, team, members)
  for (const name of world.repositories) await rememberHeads(world, name)
  for (const app of apps) await makeBot(world, app)
  return world
}

// --- internal ---

async function makeTeam(world: World, organisation: string, name: string, members: string[]): Promise<void> {
  const { slug } = await askBehind(world, 'POST', `/orgs/${organisation}/teams`, { name })
  for (const login of members)
    await askBehind(world, 'PUT', `/orgs/${organisation}/teams/${slug}/memberships/${login}`, {})
}

/** The npm package makes an App's user with its first write: one that fails is enough. */
async function makeBot(world: World, app: App): Promise<void> {
  const [name] = world.repositories
  if (name === undefined) return
  await askBehind(world, 'POST', `/repos/${name}/issues/999999/comments`, { body: app.slug }, app.id)
}
