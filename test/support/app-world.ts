import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { forward } from '../../emulator/github/front.ts'
import type { AppSeed } from '../../emulator/github/world/apps.ts'
import type { Deliver } from '../../emulator/github/world/deliveries.ts'
import type { GithubSeed } from '../../emulator/github/world/seed.ts'
import { type Answering, type EmulatedGithub, readRequest, startGithub } from '../../emulator/github.ts'
import { type FaultRule, failWith, takeRule } from './faults.ts'
import { webhookProblems } from './webhooks.ts'

/** The App of the tests, which may and hears of everything that the product uses. */
export const ASSAY_APP: Omit<AppSeed, 'installations'> = {
  id: 77,
  slug: 'assay',
  clientId: 'Iv23assay',
  permissions: {
    actions: 'write',
    checks: 'write',
    contents: 'write',
    deployments: 'write',
    issues: 'write',
    members: 'read',
    pull_requests: 'write',
    statuses: 'write',
  },
  events: [
    'check_run',
    'issue_comment',
    'issues',
    'pull_request',
    'pull_request_review',
    'push',
    'repository_dispatch',
    'workflow_run',
  ],
}

/** A GitHub with an App, and somebody who hears what it is told. */
export interface AppWorld {
  github: EmulatedGithub
  /** What was heard since the test began. */
  heard: Heard[]
  /** Names of what was heard, in order: `pull_request.opened`, `push`. */
  told(): string[]
  /** The status that the hook's receiver answers; 200 when a test begins. */
  answer: number
  /** What GitHub fails at until the test ends. */
  fail(rule: FaultRule): void
  person(login: string): Octokit
  /** With a token, or with none. */
  client(auth?: string): Octokit
  /** The App with its key. */
  app(appId?: number | string): Octokit
  /** With a token of an installation: all that it has, unless it is asked for less. */
  token(wanted?: { id?: number; permissions?: object; repositories?: string[] }): Promise<Octokit>
}

export interface Heard {
  headers: Record<string, string>
  body: string
  // biome-ignore lint/suspicious/noExplicitAny: payloads, read by tests that know them
  payload: any
}

/** A branch `change` with a file more and the pull request of it, by `ada`; its number. */
export async function openChange(world: AppWorld, at: { owner: string; repo: string }): Promise<number> {
  const ada = world.person('ada').rest
  const { data: main } = await ada.git.getRef({ ...at, ref: 'heads/main' })
  await ada.git.createRef({ ...at, ref: 'refs/heads/change', sha: main.object.sha })
  const file = { path: 'a.txt', branch: 'change', message: 'a', content: '' }
  await ada.repos.createOrUpdateFileContents({ ...at, ...file })
  const { data } = await ada.pulls.create({ ...at, title: 'Change', head: 'change', base: 'main' })
  return data.number
}

/** Starts it for the tests of a file. Every user of the seed has a token: `token-of-<login>`. */
export function useAppWorld(seed: Omit<GithubSeed, 'tokens'>, deliver?: Deliver): AppWorld {
  const world = { heard: [] as Heard[], answer: 200 } as AppWorld
  let receiver: Server
  const rules: FaultRule[] = []
  const problems: string[] = []
  const failing: Answering = async (upstream, request, response) => {
    const sent = await readRequest(request)
    const rule = takeRule(rules, sent)
    const given = rule && !rule.takesEffect ? undefined : await forward(upstream, sent)
    if (rule) failWith(response, rule)
    else response.writeHead(given!.status, given!.headers).end(given!.body)
  }
  beforeAll(async () => {
    receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString()
      const headers = request.headers as Record<string, string>
      const payload = JSON.parse(body)
      world.heard.push({ headers, body, payload })
      problems.push(...webhookProblems(headers['x-github-event']!, payload))
      response.writeHead(world.answer).end('thanks')
    })
    await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
    const tokens = Object.fromEntries(seed.users.map(({ login }) => [`token-of-${login}`, { login }]))
    world.github = await startGithub({ ...seed, tokens }, failing, deliver && { deliver })
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
    for (const { slug } of seed.apps ?? []) world.github.control.hook(slug, { url, secret: HOOK_SECRET })
  })
  afterAll(async () => {
    await world.github.close()
    receiver.close()
  })
  beforeEach(async () => {
    await world.github.settled()
    world.heard.length = 0
    world.answer = 200
    rules.length = 0
    world.github.world.deliveries.length = 0
    world.github.world.requests.length = 0
  })

  afterEach(() => {
    const found = problems.splice(0)
    if (found.length > 0) throw new Error(`GitHub sends no such payload:\n  ${found.join('\n  ')}`)
  })

  world.fail = rule => void rules.push({ ...rule })
  world.told = () =>
    world.heard.map(({ headers, payload }) =>
      [headers['x-github-event'], payload.action].filter(part => part !== undefined).join('.'),
    )
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  const as = (options: object) => new Octokit({ baseUrl: world.github.url, log: quiet, ...options })
  world.client = auth => as(auth === undefined ? {} : { auth })
  world.person = login => as({ auth: `token-of-${login}` })
  world.app = (appId = seed.apps![0]!.id) =>
    as({
      authStrategy: createAppAuth,
      auth: { appId, privateKey: world.github.world.apps[0]!.privateKey },
    })
  world.token = async ({ id: installation_id = seed.apps![0]!.installations[0]!.id, ...wanted } = {}) => {
    const { data } = await world
      .app()
      .rest.apps.createInstallationAccessToken({ installation_id, ...(wanted as object) })
    return as({ auth: data.token })
  }
  return world
}

export const HOOK_SECRET = 'a secret of the hook'
