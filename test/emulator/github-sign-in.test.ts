import { createHash } from 'node:crypto'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { beforeEach, describe, expect, it } from 'vitest'
import { ASSAY_APP, useAppWorld } from '../support/app-world.ts'
import { openapiResponseProblems } from '../support/openapi.ts'

const world = useAppWorld({
  users: ['ada', 'wim', 'eve'].map(login => ({ login })),
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: [
    { owner: 'acme', name: 'model', auto_init: true, private: true, people: { wim: 'read' } },
    { owner: 'acme', name: 'deploy', auto_init: true, private: true },
    { owner: 'acme', name: 'page', auto_init: true },
  ],
  apps: [
    {
      ...ASSAY_APP,
      callbacks: ['https://bot.example/sign-in/back'],
      installations: [{ id: 1, account: 'acme', permissions: { contents: 'read' } }],
    },
  ],
})
const BACK = 'https://bot.example/sign-in/back'
const VERIFIER = 'a verifier of the length that the standard asks for, forty-three'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const CLIENT = { client_id: 'Iv23assay', client_secret: 'secret-of-assay' }

/** Where the browser is sent to. */
async function authorize(more: Record<string, string> = {}): Promise<URL> {
  const query = new URLSearchParams({
    client_id: CLIENT.client_id,
    redirect_uri: BACK,
    state: 'a state',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })
  const answer = await fetch(`${world.github.url}/login/oauth/authorize?${query}`, { redirect: 'manual' })
  expect(answer.status).toBe(302)
  return new URL(answer.headers.get('location')!)
}

