import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AssayError } from '../../core/errors/errors.ts'
import { type GitClient, gitClient } from '../../services/git/client.ts'
import {
  blobTexts,
  isFile,
  pastText,
  type TextVersion,
  versionsOf,
  withTexts,
} from '../../services/git/objects.ts'
import { checkRemote, type Remote, remoteEnvironments, repositoryConfig } from '../../services/git/remote.ts'
import { entriesAt, type TreeEntry } from '../../services/git/trees.ts'
import type { AskedBranch, DeployRepository, Question, Snapshot } from '../deploy-repository.ts'
import { checkedPath, filesAt } from './files.ts'
import { type PlainGitServer, plainGitServer } from './server.ts'
import { plainGitSnapshots } from './snapshots.ts'

export interface CloneOptions extends Remote {
  env: Readonly<Record<string, string | undefined>>
  committer?: { name: string; email: string }
  /** git is stopped when it prints nothing for so long. */
  silenceMs?: number
}

/** What of a deploy repository is read by git. Its history is by first parents: a version is as old as its merge. */
export interface BareClone
  extends Pick<DeployRepository, 'readFiles' | 'listFiles' | 'readHead' | 'fileHistory' | 'contains'> {
  snapshots<B extends AskedBranch>(questions: readonly Question<B>[]): Promise<(Snapshot<B> | AssayError)[]>
  server: PlainGitServer
  git: GitClient
  /** The bare repository, which is ours alone. */
  repository: string
  committer: { name: string; email: string }
  /** What stands at the paths and above them. */
  entries(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, TreeEntry>>
  /** Removes it. */
  close(): Promise<void>
}

/**
 * A bare clone of one commit without its files, in a folder of its own: what is asked for is fetched then. Nothing is ever
 * checked out, so that no link, hook, filter or setting of the repository comes to life. One call at a time: they share a
 * folder.
 *
 * @throws AssayError GIT_REMOTE_INVALID
 */
export async function openBareClone(options: CloneOptions): Promise<BareClone> {
  const { env, committer = OURS, silenceMs = 30_000, ...remote } = options
  checkRemote(remote)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'assay-deploy-')))
  const repository = join(folder, 'bare.git')
  await mkdir(repository)
  const access = { ...remoteEnvironments(remote, env), settings: 'ours' } as const
  const git = gitClient(repository, { ...access, silenceMs })
  const patient = gitClient(repository, { ...access, silenceMs: silenceMs * PATIENCE })
  const server = plainGitServer({ git, patient }, remote.url, async format => {
    // What `git init --bare` makes, gitrepository-layout(5), without a process and the machine's templates.
    for (const own of ['objects', 'refs']) await mkdir(join(repository, own))
    await writeFile(join(repository, 'HEAD'), 'ref: refs/heads/main\n')
    await writeFile(join(repository, 'config'), repositoryConfig(remote, committer, format))
  })
  let last: { key: string; entries: ReadonlyMap<string, TreeEntry> } | undefined

  return {
    ...{ server, git, repository, committer, entries, readFiles, listFiles, readHead, fileHistory, contains },
    snapshots: plainGitSnapshots(git, server),
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  }

  async function readFiles(
    commit: string,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, string | undefined>> {
    const files = filesAt(await entries(commit, paths), paths)
    await server.fetchBlobs(files.map(({ id }) => id))
    const texts = await blobTexts(git, files)
    return new Map(paths.map(path => [path, texts.get(path)]))
  }

  async function listFiles(commit: string, below: string): Promise<string[]> {
    await server.fetchCommits([commit])
    const within = below === '' ? [] : [`${checkedPath(below)}/`]
    const listed = await git.text(
      'ls-tree',
      '-r',
      '-z',
      '--full-tree',
      '--name-only',
      commit,
      '--',
      ...within,
    )
    return listed
      .split('\0')
      .filter(path => path !== '')
      .sort()
  }

  async function readHead(branch: string, path: string) {
    const head = (await server.heads([branch])).get(branch)
    if (!head) return undefined
    return { head, text: (await readFiles(head.commit, [path])).get(path) }
  }

  async function fileHistory(
    commit: string,
    paths: readonly string[],
    most: number,
  ): Promise<Map<string, TextVersion[]>> {
    await server.fetchHistory(commit)
    const found = await versionsOf(git, commit, paths.map(checkedPath), most)
    const versions = [...found.values()].flat()
    await server.fetchBlobs(versions.flatMap(({ entry }) => (isFile(entry) ? [entry.id] : [])))
    return withTexts(git, found, pastText)
  }

  async function contains(commit: string, ancestor: string): Promise<boolean> {
    if (commit === ancestor) return true
    await server.fetchHistory(commit)
    return (await git.maybe('merge-base', '--is-ancestor', ancestor, commit)) !== undefined
  }

  /** Commits do not change: the last answer is kept. */
  async function entries(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, TreeEntry>> {
    const key = JSON.stringify([commit, ...paths])
    if (last?.key === key) return last.entries
    await server.fetchCommits([commit])
    const found = await entriesAt(git, commit, paths.map(checkedPath))
    last = { key, entries: found }
    return found
  }
}

/** Lets one call after the other through. */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const done = last.then(work, work)
    last = done.catch(() => undefined)
    return done
  }
}

// --- internal ---

/** So many times as long git may print nothing while a whole history comes: it prints nothing at all then. */
const PATIENCE = 20

const OURS = { name: 'assay', email: 'assay@localhost' }
