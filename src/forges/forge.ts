import type { ForgeDialect } from '../core/report/words/dialect.ts'

/**
 * Where repositories live. About ten primitives; everything idempotent (`ensureComment`, `publishReport`) is written
 * once above them.
 *
 * Promises of every implementation:
 * - Reads and idempotent writes are retried on 5xx, 429 and lost connections; creating calls are never repeated blindly.
 * - A response that is not what the API describes (HTML, missing id) is an error, never a success.
 * - Every call has a deadline. Errors are `AssayError`s that name the call and what to do; tokens are in no error.
 */
export interface Forge {
  readonly name: string
  readonly dialect: ForgeDialect

  /** The account behind the token, or undefined when the forge will not say. */
  whoAmI(): Promise<string | undefined>
  /** The account that the CI's own token writes as. Taken for ours only where `whoAmI` may not say. */
  readonly usualAuthor?: string

  /** All comments of a pull request, oldest first, over all pages. An incomplete listing is an error. */
  listComments(pullRequest: number): Promise<Comment[]>
  createComment(pullRequest: number, body: string): Promise<Comment>
  /** Returns undefined when the comment is gone. */
  updateComment(id: number, body: string): Promise<Comment | undefined>
  deleteComment(id: number): Promise<void>

  /** Opens a check on a commit. Returns undefined and no check where the token may not. */
  createCheck(check: NewCheck): Promise<Check | Refusal>
  updateCheck(id: number, check: CheckUpdate): Promise<void>
  /** The checks, of a name where one is given, that the same account has made on a commit; absent where the forge has none. */
  listChecks?(commit: string, name?: string): Promise<WrittenCheck[]>
  /** The smaller thing a token without check rights may still do. */
  setStatus(status: CommitStatus): Promise<undefined | Refusal>
  /** The last status of a name; there where it takes the place of checks, which the forge has none of. */
  statusAt?(commit: string, context: string): Promise<CommitStatus | undefined>

  /**
   * The open pull request whose head is exactly this commit of this branch (`owner:branch`, also of a fork). Undefined where
   * there is none or more than one.
   */
  findPullRequest(branch: { head: string; headSha: string }): Promise<FoundPullRequest | undefined>

  /** The pull requests with this head, oldest first: the checks of a commit are those of all of them. */
  pullsAt(headSha: string): Promise<PullRequestAt[]>

  /** The merged pull request that brought a commit to the default branch, where the forge knows one. */
  pullRequestOf(commit: string): Promise<number | undefined>

  /** A file's text at a commit or branch, undefined when it does not exist there. */
  readFile(path: string, ref: string): Promise<string | undefined>
}

export interface FoundPullRequest {
  number: number
  /** The branch that it wants to be merged into. */
  base: string
}

export interface PullRequestAt extends FoundPullRequest {
  isOpen: boolean
  /** Its branch lies in another repository, or in one that is gone. */
  fromFork: boolean
}

export interface Comment {
  id: number
  body: string
  author: string
  url: string
}

/** The token may not do this; `reason` says it in words a person can act on. */
export interface Refusal {
  refused: string
  /** The forge has no such thing: nothing that anybody should be told or could change. */
  usual?: boolean
}

export interface Check {
  id: number
  url: string
  /** The account that comments are written as with the same token, where the response tells. */
  author?: string
}

export type Conclusion = 'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped'

export interface NewCheck {
  name: string
  commit: string
  /** Same run, same check: lets a re-run find what it made. */
  externalId: string
  detailsUrl?: string
  /** Given: the check is complete as it is made. */
  conclusion?: Conclusion
  title: string
  summary: string
  /** At most 50, and only of a check that is complete. */
  annotations?: Annotation[]
}

/** A check as it stands there. */
export interface WrittenCheck extends Check {
  name: string
  externalId: string
  /** Absent while it runs. */
  conclusion?: string
  title: string
  summary: string
}

export interface CheckUpdate {
  /** Default: as it is. */
  externalId?: string
  conclusion: Conclusion
  title: string
  summary: string
  text?: string
  annotations?: Annotation[]
}

export interface Annotation {
  path: string
  line: number
  level: 'notice' | 'warning' | 'failure'
  message: string
  title: string
}

export interface CommitStatus {
  commit: string
  context: string
  state: 'pending' | 'success' | 'failure' | 'error'
  description: string
  url?: string
}

export function isRefusal(answer: object | undefined): answer is Refusal {
  return answer !== undefined && 'refused' in answer
}
