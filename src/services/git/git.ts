import { existsSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { isCommitPath, isCommitSha, isRefName, isRevision } from '../../core/git/names.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import {
  defaultBranch,
  type FoundBase,
  fetchCommit,
  findBase,
  type PullRequestCommits,
  parentsOf,
  remoteBranch,
} from './base.ts'
import { changedBetween, names, uncommittedIn } from './changes.ts'
import { type GitClient, gitClient } from './client.ts'
import { inWorktree } from './worktree.ts'

/**
 * The repository that a folder belongs to, read-only but for fetches into a shallow clone. Commits are whole ids; paths are
 * relative to the folder, also where that is a part of the repository.
 */
export interface Repository {
  /** The commit that is checked out; undefined before the first one. */
  headCommit(): Promise<string | undefined>
  /** The parents of a commit, those that a shallow clone lacks among them. */
  parents(commit: string): Promise<string[]>
  /** Where a branch of the remote was when it was last fetched. */
  remoteBranch(name: string): Promise<string | undefined>
  /** The branch that the remote has by default, as it was cloned; else the one that is checked out. */
  defaultBranch(): Promise<string | undefined>
  /** The commit that a person names: `main~2`, a tag, a short id. @throws AssayError GIT_REF_INVALID, GIT_COMMIT_NOT_FOUND */
  resolveCommit(revision: string): Promise<string>
  /** When it was committed, ISO with zone. */
  commitTime(commit: string): Promise<string>
  /** What a commit says of itself: author's name, first line, when it was committed (ISO with zone). */
  describeCommit(commit: string): Promise<{ committed: string; author: string; subject: string }>
  /** When something at or below a path last changed up to a commit, ISO; undefined where the clone is too shallow to tell. */
  lastChange(commit: string, path: string): Promise<string | undefined>
  /** Bytes of a file in a commit, undefined when there is none. @throws AssayError GIT_PATH_INVALID: a link is not followed */
  readFileAt(commit: string, path: string): Promise<Uint8Array | undefined>
  /** Files below a folder (`''`: all), sorted by git. */
  listFilesAt(commit: string, prefix: string): Promise<string[]>
  /** Files that differ between two commits; a renamed one under both names. */
  changedFiles(from: string, to: string): Promise<string[]>
  /** What a pull request is compared with, or why that cannot be told. */
  baseCommit(pullRequest: PullRequestCommits): Promise<FoundBase>
  /** Whether a tracked file differs from HEAD. */
  isDirty(): Promise<boolean>
  /**
   * Files of the whole repository and its submodules that differ from HEAD, and those of `named` that git neither has nor
   * ignores. Relative to the folder; one that is not below it as git writes it, `:/shared/clean.py`.
   */
  uncommitted(named: readonly string[]): Promise<string[]>
  /** Where it is fetched from, without credentials. */
  remoteUrl(): Promise<string | undefined>
  /** Calls with a clean copy of the folder as it is in a commit. The copy is gone afterwards, whatever happens. */
  withWorktree<T>(commit: string, use: (folder: string) => Promise<T>): Promise<T>
}

export interface OpenOptions {
  env: Readonly<Record<string, string | undefined>>
  /** git is stopped when it prints nothing for so long. */
  silenceMs?: number
}

/**
 * Opens the repository that a folder belongs to; undefined when it belongs to none.
 * @throws AssayError GIT_NOT_TRUSTED (another owner), GIT_MISSING (a repository, but no git)
 */
export async function openRepository(
  folder: string,
  { env, silenceMs = SILENCE_MS }: OpenOptions,
): Promise<Repository | undefined> {
  const git = gitClient(folder, { env, silenceMs, settings: 'theirs' })
  const slowIn = (own: string) =>
    gitClient(own, { env, silenceMs: Math.max(silenceMs, CHECKOUT_SILENCE_MS), settings: 'theirs' })
  const within = await withinTree(git, folder)
  if (!within?.startsWith('true\n')) return undefined
  const prefix = within.slice('true\n'.length).replace(/\n$/, '')
  // What a commit names never changes.
  const known = new Map<string, Promise<string[]>>()
  const parents = (commit: string) => {
    const found = known.get(commit) ?? parentsOf(git, commit)
    known.set(commit, found)
    return found
  }
  return {
    headCommit: async () => (await git.maybe('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'))?.trim(),
    parents: async commit => parents(checked(commit)),
    remoteBranch: async name => (isRefName(name) ? remoteBranch(git, name) : undefined),
    defaultBranch: () => defaultBranch(git),
    resolveCommit: revision => resolveCommit(git, revision),
    commitTime: async commit =>
      (await git.text('show', '--no-patch', '--format=%cI', checked(commit), '--')).trim(),
    async describeCommit(commit) {
      const text = await git.text('show', '--no-patch', '--format=%cI%x00%an%x00%s', checked(commit), '--')
      const [committed = '', author = '', subject = ''] = text.trimEnd().split('\0')
      return { committed, author: author.trim() || 'unknown', subject }
    },
    lastChange: async (commit, path) => lastChange(git, checked(commit), inRepository(path, '')),
    readFileAt: async (commit, path) => readFileAt(git, checked(commit), path, prefix),
    listFilesAt: async (commit, below) => listFilesAt(git, checked(commit), below, prefix),
    changedFiles: async (from, to) => changedBetween(git, checked(from), checked(to)),
    baseCommit: pullRequest => findBase(git, pullRequest, parents),
    isDirty: async () =>
      (await git.text(
        'status',
        '--porcelain',
        '-z',
        '--untracked-files=no',
        '--ignore-submodules=all',
        '--no-renames',
      )) !== '',
    async uncommitted(named) {
      const root = resolve(realpathSync.native(folder), prefix.replaceAll(/[^/]+/g, '..'))
      const paths = named.filter(isCommitPath).map(path => prefix + path)
      const found = await uncommittedIn({ git, folder: root }, { named: paths, below: prefix }, submodule =>
        gitClient(submodule, { env, silenceMs, settings: 'theirs', isSubmodule: true }),
      )
      return found.map(path => (path.startsWith(prefix) ? path.slice(prefix.length) : `:/${path}`)).sort()
    },
    remoteUrl: async () => withoutCredentials(await git.maybe('config', '--get', 'remote.origin.url')),
    withWorktree: async (commit, use) =>
      inWorktree(slowIn, folder, checked(commit), copy => use(join(copy, prefix))),
  }
}

