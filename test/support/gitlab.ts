import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type FaultRule, failWith, takeRule } from './faults.ts'
import { createRepository, testFolder } from './git-repository.ts'
import {
  type GitlabAnswer,
  type GitlabDouble,
  type GitlabRequest,
  startGitlabDouble,
} from './gitlab-double.ts'
import { type GitlabOauth, gitlabOauth } from './gitlab-oauth.ts'
import { gitlabApi } from './gitlab-openapi.ts'
import { type MergeRequest, type Note, TOKEN } from './gitlab-state.ts'

export { TOKEN } from './gitlab-state.ts'

export const PROJECT = 'team/model'
export const GITLAB_BOT = 'project_1_bot'

export interface GitlabServer {
  /** The API's address: a loopback server before the double, which records, validates and fails on demand. */
  url: string
  /** Where the bare repositories lie: `team/x` is `x.git`. */
  folder: string
  /** What the code under test sent, in order. */
  requests: { method: string; path: string; body: unknown; headers: Record<string, string> }[]
  double: GitlabDouble
  fail(rule: FaultRule): void
  /** Who sits at the browser, for who signs in. */
  browse: GitlabOauth['browse']
  /** Runs once, before the next request to such a path is carried out: for somebody who is faster. */
  before(path: RegExp, work: () => void): void
  /** No more faults, nothing recorded. */
  forget(): void
  /** A new merge request in the model project, so that tests do not meet. */
  mergeRequest(): Promise<{ number: number; headSha: string }>
  /** Somebody opens one from a branch of the model project into `main`. */
  open(branch: string): Promise<number>
  /** Somebody's note, past the server. */
  note(mergeRequest: number, body: string, author?: string, system?: boolean): Note
  notes(mergeRequest: number): Note[]
  close(): Promise<void>
}

/** The double for the tests of a file. What GitLab's description of its API does not allow, either way, fails its test. */
export function useGitlab(): GitlabServer {
  const gitlab = {} as GitlabServer
  let problems: string[] = []
  beforeAll(async () => {
    Object.assign(gitlab, await startGitlab(problem => problems.push(problem)))
  })
  afterEach(() => {
    const found = problems
    problems = []
    gitlab.forget()
    if (found.length > 0) throw new Error(`Not as GitLab describes its API:\n  ${found.join('\n  ')}`)
  })
  afterAll(() => gitlab.close())
  return gitlab
}

export async function startGitlab(onProblem: (problem: string) => void = () => {}): Promise<GitlabServer> {
  const { folder, remove } = testFolder()
  const model = createRepository(`${folder}/model`)
  model.commit('first', { 'README.md': '# model\n' })
  model.git('clone', '--quiet', '--bare', model.folder, `${folder}/model.git`)
  const double = await startGitlabDouble(folder)
  const requests: GitlabServer['requests'] = []
  const state: State = { double, requests, rules: [], early: [], lists: new Map(), onProblem }
  const oauth = gitlabOauth()
  const server = createServer((request, response) => {
    oauth
      .answer(request, response)
      .then(isAnswered => (isAnswered ? undefined : answer(state, request, response)))
      .catch(error => response.destroy(error as Error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const found = (iid: number): MergeRequest =>
    double.state().projects[PROJECT]!.mergeRequests.find(one => one.iid === iid)!
  let branches = 0
  async function open(source_branch: string): Promise<number> {
    const made = await double.send({
      method: 'POST',
      target: `/api/v4/projects/${encodeURIComponent(PROJECT)}/merge_requests`,
      headers: { 'private-token': TOKEN.maintainer, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ title: source_branch, source_branch, target_branch: 'main' })),
    })
    return JSON.parse(made.body.toString()).iid
  }

  return {
    url: `${url}/api/v4`,
    folder,
    requests,
    double,
    browse: oauth.browse,
    fail: rule => void state.rules.push({ ...rule }),
    before: (path, work) => void state.early.push({ path, work }),
    forget() {
      requests.length = 0
      state.rules.length = 0
      state.early.length = 0
      state.lists.clear()
    },
    async mergeRequest() {
      const git = double.git(PROJECT)
      const source_branch = `change-${++branches}`
      const content = { mode: '100644', bytes: Buffer.from(source_branch) }
      const commit = git.write(git.resolve('main')!, source_branch, new Map([[source_branch, content]]))
      git.move(source_branch, undefined, commit)
      return { number: await open(source_branch), headSha: commit }
    },
    open,
    note(mergeRequest, body, author = 'maintainer', system = false) {
      const note = { id: ++double.state().ids, body, author, system }
      found(mergeRequest).notes.push(note)
      return note
    },
    notes: mergeRequest => found(mergeRequest).notes,
    async close() {
      server.closeAllConnections()
      server.close()
      await double.close()
      remove()
    },
  }
}

// --- internal ---

interface State {
  double: GitlabDouble
  requests: GitlabServer['requests']
  rules: FaultRule[]
  early: { path: RegExp; work: () => void }[]
  /** The last list that was given for an address: what a lagging replica still shows. */
  lists: Map<string, GitlabAnswer>
  onProblem: (problem: string) => void
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const sent = await readRequest(request)
  const { pathname: path, searchParams: query } = new URL(sent.target, 'http://gitlab')
  const isApi = path.startsWith('/api/v4/')
  const body = isApi && sent.body.length > 0 ? JSON.parse(sent.body.toString()) : undefined
  const called = { method: sent.method, path, query, body }
  state.requests.push({ method: sent.method, path: sent.target, body, headers: sent.headers })
  if (isApi) for (const problem of gitlabApi.request(called)) state.onProblem(problem)

  const early = state.early.findIndex(one => one.path.test(path))
  if (early >= 0) state.early.splice(early, 1)[0]!.work()
  const rule = takeRule(state.rules, called)
  if (rule && rule.fault !== 'stale') {
    if (rule.takesEffect) await state.double.send(sent)
    failWith(response, rule)
    return
  }
  const given = (rule && state.lists.get(sent.target)) || (await state.double.send(sent))
  if (sent.method === 'GET') state.lists.set(sent.target, given)
  if (isApi && !/zip/.test(given.headers['content-type'] ?? '')) {
    const text = given.body.toString()
    const data = { status: given.status, body: text === '' ? undefined : JSON.parse(text) }
    for (const problem of gitlabApi.response(called, data)) state.onProblem(problem)
  }
  response.writeHead(given.status, given.headers).end(given.body)
}

async function readRequest(request: IncomingMessage): Promise<GitlabRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) =>
      ['authorization', 'private-token', 'job-token', 'content-type', 'content-encoding'].includes(name),
    ),
  ) as Record<string, string>
  return { method: request.method ?? 'GET', target: request.url ?? '/', headers, body: Buffer.concat(chunks) }
}
