import { createHash } from 'node:crypto'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DeployRepository } from '../../src/forges/deploy-repository.ts'
import { openPlainGit } from '../../src/forges/git/deploy-repository.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubDeployRepository } from '../../src/forges/github/deploy-repository.ts'
import { gitlabClient } from '../../src/forges/gitlab/client.ts'
import { gitlabDeployRepository } from '../../src/forges/gitlab/deploy-repository.ts'
import { type GithubEmulator, personToken, REPOSITORY } from '../support/emulator.ts'
import {
  createRepository,
  gitEnvironment,
  openTestRepository,
  type TestRepository,
} from '../support/git-repository.ts'
import type { GitServer } from '../support/git-server.ts'
import { type GitlabServer, TOKEN } from '../support/gitlab.ts'

/** Files by path; undefined deletes, `executable` and `link` are what they say. */
export type Files = Record<string, string | undefined | { executable: string } | { link: string }>

/** A deploy repository of one test on a forge that runs here, and a way to look at it and to push that is not ours. */
export interface DeployPlace {
  /** The branch that promotions are for: each test has its own. */
  base: string
  /** A fresh connection, as another job would make. */
  connect(): Promise<DeployRepository>
  /** Somebody's push: one commit on the branch (made from `from` if it is not there). Returns the commit. */
  push(branch: string, files: Files, options?: { from?: string; message?: string }): Promise<string>
  /** A new branch at a commit that is there. */
  branch(name: string, commit: string): Promise<unknown>
  head(branch: string): Promise<string | undefined>
  /** Text of all files of a commit, those that are executable or links marked. */
  files(commit: string): Promise<Record<string, string>>
  commit(commit: string): Promise<{ parents: string[]; message: string }>
  /** Requests that wrote something since the start. */
  writes(): string[]
  /** On plain git, at once: the branch points to a commit that is there, whatever it pointed to. */
  pushNow?: (branch: string, commit: string) => string
  /** On plain git: its name on the server. */
  repository?: string
  /** On GitLab: its project. */
  project?: string
  /** Names of branches below a prefix. */
  branches(prefix: string): Promise<string[]>
}

export const CHURN: Files = {
  'README.md': '# Deploy\n',
  'apps/churn/production/kustomization.yaml': 'images:\n  - name: churn\n    newTag: "1"  # champion\n',
  'apps/churn/production/model-release.yaml': 'version: 1\n',
  'bin/render.sh': { executable: '#!/bin/sh\n' },
  shortcut: { link: 'apps' },
}

let count = 0

