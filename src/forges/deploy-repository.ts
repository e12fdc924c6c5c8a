import type { BranchHead } from '../core/commit-seal.ts'
import type { FileChange } from '../core/file-changes.ts'
import type { PullRequests } from './pull-requests.ts'

/**
 * The repository that promotions are written into: branches, files, commits. Five primitives; what must be idempotent
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
  /** Absent where there are none, as on plain git: there a promotion is its branch, and a merge is `fastForward`. */
  readonly pullRequests?: PullRequests

  /** The last commits of branches, in the order asked for, seen at one moment; undefined for a branch that is not there. */
  readBranches(branches: readonly string[]): Promise<(BranchHead | undefined)[]>

  /**
   * Texts of files in a commit, in the order asked for; undefined for one that is not there.
   * @throws AssayError FILE_UNREADABLE for a link, a folder, a binary file, a Git LFS pointer
   */
  readFiles(commit: string, paths: readonly string[]): Promise<(string | undefined)[]>

  /** Paths of all files below a folder (`''`: all), sorted. A list that is cut short is an error. */
  listFiles(commit: string, folder: string): Promise<string[]>

  /** Makes one commit on `parent` and lets the branch point to it, if it still points to `expected`. */
  commitFiles(commit: NewCommit): Promise<CommitOutcome>

  /** Moves a branch ahead to a commit that descends from where it is; with `to: undefined`, deletes it. */
  moveBranch(move: BranchMove): Promise<MoveOutcome>
}

/** What a commit left of a file. */
export interface FileVersion {
  commit: string
  /** Milliseconds: when it was committed. */
  at: number
  /** Undefined where the commit removed it. */
  text: string | undefined
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

export type CommitOutcome =
  | { kind: 'committed'; commit: string }
  /** The parent holds all that already: there is no commit, and the branch is where it was. */
  | { kind: 'empty' }
  | Moved

export interface BranchMove {
  branch: string
  from: string
  to: string | undefined
}

export type MoveOutcome = { kind: 'done' } | Moved

/** Somebody was faster; nothing was written. `head` is where the branch is now. */
export interface Moved {
  kind: 'moved'
  head: string | undefined
}
