import { createSign } from 'node:crypto'
import { ask } from '../ask.ts'
import { sharedKey } from './world/apps.ts'
import type { GithubSeed } from './world/seed.ts'
import type { World } from './world/world.ts'

// What the npm package is told of Apps. It gives their tokens every right on every account; what a token may do is decided
// before it, and an installation may come and go while it runs.

/** An App of our own that sees everything: with it the server reads what changed. */
const CLERK = { id: 1, slug: 'emulator' }

const EVERYTHING = Object.fromEntries(
  'actions administration checks contents deployments issues members metadata pull_requests statuses workflows'
    .split(' ')
    .map(name => [name, 'write']),
)

/** The seed of the npm package. */
export function seedBehind(
  seed: GithubSeed,
  apps: { id: number; slug: string; name: string; privateKey: string }[],
) {
  const { users, organisations = [], repositories, tokens } = seed
  const accounts = [...users, ...organisations].map(({ login }) => login)
  const clerk = seed.apps ? [{ ...CLERK, name: 'Emulator', privateKey: sharedKey() }] : []
  const owners = seed.apps ? repositories.map(({ owner }) => owner) : []
  const people = seed.apps ? users.map(({ login }) => [tokenOfUser(login), { login, scopes: ['repo'] }]) : []
  return {
    tokens: Object.fromEntries([
      ...Object.entries(tokens).map(([token, { login }]) => [token, { login, scopes: ['repo'] }]),
      ...people,
      ...owners.map(owner => [
        tokenOfOwner(owner),
        { login: makerOf(owner, organisations), scopes: ['repo'] },
      ]),
    ]),
    github: {
      users,
      orgs: organisations.map(({ members, login, name }) => ({
        login,
        name,
        members: members.map(login => ({ login, role: 'admin' as const })),
      })),
      repos: repositories
        .filter(({ forkOf }) => forkOf === undefined)
        .map(({ people: _, forkOf: __, ...repository }) => repository),
      apps: [...clerk, ...apps].map(({ id, slug, name, privateKey }) => ({
        app_id: id,
        slug,
        name,
        private_key: privateKey,
        permissions: EVERYTHING,
        events: [],
        installations: accounts.map((account, at) => ({
          installation_id: idBehind(id, at),
          account,
          repository_selection: 'all' as const,
        })),
      })),
    },
  }
}

/** The owner of an account: itself, or a member of the organisation. */
function makerOf(owner: string, organisations: { login: string; members: string[] }[]): string {
  return organisations.find(({ login }) => login === owner)?.members[0] ?? owner
}

/** A token of the npm package with which an App's requests for an account are made there. */
export async function carrierOf(world: World, appId: number, account: string): Promise<string> {
  const name = `${appId}/${account}`
  const all = carriers.get(world) ?? new Map<string, Carrier>()
  carriers.set(world, all)
  const known = all.get(name)
  const carrier = known && known.uses < USES ? known : { token: makeCarrier(world, appId, account), uses: 0 }
  carrier.uses++
  all.set(name, carrier)
  return carrier.token
}

/** What the npm package says, with the eyes of our own App; undefined for a 404. */
export async function askBehind(
  world: World,
  method: string,
  path: string,
  body?: unknown,
  appId = CLERK.id,
  // biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
): Promise<any> {
  const token = await carrierOf(world, appId, accountOf(world, path))
  const answer = await ask(world.upstream.target + path, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (answer.status === 404) return undefined
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`)
  return answer.status === 204 ? {} : JSON.parse(answer.body)
}

/** The token of our own App for what a path is about. */
export function clerkToken(world: World, path: string): Promise<string> {
  return carrierOf(world, CLERK.id, accountOf(world, path))
}

/** With which the npm package takes a request for one of a person. */
export function tokenOfUser(login: string): string {
  return `user-${login}`
}

/** With which the npm package takes somebody for the owner of an account. */
export function tokenOfOwner(login: string): string {
  return `owner-${login}`
}

// --- internal ---

interface Carrier {
  token: Promise<string>
  uses: number
}

/** The npm package lets a token ask 5,000 times. */
const USES = 2000

const carriers = new WeakMap<World, Map<string, Carrier>>()

function accountOf(world: World, path: string): string {
  return /^\/repos\/([^/]+)/.exec(path)?.[1] ?? world.accounts[0]!
}

function idBehind(appId: number, account: number): number {
  return appId * 1000 + account
}

async function makeCarrier(world: World, appId: number, account: string): Promise<string> {
  // One that was made later is not known behind: our own App stands in for it.
  const known = world.knownBehind.has(appId) ? appId : CLERK.id
  const app = world.apps.find(({ id }) => id === known)
  const privateKey = app?.privateKey ?? sharedKey()
  const now = Math.floor(Date.now() / 1000)
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: String(known), iat: now, exp: now + 600 })}`
  const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')
  const id = idBehind(known, world.accounts.indexOf(account))
  const response = await fetch(`${world.upstream.target}/app/installations/${id}/access_tokens`, {
    method: 'POST',
    headers: { authorization: `bearer ${signed}.${signature}` },
  })
  const { token, message } = (await response.json()) as { token?: string; message?: string }
  if (!token) throw new Error(`no token for ${account}: ${message}`)
  const own = world.apps.find(({ id }) => id === appId)
  if (own) world.upstream.tokens[token] = { app: own.slug, appId: own.id }
  return token
}
