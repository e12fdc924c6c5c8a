import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { ask } from '../../emulator/ask.ts'
import { forward } from '../../emulator/github/front.ts'
import type { CommitStatus, Deployment } from '../../emulator/github/world/repositories.ts'
import type { Answer } from '../../emulator/github/world/requests.ts'
import type { GithubSeed } from '../../emulator/github/world/seed.ts'
import type { Upstream } from '../../emulator/github/world/world.ts'
import { readRequest, startGithub as startEmulator } from '../../emulator/github.ts'
import { graphqlProblems } from '../../emulator/github-graphql.ts'
import { mergeRules } from '../../emulator/github-merges.ts'
import { type FaultRule, failWith, takeRule } from './faults.ts'
import { openapiProblems } from './openapi.ts'

/** Tokens the emulator knows, by what they may do. */
export const TOKENS = {
  /** The workflow's own token: writes checks, may not ask who it is. */
  workflow: 'ghs_workflow_0123456789',
  /** The same without `checks: write`. */
  noChecks: 'ghs_nochecks_0123456789',
  /** Of a pull request from a fork. */
  readOnly: 'ghs_readonly_0123456789',
  /** A person's token: no checks. */
  person: 'ghp_person_0123456789',
  maintainer: 'ghp_maintainer_0123456789',
  outsider: 'ghp_outsider_0123456789',
} as const

/** More tokens of the same person: the emulator answers 5,000 calls of each. */
export const personToken = (number: number) => `ghp_person_0123456789_${number % 100}`

export const REPOSITORY = 'octo/model'
/** Another one, for what stands in two. */
export const SECOND = 'octo/second'
export const BOT = 'github-actions[bot]'

export interface RecordedRequest {
  method: string
  path: string
  body: unknown
  token: string
  status: number | undefined
}

export interface StoredComment {
  id: number
  body: string
  user: { login: string }
}

export interface GithubEmulator {
  /** The API's address: a loopback server before the emulator, which records, validates and fails on demand. */
  url: string
  /** The emulator itself: what tests do there is neither recorded nor made to fail. */
  upstream: string
  /** What the code under test sent, in order. */
  requests: RecordedRequest[]
  statuses: CommitStatus[]
  deployments: Deployment[]
  /** How the repository merges; as GitHub has it from the start after `forget`. */
  merging: ReturnType<typeof mergeRules>
  fail(rule: FaultRule): void
  /** No more faults, nothing recorded. */
  forget(): void
  /** A new pull request, so that tests do not meet. */
  pullRequest(): Promise<{ number: number; headSha: string }>
  comment(pullRequest: number, body: string, token?: string): Promise<StoredComment>
  editComment(id: number, body: string, token?: string): Promise<void>
  deleteComment(id: number): Promise<void>
  comments(pullRequest: number): Promise<StoredComment[]>
  checks(
    sha: string,
  ): Promise<
    { id: number; name: string; status: string; conclusion: string | null; output: { title: string } }[]
  >
  close(): Promise<void>
}

/** The emulator for the tests of a file. A request that GitHub's API description does not allow fails its test. */
export function useGithub(): GithubEmulator {
  const github = {} as GithubEmulator
  let problems: string[] = []
  beforeAll(async () => {
    Object.assign(github, await startGithub(problem => problems.push(problem)))
  })
  afterEach(() => {
    const found = problems
    problems = []
    github.forget()
    if (found.length > 0) throw new Error(`GitHub would not take these requests:\n  ${found.join('\n  ')}`)
  })
  afterAll(() => github.close())
  return github
}

