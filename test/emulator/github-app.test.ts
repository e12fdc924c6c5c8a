import type { Octokit } from '@octokit/rest'
import { describe, expect, it } from 'vitest'
import { ASSAY_APP, useAppWorld } from '../support/app-world.ts'
import { openapiResponseProblems } from '../support/openapi.ts'

const world = useAppWorld({
  users: [{ login: 'ada' }, { login: 'eve' }],
  organisations: [
    { login: 'acme', name: 'Acme', members: ['ada'] },
    { login: 'globex', name: 'Globex', members: ['ada'] },
    { login: 'initech', name: 'Initech', members: ['ada'] },
  ],
  repositories: [
    { owner: 'acme', name: 'model', auto_init: true, private: true },
    { owner: 'acme', name: 'deploy', auto_init: true, private: true },
    { owner: 'acme', name: 'page', auto_init: true },
    { owner: 'globex', name: 'model', auto_init: true, private: true },
    { owner: 'initech', name: 'model', auto_init: true, private: true },
    { owner: 'eve', name: 'fork', auto_init: false, forkOf: 'acme/page' },
  ],
  apps: [
    {
      ...ASSAY_APP,
      installations: [
        { id: 1, account: 'acme' },
        { id: 2, account: 'globex', permissions: { contents: 'read' as const } },
        { id: 3, account: 'initech', suspended: true },
      ],
    },
  ],
})
const MODEL = { owner: 'acme', repo: 'model' }

const app = (appId?: number | string) => world.app(appId).rest

/** A token for some repositories and permissions. */
const scoped = (permissions?: object, repositories?: string[], id = 1) =>
  world.token({ id, ...(permissions && { permissions }), ...(repositories && { repositories }) })

/** The answer to a query that GitHub refuses in part. */
// biome-ignore lint/suspicious/noExplicitAny: what the test itself asks for
const asked = (octokit: Octokit, query: string): Promise<any> =>
  octokit.graphql(query).catch(error => error.response)

describe('an App', () => {
  it.each([77, 'Iv23assay'])('may sign as %s', async issuer => {
    const { data } = await app(issuer).apps.getAuthenticated()
    expect(data).toMatchObject({
      id: 77,
      slug: 'assay',
      permissions: ASSAY_APP.permissions,
      events: ASSAY_APP.events,
    })
    expect(openapiResponseProblems('GET', '/app', 200, data)).toEqual([])
  })

  it('is refused with a key, an issuer or an hour that is not its own', async () => {
    const ask = (token: string) =>
      fetch(`${world.github.url}/app`, { headers: { authorization: `bearer ${token}` } }).then(
        async response => [response.status, ((await response.json()) as { message: string }).message],
      )
    const { token } = (await world.app().auth({ type: 'app' })) as { token: string }
    const [head = '', claims = '', signature = ''] = token.split('.')
    const changed = (change: object) => {
      const part = Buffer.from(
        JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), ...change }),
      )
      return `${head}.${part.toString('base64url')}.${signature}`
    }
    expect(await ask(changed({ exp: 1 }))).toEqual([401, 'A JSON web token could not be decoded'])
    expect(await ask(changed({ iss: 78 }))).toEqual([404, 'Integration not found'])
    expect(await ask(`${head}.${claims}.`)).toEqual([401, 'A JSON web token could not be decoded'])
    expect(await ask('ghs_unknown')).toEqual([401, 'Bad credentials'])
  })

  it('sees its installations, also those of other accounts and the suspended one', async () => {
    const { data } = await app().apps.listInstallations()
    expect(openapiResponseProblems('GET', '/app/installations', 200, data)).toEqual([])
    expect(data.map(({ id, suspended_at: at }) => [id, at !== null])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
    const { data: own } = await app().apps.getRepoInstallation({ owner: 'globex', repo: 'model' })
    expect(own).toMatchObject({ id: 2, account: { login: 'globex' }, target_type: 'Organization' })
    await expect(app().apps.getRepoInstallation({ owner: 'eve', repo: 'fork' })).rejects.toMatchObject({
      status: 404,
    })
  })

  it('gets no token for a suspended installation, nor more than it has', async () => {
    await expect(scoped({}, undefined, 3)).rejects.toMatchObject({ status: 403 })
    await expect(scoped({ contents: 'write' }, undefined, 2)).rejects.toMatchObject({ status: 422 })
    await expect(scoped({ administration: 'read' })).rejects.toMatchObject({ status: 422 })
    await expect(scoped({}, ['nowhere'])).rejects.toMatchObject({ status: 422 })
    await world.github.control.unsuspend(3)
    const token = await scoped(undefined, undefined, 3)
    await world.github.control.suspend(3)
    await expect(token.rest.repos.get({ owner: 'initech', repo: 'model' })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('This installation has been suspended'),
    })
  })
})

