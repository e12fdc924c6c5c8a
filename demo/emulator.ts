import { randomBytes } from 'node:crypto'
import { Octokit } from '@octokit/rest'
import { appEvents, appPermissions } from '../bot/setup/manifest.ts'
import type { CommitStatus } from '../emulator/github/world/repositories.ts'
import { startGithub as startEmulator } from '../emulator/github.ts'
import {
  APPROVER,
  DEPLOY_REPO,
  DEPLOYER,
  DEVELOPER,
  MODEL_REPO,
  OWNER,
  type Person,
  WORKFLOW,
} from './cast.ts'
import { git, gitBytes, gitWith } from './git.ts'

/** A GitHub on a free port of this machine, holding everything in memory. */
export interface Github {
  url: string
  /** The bot's App, installed on all repositories with what docs/bot.md names. */
  app: { clientId: string; clientSecret: string; privateKey: string }
  /** Where its events go from now on. */
  hook(hook: { url: string; secret: string }): void
  as(person: Person): Octokit
  statuses(commit: string): CommitStatus[]
  /** Files that it has: by repository and SHA. */
  known: Set<string>
  close(): Promise<void>
}

export async function startGithub(): Promise<Github> {
  const everybody = [DEVELOPER, APPROVER, WORKFLOW, DEPLOYER]
  const emulator = await startEmulator({
    users: everybody.map(({ token: _, ...user }) => user),
    organisations: [{ login: OWNER, name: 'Acme', members: everybody.map(({ login }) => login) }],
    repositories: [
      { owner: OWNER, name: MODEL_REPO, auto_init: false, description: 'Will this flight be late?' },
      { owner: OWNER, name: DEPLOY_REPO, auto_init: false, description: 'What serves where' },
    ],
    tokens: {
      [DEVELOPER.token]: { login: DEVELOPER.login },
      [APPROVER.token]: { login: APPROVER.login },
      [WORKFLOW.token]: { login: WORKFLOW.login, app: 'github-actions' },
      [DEPLOYER.token]: { login: DEPLOYER.login, app: 'acme-deploy' },
    },
    apps: [
      {
        id: 77,
        slug: APP,
        clientSecret: randomBytes(20).toString('hex'),
        permissions: appPermissions(),
        events: appEvents(),
        installations: [{ id: 1, account: OWNER }],
      },
    ],
  })
  return {
    url: emulator.url,
    app: emulator.world.apps[0]!,
    hook: hook => emulator.control.hook(APP, hook),
    as: ({ token }) => new Octokit({ auth: token, baseUrl: emulator.url, log: SILENT }),
    statuses: commit => emulator.state.statuses.filter(({ sha }) => sha === commit),
    known: new Set(),
    close: emulator.close,
  }
}

/**
 * Brings the commits of a branch to the emulator through the Git Data API, oldest first, and moves the branch there.
 * The emulator hashes objects as git does, so the SHAs are the same on both sides; a difference is an error.
 */
export async function pushToGithub(
  github: Github,
  name: string,
  folder: string,
  branch: string,
): Promise<void> {
  const there = {
    place: { owner: OWNER, repo: name },
    api: github.as(DEVELOPER).rest,
    known: github.known,
  }
  const { data: refs } = await there.api.git.listMatchingRefs({ ...there.place, ref: 'heads/' })
  const heads = refs.map(ref => `^${ref.object.sha}`)
  const shas = (await git(folder, 'rev-list', '--reverse', branch, ...heads)).split('\n').filter(Boolean)
  for (const sha of shas) await copyCommit(there, folder, sha)
  const head = { ...there.place, sha: await git(folder, 'rev-parse', branch) }
  if (refs.some(ref => ref.ref === `refs/heads/${branch}`))
    await there.api.git.updateRef({ ...head, ref: `heads/${branch}` })
  else await there.api.git.createRef({ ...head, ref: `refs/heads/${branch}` })
}

/** Brings a merge that the emulator made into a repository that has all its files; `git fetch` would do no more. */
export async function fetchMerge(github: Github, name: string, folder: string, sha: string): Promise<void> {
  const place = { owner: OWNER, repo: name }
  const { data } = await github.as(DEVELOPER).rest.git.getCommit({ ...place, commit_sha: sha })
  const parents = data.parents.flatMap(parent => ['-p', parent.sha])
  const env = {
    GIT_AUTHOR_NAME: data.author.name,
    GIT_AUTHOR_EMAIL: data.author.email,
    GIT_AUTHOR_DATE: data.author.date,
    GIT_COMMITTER_NAME: data.committer.name,
    GIT_COMMITTER_EMAIL: data.committer.email,
    GIT_COMMITTER_DATE: data.committer.date,
  }
  const made = await gitWith(env, folder, 'commit-tree', data.tree.sha, ...parents, '-m', data.message)
  if (made !== sha) throw new Error(`git made commit ${made} of ${sha}`)
}

// --- internal ---

const APP = 'assay'
/** What fails is thrown, and told once. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

interface There {
  place: { owner: string; repo: string }
  api: Octokit['rest']
  known: Set<string>
}

async function copyCommit({ api, place, known }: There, folder: string, sha: string): Promise<void> {
  const listing = await git(folder, 'ls-tree', '-r', '-z', sha)
  const tree: { path: string; mode: '100644' | '100755'; type: 'blob'; sha: string }[] = []
  for (const entry of listing.split('\0').filter(Boolean)) {
    const [facts, path] = entry.split('\t') as [string, string]
    const [mode, , blob] = facts.split(' ') as ['100644' | '100755', string, string]
    tree.push({ path, mode, type: 'blob', sha: blob })
    if (known.has(`${place.repo} ${blob}`)) continue
    const content = (await gitBytes(folder, 'cat-file', 'blob', blob)).toString('base64')
    await api.git.createBlob({ ...place, content, encoding: 'base64' })
    known.add(`${place.repo} ${blob}`)
  }
  const created = await api.git.createTree({ ...place, tree })
  const [name, email, date, parents, message] = (
    await git(folder, 'log', '-1', '--format=%an%x00%ae%x00%aI%x00%P%x00%B', sha)
  ).split('\0') as [string, string, string, string, string]
  const { data } = await api.git.createCommit({
    ...place,
    message: message.trimEnd(),
    tree: created.data.sha,
    parents: parents.split(' ').filter(Boolean),
    author: { name, email, date },
    committer: { name, email, date },
  })
  if (data.sha !== sha) throw new Error(`the emulator made commit ${data.sha} of ${sha}`)
}