/** Opens the places of a GitHub that runs here: an own branch each, for the emulator has one repository. */
export async function githubPlace(
  github: GithubEmulator,
  files: Files = CHURN,
  deadline = 5000,
): Promise<DeployPlace> {
  const base = `base-${++count}`
  const token = personToken(count)
  // biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
  const api = async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await fetch(`${github.upstream}/repos/${REPOSITORY}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : response.json()
  }
  const head = async (branch: string): Promise<string | undefined> =>
    (await api('GET', `/git/ref/heads/${branch}`))?.object.sha
  const place: DeployPlace = {
    base,
    connect: async () => githubDeployRepository(githubJob(github, token, deadline), REPOSITORY),
    branch: (name, sha) => api('POST', '/git/refs', { ref: `refs/heads/${name}`, sha }),
    head,
    async push(branch, changes, { from, message = `somebody ${++count}` } = {}) {
      const parent = from === undefined ? await head(branch) : await head(from)
      const known = parent ? await api('GET', `/git/commits/${parent}`) : undefined
      const tree = await Promise.all(
        Object.entries(changes).map(async ([path, content]) => ({ path, type: 'blob', ...entryOf(content) })),
      )
      const written = await api('POST', '/git/trees', { base_tree: known?.tree.sha, tree })
      const parents = parent ? [parent] : []
      const { sha } = await api('POST', '/git/commits', { message, tree: written.sha, parents })
      const there = await head(branch)
      if (there) await api('PATCH', `/git/refs/heads/${branch}`, { sha, force: true })
      else await api('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha })
      return sha
    },
    async files(commit) {
      const { tree } = await api('GET', `/git/trees/${commit}?recursive=1`)
      const blobs = (tree as { type: string; path: string; mode: string; sha: string }[]).filter(
        entry => entry.type === 'blob',
      )
      const texts = await Promise.all(
        blobs.map(async ({ path, mode, sha }): Promise<[string, string]> => {
          const { content } = await api('GET', `/git/blobs/${sha}`)
          return [path, marked(mode, Buffer.from(content, 'base64').toString())]
        }),
      )
      return Object.fromEntries(texts)
    },
    async commit(commit) {
      const { parents, message } = await api('GET', `/git/commits/${commit}`)
      return { parents: parents.map((parent: { sha: string }) => parent.sha), message }
    },
    writes: () =>
      github.requests
        .filter(({ method, path }) => method !== 'GET' && !/^\/graphql (?!Move)/.test(path))
        .map(({ method, path }) => `${method} ${path}`),
    branches: async prefix =>
      (await api('GET', `/git/matching-refs/heads/${prefix}`)).map(({ ref }: { ref: string }) =>
        ref.slice('refs/heads/'.length),
      ),
  }
  await place.push(base, files, { message: 'first' })
  return place
}

function githubJob(github: GithubEmulator, token: string, deadline: number) {
  return githubClient({ token, apiUrl: github.url, safety: { wait: async () => {}, deadline } })
}

/** Opens the places of a git server that runs here, or without one of the folder itself: an own bare repository each. */
export async function plainPlace(
  server: GitServer | undefined,
  folder: string,
  {
    files = CHURN,
    opened = [] as { close(): Promise<void> }[],
    silenceMs = 10_000,
    token = undefined as string | undefined,
    format = 'sha1' as 'sha1' | 'sha256',
  } = {},
): Promise<DeployPlace> {
  const name = `deploy-${++count}`
  const bare = join(folder, `${name}.git`)
  const content = createHash('sha1').update(JSON.stringify(files)).digest('hex')
  const first = join(folder, `first-${format}-${content}`)
  if (!existsSync(first)) createFirst(first, files, format)
  cpSync(join(first, '.git'), bare, { recursive: true })
  cpSync(first, join(folder, name), { recursive: true })
  const work = openTestRepository(join(folder, name))
  const remote = openTestRepository(bare)
  const head = (branch: string) => {
    const [line] = remote.git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`).split('\n')
    return line || undefined
  }
  const place: DeployPlace = {
    base: 'main',
    repository: `${name}.git`,
    pushNow(branch, commit) {
      remote.git('update-ref', `refs/heads/${branch}`, commit)
      return commit
    },
    async connect() {
      const env = { ...process.env, ...gitEnvironment() }
      const git = await openPlainGit({
        url: server?.url(`${name}.git`) ?? `file://${bare}`,
        env,
        silenceMs,
        token,
      })
      opened.push(git)
      return git satisfies DeployRepository
    },
    branch: async (name, commit) => remote.git('update-ref', `refs/heads/${name}`, commit),
    head: async branch => head(branch),
    async push(branch, changes, { from, message = `somebody ${++count}` } = {}) {
      const parent = head(from ?? branch)
      if (parent) {
        work.git('fetch', '--quiet', bare, parent)
        work.git('checkout', '--quiet', '--detach', '--force', parent)
      }
      commitIn(work, message, changes)
      work.git('push', '--quiet', '--force', bare, `HEAD:refs/heads/${branch}`)
      return work.git('rev-parse', 'HEAD')
    },
    async files(commit) {
      const listed = remote.git('ls-tree', '-r', '-z', commit).split('\0').filter(Boolean)
      const entries = listed.map(line => /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line)!)
      const texts = remote.blobs(entries.map(([, , id]) => id!))
      return Object.fromEntries(entries.map(([, mode, , path], at) => [path!, marked(mode!, texts[at]!)]))
    },
    async commit(commit) {
      const [parents = '', message = ''] = remote.git('show', '-s', '--format=%P%x00%B', commit).split('\0')
      return { parents: parents.split(' ').filter(Boolean), message }
    },
    writes: () =>
      (server?.requests ?? []).filter(
        request => request.startsWith('POST') && request.endsWith('receive-pack'),
      ),
    branches: async prefix =>
      remote
        .git('for-each-ref', '--format=%(refname:lstrip=2)')
        .split('\n')
        .filter(branch => branch.startsWith(prefix)),
  }
  return place
}

/** Opens the places of a GitLab that runs here: a project each, over a bare repository of its own. */
export async function gitlabPlace(
  gitlab: GitlabServer,
  files: Files = CHURN,
  deadline = 3000,
): Promise<DeployPlace> {
  const place = await plainPlace(undefined, gitlab.folder, { files })
  const project = `team/sub-group/${place.repository!.replace(/\.git$/, '')}`
  const safety = { wait: async () => {}, deadline }
  return {
    ...place,
    project,
    connect: async () =>
      gitlabDeployRepository(gitlabClient({ token: TOKEN.bot, apiUrl: gitlab.url, safety }), project),
    writes: () =>
      gitlab.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
  }
}

// --- internal ---

/** A repository that holds the files in one commit on `main`; the places are copies of it. */
function createFirst(folder: string, files: Files, format: 'sha1' | 'sha256'): void {
  const first = createRepository(folder, format)
  first.git('config', 'http.receivepack', 'true')
  first.git('config', 'receive.denyCurrentBranch', 'ignore')
  commitIn(first, 'first', files)
}

function commitIn(work: TestRepository, message: string, files: Files): void {
  work.commit(message, plainFiles(files))
  const executable = Object.entries(files).filter(
    ([, content]) => typeof content === 'object' && 'executable' in content,
  )
  if (executable.length === 0) return
  for (const [path] of executable) work.git('update-index', '--chmod=+x', path)
  work.git('commit', '--quiet', '--amend', '--no-edit', '--allow-empty')
}

function marked(mode: string, text: string): string {
  if (mode === '120000') return `link: ${text}`
  return mode === '100755' ? `executable: ${text}` : text
}

function entryOf(content: Files[string]) {
  if (content === undefined) return { mode: '100644', sha: null }
  if (typeof content === 'string') return { mode: '100644', content }
  return 'link' in content
    ? { mode: '120000', content: content.link }
    : { mode: '100755', content: content.executable }
}

function plainFiles(files: Files): Record<string, string | undefined | { link: string }> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'object' && 'executable' in content ? content.executable : content,
    ]),
  )
}
