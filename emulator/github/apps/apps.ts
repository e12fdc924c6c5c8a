import { randomBytes } from 'node:crypto'
import { json, nothing, page, refuse } from '../answers.ts'
import { askBehind } from '../behind.ts'
import { type App, covers, type Installation } from '../world/apps.ts'
import type { Call, Routes } from '../world/call.ts'
import type { Answer } from '../world/requests.ts'
import type { World } from '../world/world.ts'
import { isGranted, type Permissions } from './access.ts'
import { account as withAddresses } from './accounts.ts'
import { reaches } from './callers.ts'

/** Apps, their installations and their tokens. https://docs.github.com/en/rest/apps/apps */
export const APP_ROUTES: Routes = {
  'GET /app': asApp(({ world }, app) => {
    const own = world.installations.filter(one => one.app === app)
    return json(200, { ...appObject(app), installations_count: own.length })
  }),
  'GET /app/installations': asApp(async ({ world, query, sent }, app) => {
    const own = world.installations.filter(one => one.app === app)
    const shown = page(own, query, world.url + sent.target)
    return json(200, await Promise.all(shown.items.map(one => installationObject(world, one))), shown.link)
  }),
  'GET /app/installations/{id}': asApp(({ world, params }, app) =>
    shown(
      world,
      world.installations.find(one => one.app === app && one.id === Number(params.id)),
    ),
  ),
  'POST /app/installations/{id}/access_tokens': asApp(createToken),
  'GET /repos/{owner}/{repo}/installation': asApp(({ world, params }, app) =>
    shown(
      world,
      world.installations.find(one => one.app === app && covers(one, `${params.owner}/${params.repo}`)),
    ),
  ),
  'GET /orgs/{account}/installation': asApp(ofAccount),
  'GET /users/{account}/installation': asApp(ofAccount),
  'GET /installation/repositories': async ({ world, caller, query, sent }) => {
    if (caller.kind !== 'installation')
      return refuse(403, 'You must authenticate with an installation access token')
    const names = world.repositories.filter(name => reaches(caller.token, name))
    const shown = page(names, query, world.url + sent.target)
    const repositories = await Promise.all(shown.items.map(name => askBehind(world, 'GET', `/repos/${name}`)))
    return json(200, { total_count: names.length, repositories }, shown.link)
  },
  'DELETE /installation/token': ({ world, sent }) => {
    world.tokens.delete(sent.token)
    return nothing(204)
  },
}

/** A route that only an App may take, with its JSON web token. */
export function asApp(
  route: (call: Call, app: App) => Answer | Promise<Answer>,
): (call: Call) => Answer | Promise<Answer> {
  return call =>
    call.caller.kind === 'app'
      ? route(call, call.caller.app)
      : refuse(401, 'A JSON web token could not be decoded')
}

/** An installation as GitHub shows it, in answers and in events. */
export async function installationObject(world: World, one: Installation) {
  const { id, app, account, repositories, permissions, suspendedAt } = one
  const owner = await askBehind(world, 'GET', `/users/${account}`)
  const organisation = owner ? undefined : await askBehind(world, 'GET', `/orgs/${account}`)
  const target = withAddresses(world, owner ?? { ...organisation, type: 'Organization' })
  return {
    id,
    app_id: app.id,
    app_slug: app.slug,
    client_id: app.clientId,
    account: target,
    target_id: target.id,
    target_type: target.type,
    repository_selection: repositories === 'all' ? 'all' : 'selected',
    permissions,
    events: app.events,
    access_tokens_url: `${world.url}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/organizations/${account}/settings/installations/${id}`,
    created_at: CREATED,
    updated_at: CREATED,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspendedAt ? { login: account, id: target.id } : null,
    suspended_at: suspendedAt ?? null,
  }
}

/** An App as GitHub shows it. */
export function appObject({ id, slug, clientId, name, permissions, events }: App) {
  return {
    id,
    slug,
    client_id: clientId,
    node_id: `A_${id}`,
    name,
    owner: { login: 'assay-ml', id: 9, type: 'Organization' },
    description: '',
    external_url: 'https://example.com',
    html_url: `https://github.example/apps/${slug}`,
    permissions: { metadata: 'read', ...permissions },
    events,
    created_at: CREATED,
    updated_at: CREATED,
  }
}

// --- internal ---

const CREATED = '2026-01-01T00:00:00Z'
const HOUR = 3_600_000

async function shown(world: World, installation: Installation | undefined): Promise<Answer> {
  return installation ? json(200, await installationObject(world, installation)) : refuse(404, 'Not Found')
}

function ofAccount({ world, params }: Call, app: App): Promise<Answer> {
  return shown(
    world,
    world.installations.find(one => one.app === app && one.account === params.account),
  )
}

async function createToken({ world, sent, params }: Call, app: App): Promise<Answer> {
  const installation = world.installations.find(one => one.app === app && one.id === Number(params.id))
  if (!installation) return refuse(404, 'Not Found')
  if (installation.suspendedAt) return refuse(403, 'This installation has been suspended')
  const wanted = (sent.body ?? {}) as {
    repositories?: string[]
    repository_ids?: number[]
    permissions?: Permissions
  }
  const found = await wantedRepositories(world, installation, wanted)
  if (found === 'unknown')
    return refuse(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    )
  const missing = Object.entries(wanted.permissions ?? {}).some(
    ([name, level]) => !isGranted(installation.permissions, { permissions: [name], level }),
  )
  if (missing) return refuse(422, 'The permissions requested are not granted to this installation.')
  const permissions: Permissions = { metadata: 'read', ...(wanted.permissions ?? installation.permissions) }
  const token = `ghs_${randomBytes(18).toString('hex')}`
  const expiresAt = Date.now() + HOUR
  world.tokens.set(token, {
    installation,
    permissions,
    repositories: found?.map(one => one.full_name),
    expiresAt,
  })
  return json(201, {
    token,
    expires_at: new Date(expiresAt).toISOString().replace(/\.\d+/, ''),
    permissions,
    repository_selection: found || installation.repositories !== 'all' ? 'selected' : 'all',
    ...(found && { repositories: found }),
  })
}

async function wantedRepositories(
  world: World,
  installation: Installation,
  wanted: { repositories?: string[]; repository_ids?: number[] },
): Promise<{ full_name: string }[] | 'unknown' | undefined> {
  if (!wanted.repositories && !wanted.repository_ids) return undefined
  const own: { id: number; name: string; full_name: string }[] = await Promise.all(
    world.repositories
      .filter(name => covers(installation, name))
      .map(name => askBehind(world, 'GET', `/repos/${name}`)),
  )
  const found = [
    ...(wanted.repositories ?? []).map(name => own.find(one => one.name === name)),
    ...(wanted.repository_ids ?? []).map(id => own.find(one => one.id === id)),
  ]
  const known = found.filter(one => one !== undefined)
  return known.length < found.length ? 'unknown' : known
}
