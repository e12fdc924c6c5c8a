import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealMessage } from '../../core/git/commit-seal.ts'
import { checkFileChanges, checkPaths } from '../../core/git/file-changes.ts'
import { gitClient } from '../../services/git/client.ts'
import { writeCommit, writeTree } from '../../services/git/new-objects.ts'
import {
  blobTexts,
  entriesAt,
  isFile,
  pastText,
  type TextVersion,
  type TreeEntry,
  versionsOf,
  withTexts,
} from '../../services/git/objects.ts'
import { checkRemote, type Remote, remoteEnvironments, repositoryConfig } from '../../services/git/remote.ts'
import type { BranchMove, CommitReply, DeployRepository, MoveReply, NewCommit } from '../deploy-repository.ts'
import { notAhead } from '../forge-error.ts'
import { checkedPath, filesAt, kindsOf } from './files.ts'
import { plainGitServer } from './server.ts'
import { plainGitSnapshots } from './snapshots.ts'

export interface PlainGitOptions extends Remote {
  env: Readonly<Record<string, string | undefined>>
  committer?: { name: string; email: string }
  /** git is stopped when it prints nothing for so long. */
  silenceMs?: number
}

/** One without pull requests. Its history is by first parents: a version is as old as its merge. */
export interface PlainGit extends DeployRepository {
  /** Removes the clone. */
  close(): Promise<void>
}

/**
 * A deploy repository on any git server: branches, files and commits without a forge's API, by a bare clone of one commit
 * without its files, in a folder of its own. It has no pull requests. Nothing is ever checked out, so that no link, hook,
 * filter or setting of the repository comes to life; branches move by `--force-with-lease` from a named commit.
 *
 * @throws AssayError GIT_REMOTE_INVALID
 */
export async function openPlainGit(options: PlainGitOptions): Promise<PlainGit> {
  const { env, committer = OURS, silenceMs = 30_000, ...remote } = options
  checkRemote(remote)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'assay-deploy-')))
  const bare = join(folder, 'bare.git')
  await mkdir(bare)
  const git = gitClient(bare, { ...remoteEnvironments(remote, env), silenceMs, settings: 'ours' })
  const server = plainGitServer(git, remote.url, async format => {
    // What `git init --bare` makes, gitrepository-layout(5), without a process and the machine's templates.
    for (const own of ['objects', 'refs']) await mkdir(join(bare, own))
    await writeFile(join(bare, 'HEAD'), 'ref: refs/heads/main\n')
    await writeFile(join(bare, 'config'), repositoryConfig(remote, committer, format))
  })
  const alone = queue()
  const snapshots = plainGitSnapshots(git, server)
  let last: { key: string; entries: ReadonlyMap<string, TreeEntry> } | undefined

  return {
    name: remote.url,
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
    readBranches: branches => alone(() => server.heads(branches)),
    readFiles: (commit, paths) => alone(() => readFiles(commit, paths)),
    listFiles: (commit, below) => alone(() => listFiles(commit, below)),
    listBranches: prefix => alone(() => server.below(prefix)),
    readHead: (branch, path) => alone(() => readHead(branch, path)),
    fileHistory: (commit, paths, most) => alone(() => fileHistory(commit, paths, most)),
    snapshots: questions => alone(() => snapshots(questions)),
    contains: (commit, ancestor) => alone(() => contains(commit, ancestor)),
    commitFiles: change => alone(() => commitFiles(change)),
    moveBranch: move => alone(() => moveBranch(move)),
  }

  async function readFiles(
    commit: string,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, string | undefined>> {
    const entries = await treeEntries(commit, paths)
    const files = filesAt(entries, paths)
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

  async function commitFiles(change: NewCommit): Promise<CommitReply> {
    const { branch, expected, parent, files, message } = change
    checkFileChanges(files)
    const paths = files.map(change => change.path)
    const entries = await treeEntries(parent, paths)
    checkPaths(paths, kindsOf(entries))
    const tree = await writeTree(git, folder, parent, files, entries)
    const [before] = await server.commits([parent])
    if (tree === before!.tree) return { kind: 'empty' }
    const sealed = sealMessage(message, tree, files)
    const commit = await writeCommit(git, folder, { tree, parent, message: sealed })
    const pushed = await server.push(branch, expected, commit)
    return pushed.kind === 'done' ? { kind: 'committed', commit } : pushed
  }

  async function moveBranch({ branch, from, to }: BranchMove): Promise<MoveReply> {
    if (to !== undefined && from === undefined) await server.fetchCommits([to])
    if (to !== undefined && from !== undefined) {
      await server.fetchCommits([from, to])
      const [after] = await server.commits([to])
      const isAhead =
        after!.parents.includes(from) ||
        (await git.maybe('merge-base', '--is-ancestor', from, to)) !== undefined
      if (!isAhead) throw notAhead(branch, from, to)
    }
    return server.push(branch, from, to)
  }

  /** What stands at the paths and above them. Commits do not change: the last answer is kept. */
  async function treeEntries(
    commit: string,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, TreeEntry>> {
    const key = JSON.stringify([commit, ...paths])
    if (last?.key === key) return last.entries
    await server.fetchCommits([commit])
    const entries = await entriesAt(git, commit, paths.map(checkedPath))
    last = { key, entries }
    return entries
  }
}

// --- internal ---

const OURS = { name: 'assay', email: 'assay@localhost' }

/** One call after the other: they share an index. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const done = last.then(work, work)
    last = done.catch(() => undefined)
    return done
  }
}