// --- internal ---

const SILENCE_MS = 60_000
/** Writing out many or large files (Git LFS) says nothing for long. */
const CHECKOUT_SILENCE_MS = 600_000
const MAX_FILE_BYTES = 16 * 1024 * 1024

/** Whether the folder is in a working tree, and where in it. */
async function withinTree(git: GitClient, folder: string): Promise<string | undefined> {
  try {
    return await git.maybe('rev-parse', '--is-inside-work-tree', '--show-prefix')
  } catch (error) {
    const nothingThere = isAssayError(error, 'GIT_MISSING')
    if (nothingThere && !existsSync(join(folder, '.git'))) return undefined
    throw error
  }
}

async function resolveCommit(git: GitClient, revision: string): Promise<string> {
  if (!isRevision(revision))
    throw invalid('GIT_REF_INVALID', `${shown(revision)} is not the name of a commit`, [
      'Give a commit id, a branch or a tag, such as `main`, `v1.2` or `HEAD~1`.',
    ])
  const find = async () =>
    (await git.maybe('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`))?.trim()
  const here = await find()
  if (here) return here
  const failed = isCommitSha(revision) ? await fetchCommit(git, revision) : undefined
  const found = isCommitSha(revision) && failed === undefined && (await find())
  if (found) return found
  const why = failed === undefined ? '' : ` and it could not be fetched (${failed})`
  throw invalid('GIT_COMMIT_NOT_FOUND', `there is no commit ${shown(revision)} in this clone${why}`, [
    'Fetch it, or check out the whole history (`fetch-depth: 0`, `GIT_DEPTH: 0`).',
  ])
}

async function lastChange(git: GitClient, commit: string, path: string): Promise<string | undefined> {
  // Where history was cut off, the oldest commit that is there seems to have made everything.
  if ((await git.text('rev-parse', '--is-shallow-repository')).trim() === 'true') return undefined
  const time = await git.maybe('log', '-1', '--format=%cI', commit, '--', path)
  return time?.trim() || undefined
}

async function readFileAt(
  git: GitClient,
  commit: string,
  path: string,
  prefix: string,
): Promise<Uint8Array | undefined> {
  const listed = await git.text(
    'ls-tree',
    '-z',
    '--long',
    '--full-tree',
    commit,
    '--',
    inRepository(path, prefix),
  )
  const entry = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t/.exec(listed)
  if (!entry) return undefined
  const [, mode, kind, id, size] = entry as unknown as [string, string, string, string, string]
  if (kind !== 'blob' || mode === SYMBOLIC_LINK)
    throw invalid('GIT_PATH_INVALID', `${shown(path)} is no regular file in commit ${commit.slice(0, 7)}`, [
      'Commit the file itself, not a link or a folder of that name.',
    ])
  if (Number(size) > MAX_FILE_BYTES)
    throw invalid(
      'FILE_TOO_LARGE',
      `${shown(path)} is larger than ${MAX_FILE_BYTES} bytes in commit ${commit.slice(0, 7)}`,
    )
  return git.blob(id)
}

const SYMBOLIC_LINK = '120000'

async function listFilesAt(git: GitClient, commit: string, below: string, prefix: string): Promise<string[]> {
  const folder = below === '' ? prefix : `${inRepository(below.replace(/\/$/, ''), prefix)}/`
  const listed = await git.text(
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    '--full-tree',
    commit,
    '--',
    ...(folder ? [folder] : []),
  )
  return names(listed).map(name => name.slice(prefix.length))
}

function checked(commit: string): string {
  if (isCommitSha(commit)) return commit
  throw invalid('GIT_REF_INVALID', `${shown(commit)} is not a whole commit id`)
}

function inRepository(path: string, prefix: string): string {
  if (isCommitPath(path)) return prefix + path
  throw invalid('GIT_PATH_INVALID', `${shown(path)} is not a path inside the repository`, [
    'Write it relative to the repository, with `/` between folders and without `..`.',
  ])
}

/** `https://user:token@host/…` without what is before the `@`; `git@host:…` has no secret. */
function withoutCredentials(url: string | undefined): string | undefined {
  return url?.trim().replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1') || undefined
}

function shown(text: string): string {
  return shortened(visible(JSON.stringify(text)), 120)
}

function invalid(code: string, what: string, [fix]: string[] = []): AssayError {
  return new AssayError({
    code,
    title:
      code === 'GIT_COMMIT_NOT_FOUND'
        ? 'A commit could not be found'
        : 'Something was asked of git that it must not be asked',
    problems: [{ what, fix }],
  })
}
