import { createHash, randomBytes } from 'node:crypto'
import { json, nothing, refuse } from '../answers.ts'
import type { App } from '../world/apps.ts'
import type { Call, Routes } from '../world/call.ts'
import type { Answer } from '../world/requests.ts'
import type { World } from '../world/world.ts'

/**
 * People sign in to a site by way of an App.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export const OAUTH_ROUTES: Routes = {
  'GET /login/oauth/authorize': authorize,
  'POST /login/oauth/access_token': call => exchange(call),
}

// --- internal ---

const MINUTE = 60_000
/** Eight hours, and half a year: seconds. */
const LIFE = 28_800
const REFRESH_LIFE = 15_897_600

function authorize({ world, query }: Call): Answer {
  const app = world.apps.find(({ clientId }) => clientId === query.get('client_id'))
  if (!app) return refuse(404, 'Not Found')
  const asked = query.get('redirect_uri')
  const [first = asked] = app.callbacks
  if (first === null) return refuse(404, 'Not Found')
  if (asked !== null && app.callbacks.length > 0 && !app.callbacks.some(one => isBelow(asked, one)))
    return sendBack(first, query, {
      error: 'redirect_uri_mismatch',
      error_description: 'The redirect_uri MUST match the registered callback URL for this application.',
    })
  const back = asked ?? first
  const challenge = query.get('code_challenge')
  if (challenge !== null && query.get('code_challenge_method') !== 'S256')
    return sendBack(back, query, { error: 'invalid_request', error_description: 'code_challenge_method' })
  const login = world.browser.login ?? query.get('login')
  if (login === null) return choice(world, query)
  if (world.browser.denies)
    return sendBack(back, query, {
      error: 'access_denied',
      error_description: 'The user has denied your application access.',
    })
  const code = randomBytes(10).toString('hex')
  world.grants.set(code, { app, login, redirectUri: asked, challenge, until: Date.now() + 10 * MINUTE })
  return sendBack(back, query, { code })
}

function sendBack(to: string, query: URLSearchParams, given: Record<string, string>): Answer {
  const there = new URL(to)
  for (const [name, value] of Object.entries(given)) there.searchParams.set(name, value)
  const state = query.get('state')
  if (state !== null) there.searchParams.set('state', state)
  return nothing(302, { location: there.href })
}

/** Host and port as registered, the path at or below it; on loopback the port is free. */
function isBelow(asked: string, registered: string): boolean {
  const [there, known] = [new URL(asked), new URL(registered)]
  const isLoopback = ['127.0.0.1', '[::1]'].includes(known.hostname)
  const isSameHost = isLoopback ? there.hostname === known.hostname : there.host === known.host
  const path = known.pathname.replace(/\/$/, '')
  const isWithin = there.pathname === known.pathname || there.pathname.startsWith(`${path}/`)
  return there.protocol === known.protocol && isSameHost && isWithin
}

/** For a real browser: who shall it be? */
function choice(world: World, query: URLSearchParams): Answer {
  const people = world.accounts.filter(login => !world.organisations.has(login))
  const links = people.map(login => {
    const there = new URLSearchParams(query)
    there.set('login', login)
    return `<li><a href="/login/oauth/authorize?${there.toString().replaceAll('&', '&amp;')}">${login}</a></li>`
  })
  const body = `<!doctype html><title>Sign in</title><h1>Sign in as</h1><ul>${links.join('')}</ul>`
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}

async function exchange({ world, sent }: Call): Promise<Answer> {
  const given = sent.body as Record<string, string>
  const say = (body: Record<string, string | number>) =>
    sent.accept?.includes('json')
      ? json(200, body)
      : {
          status: 200,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(
            Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]),
          ).toString(),
        }
  const fail = (error: string, description: string) =>
    say({ error, error_description: description, error_uri: 'https://docs.github.com/apps' })
  const app = world.apps.find(({ clientId }) => clientId === given.client_id)
  if (!app || app.clientSecret !== given.client_secret)
    return fail('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.')
  const login =
    given.grant_type === 'refresh_token' ? refreshed(world, app, given) : granted(world, app, given)
  if (login === 'mismatch')
    return fail(
      'redirect_uri_mismatch',
      'The redirect_uri MUST match the registered callback URL for this application.',
    )
  if (login === undefined)
    return given.grant_type === 'refresh_token'
      ? fail('bad_refresh_token', 'The refresh token passed is incorrect or expired.')
      : fail('bad_verification_code', 'The code passed is incorrect or expired.')
  const [token, refresh] = [
    `ghu_${randomBytes(18).toString('hex')}`,
    `ghr_${randomBytes(30).toString('hex')}`,
  ]
  world.userTokens.set(token, { app, login: login.login, expiresAt: Date.now() + LIFE * 1000 })
  world.refreshTokens.set(refresh, { app, login: login.login, expiresAt: Date.now() + REFRESH_LIFE * 1000 })
  return say({
    access_token: token,
    expires_in: LIFE,
    refresh_token: refresh,
    refresh_token_expires_in: REFRESH_LIFE,
    scope: '',
    token_type: 'bearer',
  })
}

function granted(
  world: World,
  app: App,
  { code = '', code_verifier: verifier = '', redirect_uri: back }: Record<string, string>,
): { login: string } | 'mismatch' | undefined {
  const grant = world.grants.get(code)
  world.grants.delete(code)
  if (!grant || grant.app !== app || grant.until <= Date.now()) return undefined
  if (back !== undefined && grant.redirectUri !== null && back !== grant.redirectUri) return 'mismatch'
  const hash = createHash('sha256').update(verifier).digest('base64url')
  return grant.challenge !== null && hash !== grant.challenge ? undefined : grant
}

function refreshed(
  world: World,
  app: App,
  { refresh_token: token = '' }: Record<string, string>,
): { login: string } | undefined {
  const known = world.refreshTokens.get(token)
  world.refreshTokens.delete(token)
  return known && known.app === app && known.expiresAt > Date.now() ? known : undefined
}
