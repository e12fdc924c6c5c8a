import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createEmulator, defineEmulator } from 'emulate'
import { accountRoutes } from './gitlab-account.ts'
import { newProject } from './gitlab-answers.ts'
import { ciRoutes } from './gitlab-ci.ts'
import { type BareRepository, bareRepository } from './gitlab-git.ts'
import { answerGraphql } from './gitlab-graphql.ts'
import { issueRoutes } from './gitlab-issues.ts'
import { repositoryRoutes } from './gitlab-repository-routes.ts'
import { projectRoutes } from './gitlab-routes.ts'
import { ACCESS_LEVELS, GITLAB_TOKENS, type GitlabState } from './gitlab-state.ts'

export interface GitlabRequest {
  method: string
  /** With the query, as sent. */
  target: string
  headers: Record<string, string>
  body: Buffer
}

export interface GitlabAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface GitlabDouble {
  send(request: GitlabRequest): Promise<GitlabAnswer>
  state(): GitlabState
  git(project: string): BareRepository
  close(): Promise<void>
}

/** What a route is told. `undefined` from one means: not mine. */
export interface Asked {
  method: string
  /** `/repository/branches/main`, still encoded. */
  path: string
  query: URLSearchParams
  // biome-ignore lint/suspicious/noExplicitAny: JSON of a request that the API description has passed
  body: any
  user: string
  project: GitlabState['projects'][string]
  projectPath: string
  git: BareRepository
  gitOf(project: string): BareRepository
  state: GitlabState
}

export interface Said {
  status: number
  body?: unknown
  /** In place of a body that is JSON. */
  bytes?: Buffer
  headers?: Record<string, string>
}

/**
 * A GitLab that runs here: merge requests, notes, statuses and deployments as data in an emulator, branches and commits in
 * real bare repositories of a folder, moved by the real git.
 */
export async function startGitlabDouble(folder: string): Promise<GitlabDouble> {
  let live: GitlabState | undefined
  const repositories = new Map<string, BareRepository>()
  const gitOf = (project: string) => {
    const known =
      repositories.get(project) ?? bareRepository(join(folder, `${project.split('/').at(-1)}.git`))
    repositories.set(project, known)
    return known
  }
  const service = defineEmulator<GitlabState>({
    name: 'gitlab',
    state: () => ({
      ids: 0,
      projects: {},
      executed: [],
      emails: {},
      commits: {},
      groupHooks: {},
      hidesHooks: [],
      levels: { ...ACCESS_LEVELS },
    }),
    setup({ app, state }) {
      live = state
      const respond = async ({ req }: { req: { raw: Request } }) =>
        PACKS.test(req.raw.url)
          ? pack(req.raw, gitOf)
          : jsonResponse(counted(await answer(req.raw, state, gitOf), state))
      for (const method of ['get', 'post', 'put', 'delete'] as const) app[method]('*', respond)
    },
  })
  const emulator = await createEmulator({ service, listen: false })
  return {
    async send({ method, target, headers, body }) {
      const response = await emulator.request(target, {
        method,
        headers,
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      })
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers.entries()),
        body: Buffer.from(await response.arrayBuffer()),
      }
    },
    state: () => live!,
    git: gitOf,
    close: () => emulator.close(),
  }
}

// --- internal ---

