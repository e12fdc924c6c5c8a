import { isAssayError } from '../../core/errors/errors.ts'
import { sealMessage } from '../../core/git/commit-seal.ts'
import { checkFileChanges, checkPaths } from '../../core/git/file-changes.ts'
import { changedTree } from '../../core/git/tree.ts'
import { newCommit, writeObjects } from '../../services/git/new-objects.ts'
import { foldersIn } from '../../services/git/trees.ts'
import { type CloneOptions, openBareClone, queue } from '../bare/clone.ts'
import { kindsOf } from '../bare/files.ts'
import type {
  AskedBranch,
  BranchMove,
  CommitReply,
  DeployRepository,
  MoveReply,
  NewCommit,
  Question,
  Snapshot,
} from '../deploy-repository.ts'
import { notAhead } from '../forge-error.ts'

/** One without pull requests. Its history is by first parents: a version is as old as its merge. */
export interface PlainGit extends DeployRepository {
  /** Removes the clone. */
  close(): Promise<void>
}

/**
 * A deploy repository on any git server: branches, files and commits without a forge's API, by a bare clone. It has no pull
 * requests. Branches move by `--force-with-lease` from a named commit.
 *
 * @throws AssayError GIT_REMOTE_INVALID
 */
export async function openPlainGit(options: CloneOptions): Promise<PlainGit> {
  const clone = await openBareClone(options)
  const { git, server, repository, committer } = clone
  const alone = queue()

  return {
    name: options.url,
    close: clone.close,
    readBranches: branches => alone(() => server.heads(branches)),
    readFiles: (commit, paths) => alone(() => clone.readFiles(commit, paths)),
    listFiles: (commit, below) => alone(() => clone.listFiles(commit, below)),
    listBranches: prefix => alone(() => server.below(prefix)),
    readHead: (branch, path) => alone(() => clone.readHead(branch, path)),
    fileHistory: (commit, paths, most) => alone(() => clone.fileHistory(commit, paths, most)),
    snapshots: questions => alone(() => clone.snapshots(questions)),
    snapshot: question => alone(() => snapshot(question)),
    contains: (commit, ancestor) => alone(() => clone.contains(commit, ancestor)),
    commitFiles: change => alone(() => commitFiles(change)),
    moveBranch: move => alone(() => moveBranch(move)),
  }

  async function snapshot<B extends AskedBranch>(question: Question<B>): Promise<Snapshot<B>> {
    const [answer] = await clone.snapshots([question])
    if (isAssayError(answer)) throw answer
    return answer!
  }

  async function commitFiles(change: NewCommit): Promise<CommitReply> {
    const { branch, expected, parent, files, message } = change
    checkFileChanges(files)
    const paths = files.map(change => change.path)
    const entries = await clone.entries(parent, paths)
    checkPaths(paths, kindsOf(entries))
    const [before] = await server.commits([parent])
    const { tree, changed, objects } = changedTree(await foldersIn(git, before!.tree, entries), files)
    if (changed.length === 0) return { kind: 'empty' }
    const sealed = sealMessage(message, tree, files)
    const made = newCommit({ tree, parent, message: sealed }, committer, Date.now())
    await writeObjects(repository, [...objects, made])
    const commit = made.id
    server.keep({ commit, parent, objects: objects.map(({ id }) => id) })
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
}