/** Starts the stateful emulator and the loopback server before it. `onProblem` hears of requests that break the API. */
export async function startGithub(onProblem: (problem: string) => void = () => {}): Promise<GithubEmulator> {
  const emulator = await startEmulator(SEED, (_, request, response) => answer(state, request, response))
  const state: State = Object.assign(emulator.state, { requests: [], rules: [], lists: new Map(), onProblem })
  const api = (method: string, path: string, body?: unknown, token: string = TOKENS.person) =>
    send(`${emulator.upstream}/repos/${REPOSITORY}${path}`, method, body, token)
  let branches = 0

  return {
    url: emulator.url,
    upstream: emulator.upstream,
    requests: state.requests,
    statuses: state.statuses,
    deployments: state.deployments,
    merging: mergeRules(state),
    fail: rule => void state.rules.push({ ...rule }),
    forget() {
      state.requests.length = 0
      state.rules.length = 0
      state.lists.clear()
      Object.assign(mergeRules(state), {
        ways: ['merge', 'squash', 'rebase'],
        deletesBranches: false,
        at: undefined,
        asked: undefined,
      })
    },
    async pullRequest() {
      const branch = `change-${++branches}`
      const main = await api('GET', '/git/ref/heads/main')
      await api('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: main.object.sha })
      const content = Buffer.from(branch).toString('base64')
      await api('PUT', `/contents/${branch}.txt`, { message: branch, content, branch })
      const pull = await api('POST', '/pulls', { title: branch, head: branch, base: 'main' })
      return { number: pull.number, headSha: pull.head.sha }
    },
    comment: (pullRequest, body, token = TOKENS.maintainer) =>
      api('POST', `/issues/${pullRequest}/comments`, { body }, token),
    editComment: (id, body, token = TOKENS.maintainer) =>
      api('PATCH', `/issues/comments/${id}`, { body }, token),
    deleteComment: id => api('DELETE', `/issues/comments/${id}`),
    async comments(pullRequest) {
      const all: StoredComment[] = []
      for (let page = 1; ; page++) {
        const found = await api('GET', `/issues/${pullRequest}/comments?per_page=100&page=${page}`)
        all.push(...found)
        if (found.length < 100) return all
      }
    },
    checks: async sha => (await api('GET', `/commits/${sha}/check-runs?filter=all`)).check_runs,
    close: () => emulator.close(),
  }
}

// --- internal ---

const SEED: GithubSeed = {
  users: ['octo', 'maintainer', 'outsider', BOT].map(login => ({ login })),
  repositories: ['model', 'second'].map(name => ({ owner: 'octo', name, auto_init: true })),
  tokens: {
    ...Object.fromEntries(Array.from({ length: 100 }, (_, at) => [personToken(at), { login: 'octo' }])),
    [TOKENS.workflow]: { login: BOT, app: 'github-actions' },
    [TOKENS.noChecks]: { login: BOT, app: 'github-actions', noChecks: true },
    [TOKENS.readOnly]: { login: BOT, app: 'github-actions', readOnly: true },
    [TOKENS.person]: { login: 'octo' },
    [TOKENS.maintainer]: { login: 'maintainer' },
    [TOKENS.outsider]: { login: 'outsider' },
  },
}

interface State extends Upstream {
  requests: RecordedRequest[]
  rules: FaultRule[]
  /** The last list that was given for an address, or for a question of GraphQL: what a lagging replica still shows. */
  lists: Map<string, Answer>
  onProblem: (problem: string) => void
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const sent = await readRequest(request)
  const recorded: RecordedRequest = {
    method: sent.method,
    path: sent.name,
    body: sent.body,
    token: sent.token,
    status: undefined,
  }
  state.requests.push(recorded)
  const problems =
    sent.path === '/graphql'
      ? graphqlProblems(sent.body)
      : openapiProblems({ ...sent, query: sent.url.searchParams })
  for (const problem of problems) state.onProblem(problem)

  // GraphQL calls go to one address: their operation tells them apart.
  const rule = takeRule(state.rules, { ...sent, path: sent.path === '/graphql' ? sent.name : sent.path })
  const asked = sent.path === '/graphql' ? sent.text : sent.target
  if (rule?.fault === 'stale') {
    const stale = state.lists.get(asked) ?? (await forward(state, sent))
    response.writeHead(stale.status, stale.headers).end(stale.body)
    return
  }
  if (rule) {
    if (rule.takesEffect) await forward(state, sent)
    failWith(response, rule)
    return
  }
  const given = await forward(state, sent)
  if (sent.method === 'GET' || asked === sent.text) state.lists.set(asked, given)
  recorded.status = given.status
  response.writeHead(given.status, given.headers).end(given.body)
}

// biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON, read by tests that know it
async function send(url: string, method: string, body: unknown, token: string): Promise<any> {
  const given = await ask(url, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (given.status >= 300) throw new Error(`${method} ${url}: ${given.status} ${given.body}`)
  return given.status === 204 ? undefined : JSON.parse(given.body)
}
