import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEmulator } from 'emulate'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type FaultRule, failWith } from './faults.ts'
import { mergeRules } from './github-deploys.ts'
import { type Answer, type CommitStatus, forward, personToken, TOKENS, type Upstream } from './github-gaps.ts'
import { graphqlProblems, operationName } from './github-graphql.ts'
import { openapiProblems } from './openapi.ts'

export { personToken, TOKENS } from './github-gaps.ts'

export const REPOSITORY = 'octo/model'
export const BOT = 'github-actions[bot]'

export interface RecordedRequest {
  method: string
  path: string
  body: unknown
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
  const people = ['octo', 'maintainer', 'outsider', BOT]
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: {
        ...Object.fromEntries(Array.from({ length: 100 }, (_, at) => [personToken(at), { login: 'octo' }])),
        [TOKENS.workflow]: { login: BOT },
        [TOKENS.noChecks]: { login: BOT },
        [TOKENS.readOnly]: { login: BOT },
        [TOKENS.person]: { login: 'octo' },
        [TOKENS.maintainer]: { login: 'maintainer' },
        [TOKENS.outsider]: { login: 'outsider' },
      },
      github: {
        users: people.map(login => ({ login })),
        repos: [{ owner: 'octo', name: 'model', auto_init: true }],
      },
    },
  })
  const state: State = {
    target: emulator.url,
    requests: [],
    statuses: [],
    rules: [],
    lists: new Map(),
    onProblem,
  }
  const server = createServer((request, response) => {
    answer(state, request, response).catch(error => response.destroy(error as Error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const api = (method: string, path: string, body?: unknown, token: string = TOKENS.person) =>
    send(`${emulator.url}/repos/${REPOSITORY}${path}`, method, body, token)
  let branches = 0

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    upstream: emulator.url,
    requests: state.requests,
    statuses: state.statuses,
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
    async close() {
      server.closeAllConnections()
      server.close()
      await emulator.close()
    },
  }
}

// --- internal ---

interface State extends Upstream {
  requests: RecordedRequest[]
  rules: FaultRule[]
  /** The last list that was given for an address: what a lagging replica still shows. */
  lists: Map<string, Answer>
  onProblem: (problem: string) => void
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const sent = await readRequest(request)
  const recorded: RecordedRequest = {
    method: sent.method,
    path: sent.name,
    body: sent.body,
    status: undefined,
  }
  state.requests.push(recorded)
  const problems =
    sent.path === '/graphql'
      ? graphqlProblems(sent.body)
      : openapiProblems({ ...sent, query: sent.url.searchParams })
  for (const problem of problems) state.onProblem(problem)

  const rule = takeRule(state, sent)
  if (rule?.fault === 'stale') {
    const stale = state.lists.get(sent.target) ?? (await forward(state, sent))
    response.writeHead(stale.status, stale.headers).end(stale.body)
    return
  }
  if (rule) {
    if (rule.takesEffect) await forward(state, sent)
    failWith(response, rule)
    return
  }
  const given = await forward(state, sent)
  if (sent.method === 'GET') state.lists.set(sent.target, given)
  recorded.status = given.status
  response.writeHead(given.status, given.headers).end(given.body)
}

type Sent = Awaited<ReturnType<typeof readRequest>>

async function readRequest(request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  // GitHub Enterprise has its API below /api/v3.
  const target = (request.url ?? '/').replace(/^\/api\/v3(?=\/)|^\/api(?=\/graphql)/, '')
  const url = new URL(target, 'http://emulator')
  const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  // GraphQL calls are told apart by the name of their operation: `/graphql Branches`.
  const name = url.pathname === '/graphql' ? `/graphql ${operationName(body)}` : target
  return { method: request.method ?? 'GET', target, name, url, path: url.pathname, text, body, token }
}

function takeRule({ rules }: State, { method, path: pathname, name }: Sent): FaultRule | undefined {
  const path = pathname === '/graphql' ? name : pathname
  const rule = rules.find(
    rule => (rule.method ?? method) === method && (rule.path?.test(path) ?? true) && rule.times !== 0,
  )
  if (!rule) return undefined
  if (rule.after) {
    rule.after--
    return undefined
  }
  if (rule.times !== undefined) rule.times--
  return rule
}

// biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON, read by tests that know it
async function send(url: string, method: string, body: unknown, token: string): Promise<any> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
  return response.status === 204 ? undefined : response.json()
}
