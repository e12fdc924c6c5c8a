import type { Commenter, Right } from '../core/chatops/rights.ts'
import { isAssayError } from '../core/errors/errors.ts'
import { inWords } from './forge-error.ts'

/** People of a repository, and what they write in its pull requests. */
export interface People {
  /** What somebody may do here. What cannot be found out is `unknown`, never a right. */
  rightOf(who: Commenter): Promise<Right>
  /** Whether somebody is in a team, `organisation/team`; or why nobody can tell. */
  isMember(team: string, who: Commenter): Promise<boolean | { why: string }>
  /** A comment as it stands now; undefined where it is gone. */
  written(writtenAs: WrittenAs, pullRequest: number, id: number): Promise<Written | undefined>
  /** Undefined where the number is no pull request. */
  pullRequest(number: number): Promise<SeenPullRequest | undefined>
  /** Ids of whoever opened a pull request, and has written or committed a commit of it; or why nobody can tell. */
  makersOf(number: number): Promise<number[] | { why: string }>
  /** A sign beside a comment; twice is as once. Forges that have none there leave it out. */
  react(writtenAs: WrittenAs, pullRequest: number, id: number, sign: Sign): Promise<void>
}

/** Below a pull request, or the text of a review. Their ids are counted apart. */
export type WrittenAs = 'comment' | 'review'

export type Sign = 'done' | 'refused' | 'not_understood'

export interface Written {
  id: number
  body: string
  author: { id: number; login: string; isPerson: boolean }
  /** Milliseconds since the epoch. */
  created: number
  /** Whether it says another thing than at first; `unknown` where the forge does not tell. */
  edited: boolean | 'unknown'
}

export interface SeenPullRequest {
  state: 'open' | 'closed' | 'merged'
  /** The commit that it became on the base. */
  mergeCommit?: string
  base: string
  head: string
  branch: string
  /** From another repository, or from one that is gone. */
  isFork: boolean
}

/** What is asked, or why it cannot be found out: whoever decides by it refuses. */
export async function orUnknown<T>(
  what: string,
  ask: () => Promise<T>,
): Promise<T | { kind: 'unknown'; why: string }> {
  try {
    return await ask()
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { kind: 'unknown', why: `${what} could not be asked: ${inWords(error)}` }
  }
}
