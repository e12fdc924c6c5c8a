import type { AssayError } from '../core/errors/errors.ts'
import type { BranchHead } from '../core/git/commit-seal.ts'
import type { FileChange } from '../core/git/file-changes.ts'
import type { BranchPullRequests, PullRequests } from './pull-requests.ts'

/**
 * The repository that promotions are written into: branches, files, commits. Nine primitives; what must be idempotent
 * (`ensureBranch`, `ensurePullRequest`) is written once above them.
 *
 * Promises of every implementation:
 * - A branch moves only from the commit that the caller has seen to the one it asks for, or not at all: never over somebody's
 *   commit, never half. Where the answer is lost, the branch is looked at before anything is said.
 * - A commit holds exactly its parent's files with the changes, keeps executable bits and goes through no link.
 * - Cost does not depend on the size of the repository where the forge has an API.
 * - Errors are `AssayError`s that name the call and hold no token.
 */
export interface DeployRepository {
  readonly name: string
  /** Absent where there are none, as on plain git: there a promotion is its branch, and a merge is `moveBranch`. */
  readonly pullRequests?: PullRequests

  /** The last commits of branches, by name, seen at one moment; undefined for a branch that is not there. */
  readBranches(branches: readonly string[]): Promise<ReadonlyMap<string, BranchHead | undefined>>

  /**
   * Texts of files in a commit, by path; undefined for one that is not there.
   * @throws AssayError FILE_UNREADABLE for a link, a folder, a binary file, a Git LFS pointer
   */
  readFiles(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>

  /** Paths of all files below a folder (`''`: all), sorted. A list that is cut short is an error. */
  listFiles(commit: string, folder: string): Promise<string[]>

  /** The branch's last commit and a file in it, seen at one moment; undefined where there is no such branch. */
  readHead(branch: string, path: string): Promise<{ head: BranchHead; text: string | undefined } | undefined>

  /**
   * Versions of files up to a commit, by path, newest first, one for each commit that changed or removed the file, at most
   * `most` of each.
   */
  fileHistory(
    commit: string,
    paths: readonly string[],
    most: number,
  ): Promise<ReadonlyMap<string, readonly FileVersion[]>>

  /**
   * `FileVersion.live` of a commit, where the forge tells it in a call of its own; absent where `snapshot` and `fileHistory` tell it
   * or the forge keeps no statuses.
   */
  readLive?(commit: string): Promise<FileVersion['live']>

  /** Whether `commit` is `ancestor` or comes after it; false also where one of them is not there. */
  contains(commit: string, ancestor: string): Promise<boolean>

  /** All that `takeSnapshot` asks, in one call; absent where the forge has no such call. */
  snapshot?<B extends AskedBranch>(question: Question<B>): Promise<Snapshot<B>>

  /**
   * The same of many questions about one base at one commit, in as few calls as the forge takes; absent where it takes one at a
   * time. Where files of a question cannot be read, its answer is the error. Answers may be of different moments: each says where
   * the base was.
   */
  snapshots?<B extends AskedBranch>(questions: readonly Question<B>[]): Promise<(Snapshot<B> | AssayError)[]>

  /** How many calls the forge still takes, by its last answers; absent where it tells none. `until`: milliseconds. */
  callsLeft?(): { left: number; limit: number; until: number } | undefined

  /** Names of branches that begin so. */
  listBranches(prefix: string): Promise<string[]>

  /** Makes one commit on `parent` and lets the branch point to it, if it still points to `expected`. */
  commitFiles(commit: NewCommit): Promise<CommitReply>

  /**
   * Moves a branch ahead to a commit that descends from where it is; with `to: undefined`, deletes it; with `from: undefined`, makes
   * it at a commit that is there. Of two who make one at the same commit, both may be told that it is done.
   */
  moveBranch(move: BranchMove): Promise<MoveReply>
}

/** What one decision about a model needs to know of a deploy repository. */
export interface Question<B extends AskedBranch = AskedBranch> {
  /** The branch that promotions are for, and the commit of it that files and histories are read at. */
  base: string
  commit: string
  /** Branches of promotions. */
  branches: readonly B[]
  files: readonly string[]
  /** Files whose last versions are wanted. */
  histories: readonly string[]
}

/** A branch with a file to read at its head, and whatever else the caller knows of it. */
export interface AskedBranch {
  name: string
  file: string
  /** Of its pull requests only the open one is wanted. */
  withoutClosed?: true
  /** Files that will be asked for in the commit that its last one was made on: read along where that costs no call. */
  before?: readonly string[]
}

export interface Snapshot<B extends AskedBranch = AskedBranch> {
  /** Where the base is by now: another commit than that of the question means that somebody was there meanwhile. */
  base: BranchHead | undefined
  /** Each that was asked for, with what was seen. */
  branches: (B & SeenBranch)[]
  /** Texts by path; undefined for a file that is not there. */
  files: ReadonlyMap<string, string | undefined>
  /** Versions by path, newest first. */
  histories: ReadonlyMap<string, readonly FileVersion[]>
}

export interface SeenBranch {
  head: BranchHead | undefined
  /** The file at the head; absent also where it is no text. */
  text: string | undefined
  pulls: BranchPullRequests
}

/** What was written down about a release in the cluster. `unknown`: it was asked, and it was not live; `not_watched`: nobody can ask. */
export interface KnownHealth {
  health: 'healthy' | 'degraded' | 'unknown' | 'not_watched'
  healthySince?: number
  /** Why it is not healthy, as it was written. */
  why?: string
}

/** A file as a commit left it. */
export interface FileVersion {
  commit: string
  /** When it was committed, in milliseconds. Where a merge brought it, the merge may be later: see `PullRequest.mergedAt`. */
  at: number
  /** Absent: the commit removed the file, or left what is no text. */
  text: string | undefined
  /** Name of the commit's author, as the commit says: anybody can write any. */
  author?: string
  /** What the status `assay/live` of the commit says, where the forge keeps statuses and can tell them here: see `readLive`. */
  live?: KnownHealth
}

export interface NewCommit {
  branch: string
  /** Where the branch must still be; undefined: it must not exist. */
  expected: string | undefined
  /** The commit that this one is made on. */
  parent: string
  files: readonly FileChange[]
  /** Without its seal, which is added. It names no author: forges sign the commits of an app only then. */
  message: string
}

export type CommitReply =
  | { kind: 'committed'; commit: string }
  /** The parent holds all that already: there is no commit, and the branch is where it was. */
  | { kind: 'empty' }
  | Moved

export interface BranchMove {
  branch: string
  from: string | undefined
  to: string | undefined
}

export type MoveReply = { kind: 'done' } | Moved

/** Somebody was faster; nothing was written. `head` is where the branch is now. */
export interface Moved {
  kind: 'moved'
  head: string | undefined
}