async function answer(
  request: Request,
  state: GitlabState,
  gitOf: (project: string) => BareRepository,
): Promise<Said> {
  const { pathname, searchParams } = new URL(request.url)
  const who = accountOf(request.headers)
  if (!who) return { status: 401, body: { message: '401 Unauthorized' } }
  const path = pathname.slice('/api/v4'.length)
  if (request.method !== 'GET' && who.may === 'read')
    return {
      status: 403,
      body: {
        error: 'insufficient_scope',
        error_description: 'The request requires higher privileges',
        scope: 'api',
      },
    }
  // https://docs.gitlab.com/ci/jobs/ci_job_token/: of what Assay asks for, merge requests and their notes, and only to read.
  if (who.may === 'job' && !(request.method === 'GET' && /\/merge_requests/.test(path)))
    return { status: 401, body: { message: '401 Unauthorized' } }
  const text = await request.text()
  const body = text === '' ? undefined : JSON.parse(text)
  if (pathname === '/api/graphql') return answerGraphql(body, state, gitOf)
  const [, encoded, rest = ''] = /^\/projects\/([^/]+)(\/.*)?$/.exec(path) ?? []
  const projectPath = pathOf(decodeURIComponent(encoded ?? 'none'), state)
  if (encoded && projectPath.endsWith('/private'))
    return { status: 404, body: { message: '404 Project Not Found' } }
  state.projects[projectPath] ??= newProject(state)
  const project = state.projects[projectPath]
  const asked: Asked = {
    method: request.method,
    path: encoded ? rest : path,
    query: searchParams,
    body,
    user: who.user,
    project,
    projectPath,
    git: gitOf(projectPath),
    gitOf,
    state,
  }
  return (
    accountRoutes(asked) ??
    projectRoutes(asked) ??
    ciRoutes(asked) ??
    issueRoutes(asked) ??
    repositoryRoutes(asked) ?? { status: 404, body: { error: '404 Not Found' } }
  )
}

/** A project is named by its path or its number. */
function pathOf(name: string, { projects }: GitlabState): string {
  return Object.entries(projects).find(([, { id }]) => `${id}` === name)?.[0] ?? name
}

/** https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers */
function counted(said: Said, state: GitlabState): Said {
  if (state.callsLeft === undefined) return said
  state.callsLeft--
  const left = {
    'ratelimit-limit': '100',
    'ratelimit-remaining': `${state.callsLeft}`,
    'ratelimit-reset': `${Math.floor(Date.now() / 1000) + 10_000_000_000}`,
  }
  return { ...said, headers: { ...said.headers, ...left } }
}

const PACKS = /\.git\/(?:git-(receive|upload)-pack|info\/refs\?service=git-upload-pack)$/

async function pack(request: Request, gitOf: (project: string) => BareRepository): Promise<Response> {
  const who = accountOf(request.headers)
  if (!who) return new Response('HTTP Basic: Access denied', { status: 401 })
  const { pathname } = new URL(request.url)
  const [, kind] = PACKS.exec(request.url)!
  const isPush = kind === 'receive'
  if (isPush && who.may !== 'write')
    return new Response('You are not allowed to push code to this project.', { status: 403 })
  const [, project = ''] = /^\/(.+)\.git\//.exec(pathname) ?? []
  const git = gitOf(project)
  if (kind === undefined)
    return new Response(new Uint8Array(git.uploadPack()), {
      headers: { 'content-type': 'application/x-git-upload-pack-advertisement' },
    })
  const sent = Buffer.from(await request.arrayBuffer())
  const asked = request.headers.get('content-encoding') === 'gzip' ? gunzipSync(sent) : sent
  const result = isPush ? git.receivePack(asked) : git.uploadPack(asked)
  return new Response(new Uint8Array(result), {
    headers: { 'content-type': `application/x-git-${isPush ? 'receive' : 'upload'}-pack-result` },
  })
}

function accountOf(headers: Headers): (typeof GITLAB_TOKENS)[string] | undefined {
  const [, basic] = /^Basic (.+)$/.exec(headers.get('authorization') ?? '') ?? []
  const password = basic && Buffer.from(basic, 'base64').toString().split(':')[1]
  const job = headers.get('job-token')
  const token = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? headers.get('private-token')
  const account = GITLAB_TOKENS[password || job || token || '']
  // A job's token is taken in its own header only, and no other token in that.
  return account && !password && (account.may === 'job') !== (job !== null) ? undefined : account
}

function jsonResponse({ status, body, bytes, headers = {} }: Said): Response {
  if (bytes)
    return new Response(new Uint8Array(bytes), {
      status,
      headers: { 'content-type': 'application/zip', ...headers },
    })
  if (body === undefined) return new Response(null, { status, headers })
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
