import { writeFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { ask } from '../../emulator/ask.ts'
import type { DeployRepository } from '../../src/forges/deploy-repository.ts'
import { openPlainGit } from '../../src/forges/git/deploy-repository.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubDeployRepository } from '../../src/forges/github/deploy-repository.ts'
import { gitlabClient } from '../../src/forges/gitlab/client.ts'
import { gitlabDeployRepository } from '../../src/forges/gitlab/deploy-repository.ts'
import { type GithubEmulator, personToken, REPOSITORY } from '../support/emulator.ts'
import { isWrite, UNTIMED } from '../support/faults.ts'
import type { FileContent } from '../support/git-objects.ts'
import { ADA, createBare, gitEnvironment, openTestRepository } from '../support/git-repository.ts'
import type { GitServer } from '../support/git-server.ts'
import { type GitlabServer, TOKEN } from '../support/gitlab.ts'
import { bareRepository } from '../support/gitlab-git.ts'

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
  repository = REPOSITORY,
): Promise<DeployPlace> {
  const base = `base-${++count}`
  const token = personToken(count)
  // biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
  const api = async (method: string, path: string, body?: unknown): Promise<any> => {
    const given = await ask(`${github.upstream}/repos/${repository}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (given.status === 404) return undefined
    if (given.status >= 300) throw new Error(`${method} ${path}: ${given.status} ${given.body}`)
    return given.status === 204 ? undefined : JSON.parse(given.body)
  }
  const head = async (branch: string): Promise<string | undefined> =>
    (await api('GET', `/git/ref/heads/${branch}`))?.object.sha
  const place: DeployPlace = {
    base,
    connect: async () => githubDeployRepository(githubJob(github, token), repository),
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

function githubJob(github: GithubEmulator, token: string) {
  return githubClient({ token, apiUrl: github.url, safety: UNTIMED })
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
  const at = join(folder, `${name}.git`)
  createBare(at, format)
  const bare = bareRepository(at, ADA, format)
  const move = (branch: string, commit: string) =>
    void openTestRepository(at).git('update-ref', `refs/heads/${branch}`, commit)
  let last: string | undefined
  const place: DeployPlace = {
    base: 'main',
    repository: `${name}.git`,
    pushNow(branch, commit) {
      move(branch, commit)
      return commit
    },
    async connect() {
      const env = { ...process.env, ...gitEnvironment() }
      const git = await openPlainGit({
        url: server?.url(`${name}.git`) ?? `file://${at}`,
        env,
        silenceMs,
        token,
      })
      opened.push(git)
      return git
    },
    branch: async (name, commit) => move(name, commit),
    head: async branch => bare.resolve(branch),
    async push(branch, changes, { from, message = `somebody ${++count}` } = {}) {
      const parent = bare.resolve(from ?? branch) ?? last
      const isFirst = last === undefined
      last = bare.write(parent, `${message}\n`, fileContents(changes))
      // Nobody else knows of the repository yet.
      if (isFirst) writeFileSync(join(at, 'refs/heads', branch), `${last}\n`)
      else move(branch, last)
      return last
    },
    async files(commit) {
      const found = bare.tree(commit, '', true)!.filter(({ type }) => type === 'blob')
      return Object.fromEntries(
        found.map(({ path, mode }) => [path, marked(mode, bare.file(commit, path)!.bytes.toString())]),
      )
    },
    async commit(commit) {
      const { parents, message } = bare.commit(commit)
      return { parents, message: message.trim() }
    },
    writes: () =>
      (server?.requests ?? []).filter(
        request => request.startsWith('POST') && request.endsWith('receive-pack'),
      ),
    branches: async prefix =>
      bare
        .branches()
        .map(({ name }) => name)
        .filter(branch => branch.startsWith(prefix)),
  }
  await place.push('main', files, { message: 'first' })
  return place
}

/** Opens the places of a GitLab that runs here: a project each, over a bare repository of its own. */
export async function gitlabPlace(gitlab: GitlabServer, files: Files = CHURN): Promise<DeployPlace> {
  const place = await plainPlace(undefined, gitlab.folder, { files })
  const project = `team/sub-group/${place.repository!.replace(/\.git$/, '')}`
  return {
    ...place,
    project,
    connect: async () =>
      gitlabDeployRepository(
        gitlabClient({ token: TOKEN.bot, apiUrl: gitlab.url, safety: UNTIMED }),
        project,
      ),
    writes: () => gitlab.requests.filter(isWrite).map(({ method, path }) => `${method} ${path}`),
  }
}

// --- internal ---

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

function fileContents(files: Files): Map<string, FileContent | undefined> {
  return new Map(
    Object.entries(files).map(([path, content]) => {
      const { mode, ...entry } = entryOf(content)
      const bytes = Buffer.from(entry.content ?? '')
      return [normalize(path), content === undefined ? undefined : { mode, bytes }]
    }),
  )
}
