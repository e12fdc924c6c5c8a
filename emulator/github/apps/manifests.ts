import { randomBytes } from 'node:crypto'
import { json, nothing, refuse } from '../answers.ts'
import { appOf } from '../world/apps.ts'
import type { Call, Routes } from '../world/call.ts'
import type { Answer } from '../world/requests.ts'
import type { Permissions } from './access.ts'
import { appObject } from './apps.ts'

/**
 * An App is made from a manifest: the browser posts it, comes back with a code, and the code buys the App's secrets once.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export const MANIFEST_ROUTES: Routes = {
  'POST /settings/apps/new': register,
  'POST /organizations/{organisation}/settings/apps/new': register,
  'POST /app-manifests/{code}/conversions': ({ world, params }) => {
    const made = world.manifests.get(params.code!)
    world.manifests.delete(params.code!)
    if (!made || made.until <= Date.now()) return refuse(404, 'Not Found')
    const { app } = made
    return json(201, {
      ...appObject(app),
      client_secret: app.clientSecret,
      webhook_secret: app.hook?.secret ?? null,
      pem: app.privateKey,
    })
  },
}

// --- internal ---

interface Manifest {
  name?: string
  url?: string
  redirect_url?: string
  callback_urls?: string[]
  hook_attributes?: { url?: string; active?: boolean }
  default_permissions?: Permissions
  default_events?: string[]
  public?: boolean
}

function register({ world, sent, query }: Call): Answer {
  const { manifest: text = '' } = (sent.body ?? {}) as { manifest?: string }
  const manifest = JSON.parse(text) as Manifest
  const { name = `App ${world.apps.length + 1}`, url, redirect_url: back, hook_attributes: hook } = manifest
  if (url === undefined || back === undefined)
    return refuse(422, 'Invalid GitHub App configuration: url, redirect_url')
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  if (world.apps.some(one => one.slug === slug)) return refuse(422, 'Name has already been taken')
  const app = appOf({
    id: 5000 + world.apps.length,
    slug,
    name,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    clientSecret: randomBytes(20).toString('hex'),
    callbacks: manifest.callback_urls ?? [],
    permissions: manifest.default_permissions ?? {},
    events: manifest.default_events ?? [],
    installations: [],
    ...(hook?.url && { hook: { url: hook.url, secret: randomBytes(20).toString('hex') } }),
  })
  world.apps.push(app)
  const code = randomBytes(20).toString('hex')
  world.manifests.set(code, { app, until: Date.now() + 3_600_000 })
  const there = new URL(back)
  there.searchParams.set('code', code)
  const state = query.get('state')
  if (state !== null) there.searchParams.set('state', state)
  return nothing(302, { location: there.href })
}