const exchange = async (given: Record<string, string>): Promise<Record<string, string>> => {
  const answer = await fetch(`${world.github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ ...CLIENT, ...given }),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, string>
}

async function signIn(login: string): Promise<Octokit> {
  world.github.control.browse(login)
  const code = (await authorize()).searchParams.get('code')!
  const { access_token: auth } = await exchange({ code, code_verifier: VERIFIER, redirect_uri: BACK })
  return world.client(auth)
}

describe('signing in', () => {
  beforeEach(() => world.github.control.browse('ada'))

  it('brings a code back with the state, and a token for it once', async () => {
    const there = await authorize()
    expect(there.origin + there.pathname).toBe(BACK)
    expect(there.searchParams.get('state')).toBe('a state')
    const code = there.searchParams.get('code')!
    const given = await exchange({ code, code_verifier: VERIFIER })
    expect(given).toMatchObject({ token_type: 'bearer', scope: '', expires_in: 28_800 })
    expect(given.access_token).toMatch(/^ghu_/)
    expect(await exchange({ code, code_verifier: VERIFIER })).toMatchObject({
      error: 'bad_verification_code',
    })
    const again = await exchange({ grant_type: 'refresh_token', refresh_token: given.refresh_token! })
    expect(again.access_token).toMatch(/^ghu_/)
  })

  it.each([
    ['another verifier', { code_verifier: 'another' }, 'bad_verification_code'],
    ['no verifier', {}, 'bad_verification_code'],
    ['another secret', { code_verifier: VERIFIER, client_secret: 'x' }, 'incorrect_client_credentials'],
    ['another way back', { code_verifier: VERIFIER, redirect_uri: 'https://e' }, 'redirect_uri_mismatch'],
  ])('gives nothing for a code with %s', async (_, more, error) => {
    const code = (await authorize()).searchParams.get('code')!
    expect(await exchange({ code, ...more })).toMatchObject({ error })
  })

  it('goes back only where the App is registered, also when somebody says no', async () => {
    const strayed = await authorize({ redirect_uri: 'https://bot.example.evil/sign-in/back' })
    expect(strayed.origin + strayed.pathname).toBe(BACK)
    expect(strayed.searchParams.get('error')).toBe('redirect_uri_mismatch')
    world.github.control.browse('ada', true)
    expect((await authorize()).searchParams.get('error')).toBe('access_denied')
    expect((await authorize()).searchParams.get('code')).toBeNull()
  })
})

describe('a token of a person', () => {
  it('shows who it is, and what both the person and the App may see', async () => {
    const wim = await signIn('wim')
    expect((await wim.rest.users.getAuthenticated()).data.login).toBe('wim')
    const { data } = await wim.rest.apps.listInstallationsForAuthenticatedUser()
    expect(openapiResponseProblems('GET', '/user/installations', 200, data)).toEqual([])
    expect(data.installations.map(({ id }) => id)).toEqual([1])
    const { data: seen } = await wim.rest.apps.listInstallationReposForAuthenticatedUser({
      installation_id: 1,
    })
    expect(openapiResponseProblems('GET', '/user/installations/1/repositories', 200, seen)).toEqual([])
    expect(seen.repositories.map(one => one.full_name)).toEqual(['acme/model'])
    await expect(wim.rest.repos.get({ owner: 'acme', repo: 'deploy' })).rejects.toMatchObject({ status: 404 })
    const issues = wim.rest.issues.listForRepo({ owner: 'acme', repo: 'model' })
    await expect(issues).rejects.toMatchObject({ status: 403 })

    const eve = await signIn('eve')
    expect((await eve.rest.apps.listInstallationsForAuthenticatedUser()).data.total_count).toBe(0)
    await expect(eve.rest.repos.get({ owner: 'acme', repo: 'model' })).rejects.toMatchObject({ status: 404 })
    expect((await eve.rest.repos.get({ owner: 'acme', repo: 'page' })).data.private).toBe(false)
  })

  it('sees no more once the person or the App is out', async () => {
    const wim = await signIn('wim')
    await world.github.control.role('acme/model', 'wim', 'none')
    await expect(wim.rest.repos.get({ owner: 'acme', repo: 'model' })).rejects.toMatchObject({ status: 404 })
    for (const token of world.github.world.userTokens.values()) token.expiresAt = 0
    await expect(wim.rest.users.getAuthenticated()).rejects.toMatchObject({ status: 401 })
  })
})

describe('an App from a manifest', () => {
  it('is made by the browser, and its secrets are given for the code once', async () => {
    const manifest = {
      name: 'Assay of Acme',
      url: 'https://example.com',
      hook_attributes: { url: 'https://bot.example/hooks/github' },
      redirect_url: 'http://127.0.0.1:1/back',
      default_permissions: { contents: 'write', issues: 'write' },
      default_events: ['issue_comment'],
    }
    const posted = await fetch(`${world.github.url}/organizations/acme/settings/apps/new?state=abc`, {
      method: 'POST',
      body: new URLSearchParams({ manifest: JSON.stringify(manifest) }),
      redirect: 'manual',
    })
    const back = new URL(posted.headers.get('location')!)
    expect(back.searchParams.get('state')).toBe('abc')
    const code = back.searchParams.get('code')!
    const nobody = world.client()
    const { data, status } = await nobody.rest.apps.createFromManifest({ code })
    expect(status).toBe(201)
    expect(data).toMatchObject({
      slug: 'assay-of-acme',
      permissions: manifest.default_permissions,
      events: ['issue_comment'],
      client_id: expect.stringMatching(/^Iv23/),
      client_secret: expect.stringMatching(/^\w{40}$/),
      webhook_secret: expect.stringMatching(/^\w{40}$/),
      pem: expect.stringContaining('PRIVATE KEY'),
    })
    await expect(nobody.rest.apps.createFromManifest({ code })).rejects.toMatchObject({ status: 404 })

    await world.github.control.install(data.slug!, { id: 50, account: 'acme', repositories: ['model'] })
    const bot = new Octokit({
      authStrategy: createAppAuth,
      auth: { appId: data.client_id, privateKey: data.pem, installationId: 50 },
      baseUrl: world.github.url,
    })
    const { data: readme } = await bot.rest.repos.getReadme({ owner: 'acme', repo: 'model' })
    expect(readme.name).toBe('README.md')
  })
})

describe('the limits', () => {
  it('count points of GraphQL by connections, and nothing for what has not changed', async () => {
    const ada = world.person('ada')
    const many = Array.from(
      { length: 250 },
      (_, at) =>
        `a${at}: repository(owner: "acme", name: "page") { refs(refPrefix: "refs/heads/", first: 1) { nodes { name } } }`,
    )
    const data = await ada.graphql<Record<string, { refs: { nodes: { name: string }[] } }>>(
      `query Many { ${many.join('\n')} }`,
    )
    expect(Object.values(data)).toHaveLength(250)
    expect(data.a249?.refs.nodes).toEqual([{ name: 'main' }])
    const place = { owner: 'acme', repo: 'page' }
    const { headers } = await ada.rest.repos.get(place)
    const again = ada.rest.repos.get({ ...place, headers: { 'if-none-match': headers.etag } })
    await expect(again).rejects.toMatchObject({ status: 304 })
    expect(world.github.world.requests.map(({ path, points, status }) => [path, points, status])).toEqual([
      ['/graphql', 3, 200],
      ['/repos/acme/page', 1, 200],
      ['/repos/acme/page', 0, 304],
    ])
  })

  it('refuse what is made too fast, and say how long to wait', async () => {
    const bot = (await world.token()).rest
    world.github.world.installations[0]!.permissions.issues = 'write'
    const writer = (await world.token()).rest
    world.github.world.contentsPerMinute = 2
    const place = { owner: 'acme', repo: 'page' }
    for (const title of ['one', 'two']) await writer.issues.create({ ...place, title })
    await expect(writer.issues.create({ ...place, title: 'three' })).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'retry-after': '60' } },
    })
    expect((await bot.repos.get(place)).status).toBe(200)
    world.github.world.contentsPerMinute = Number.POSITIVE_INFINITY
  })

  it('refuse what comes after the hour is used up', async () => {
    const ada = world.person('ada').rest
    const { data } = await ada.rateLimit.get()
    expect(openapiResponseProblems('GET', '/rate_limit', 200, data)).toEqual([])
    world.github.world.hourly = data.rate.used
    await expect(ada.repos.get({ owner: 'acme', repo: 'page' })).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0' } },
    })
    world.github.world.hourly = 5000
  })
})