describe('a token of an installation', () => {
  it('reaches the repositories that it was made for, and shows them', async () => {
    const one = await scoped({ contents: 'read' }, ['model'])
    const { data } = await one.rest.apps.listReposAccessibleToInstallation()
    expect(data.repositories.map(repository => repository.full_name)).toEqual(['acme/model'])
    const { data: readme } = await one.rest.repos.getContent({ ...MODEL, path: 'README.md' })
    expect(readme).toMatchObject({ name: 'README.md' })
    const other = { owner: 'acme', repo: 'deploy', path: 'README.md' }
    await expect(one.rest.repos.getContent(other)).rejects.toMatchObject({ status: 404 })
    const foreign = { owner: 'globex', repo: 'model', path: 'README.md' }
    await expect(one.rest.repos.getContent(foreign)).rejects.toMatchObject({ status: 404 })
  })

  it('is refused what its permissions lack, and told which one', async () => {
    const one = await scoped({ contents: 'read' })
    const refusals = [
      [() => one.rest.pulls.list(MODEL), 'pull_requests=read'],
      [() => one.rest.issues.create({ ...MODEL, title: 'a' }), 'issues=write'],
      [
        () => one.rest.issues.createComment({ ...MODEL, issue_number: 1, body: 'a' }),
        'issues=write; pull_requests=write',
      ],
      [
        () => one.rest.git.createRef({ ...MODEL, ref: 'refs/heads/a', sha: 'a'.repeat(40) }),
        'contents=write',
      ],
      [() => one.rest.actions.listWorkflowRunsForRepo(MODEL), 'actions=read'],
    ] as const
    for (const [call, needs] of refusals)
      await expect(call()).rejects.toMatchObject({
        status: 403,
        message: expect.stringContaining('Resource not accessible by integration'),
        response: { headers: { 'x-accepted-github-permissions': needs } },
      })
    await expect(one.rest.users.getAuthenticated()).rejects.toMatchObject({ status: 403 })
  })

  it('writes no workflow without the permission of its own', async () => {
    const one = await scoped({ contents: 'write' })
    const file = { ...MODEL, message: 'm', content: '' }
    const path = '.github/workflows/assay.yml'
    await expect(one.rest.repos.createOrUpdateFileContents({ ...file, path })).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-accepted-github-permissions': 'workflows=write' } },
    })
    const { status } = await one.rest.repos.createOrUpdateFileContents({ ...file, path: 'assay.yml' })
    expect(status).toBe(201)
  })

  it('reads what is public without permissions, and writes nothing there', async () => {
    const one = await scoped({ checks: 'read' }, ['model'])
    const page = { owner: 'acme', repo: 'page' }
    expect((await one.rest.pulls.list(page)).data).toEqual([])
    await expect(one.rest.issues.create({ ...page, title: 'a' })).rejects.toMatchObject({ status: 403 })
  })

  it('is refused field by field in GraphQL', async () => {
    const query = `query Many {
      a: repository(owner: "acme", name: "model") { ref(qualifiedName: "refs/heads/main") { target { oid } } }
      b: repository(owner: "acme", name: "deploy") { ref(qualifiedName: "refs/heads/main") { target { oid } } }
      c: repository(owner: "globex", name: "model") { id }
    }`
    const one = await scoped({ contents: 'read' })
    const answered = await asked(one, query)
    expect(answered.data.a.ref.target.oid).toMatch(/^[0-9a-f]{40}$/)
    expect(answered.data.b.ref.target.oid).toMatch(/^[0-9a-f]{40}$/)
    expect(answered.errors).toMatchObject([{ type: 'NOT_FOUND', path: ['c'] }])
    const other = await scoped({ checks: 'read' })
    const refused = await asked(other, query)
    expect(refused.errors.map((error: { type: string }) => error.type)).toEqual(
      expect.arrayContaining(['FORBIDDEN', 'NOT_FOUND']),
    )
  })

  it('writes as the bot of its App, which has a user', async () => {
    const one = await scoped(undefined, ['model'])
    const { data: issue } = await one.rest.issues.create({ ...MODEL, title: 'from the bot' })
    expect(issue.user).toMatchObject({ login: 'assay[bot]', type: 'Bot' })
    const { data: user } = await one.rest.users.getByUsername({ username: 'assay[bot]' })
    expect(user.id).toBe(issue.user!.id)
  })

  it('ends: after an hour, when revoked, when the App is gone', async () => {
    const one = await scoped()
    await one.rest.apps.revokeInstallationAccessToken()
    await expect(one.rest.repos.get(MODEL)).rejects.toMatchObject({ status: 401 })
    const late = await scoped()
    for (const token of world.github.world.tokens.values()) token.expiresAt = 0
    await expect(late.rest.repos.get(MODEL)).rejects.toMatchObject({ status: 401 })
  })

  it('has its hour counted, and every request is written down', async () => {
    world.github.world.requests.length = 0
    const one = await scoped()
    const { headers } = await one.rest.repos.get(MODEL)
    expect(Number(headers['x-ratelimit-remaining'])).toBe(5000 - Number(headers['x-ratelimit-used']))
    expect(world.github.world.requests).toMatchObject([
      { method: 'POST', path: '/app/installations/1/access_tokens', as: 'app', status: 201 },
      { method: 'GET', path: '/repos/acme/model', as: 'installation', installationId: 1, status: 200 },
    ])
  })
})
