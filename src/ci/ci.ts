import type { ForgeName } from '../forges/index.ts'

/** What the CI says about this run, read from its environment once. All absent on a laptop. */
export interface CiFacts {
  name: string
  /** Which forge the repository lives on, where the CI tells. */
  forge?: ForgeName
  /** `owner/name` on the forge. */
  repository?: string
  /** Base of the forge's API and of its web pages. */
  apiUrl?: string
  serverUrl?: string
  pullRequest?: number
  /** The pull request's own head commit, where checks and statuses belong (not a merge commit made for testing). */
  headSha?: string
  /** The commit that the CI itself made of that head and the target, for this run to build. */
  mergeSha?: string
  /** A commit that the CI names for this run too, where it is neither checked out nor merged into what is. */
  otherSha?: string
  /** `owner:branch` that a finished run was for, where the CI does not say which pull request that is. */
  head?: string
  /** Branch the pull request wants to merge into, and its tip as the CI knows it. */
  baseRef?: string
  baseSha?: string
  /** Branch that a pull request comes from; of a fork it may be called anything. */
  headBranch?: string
  /** Branch that was pushed, when this is no pull request. */
  branch?: string
  defaultBranch?: string
  /** Who started the run, as the CI calls them. */
  actor?: string
  runUrl?: string
  /** What the job runs in, `name@sha256:…`. A tag can be moved and is left out: it would name another image later. */
  image?: string
  /** `<run id>.<attempt>`, both whole numbers: a larger one is newer. */
  runOrder?: string
  /** The pull request comes from a fork, or from a bot whose token is read-only; or the CI does not say that it does not. */
  fromFork?: boolean
  /** The CI itself gives the run of a fork a token that only reads, and what posts for forks there runs none of their code. */
  forkTokenReadsOnly?: boolean
  /** What has the commit checked out that the run is about, for whoever set the job up. */
  checkoutFix?: string
  /** File that a job summary is appended to, and its size limit in bytes. */
  summaryFile?: string
}

/** Facts as a CI must give them: what it leaves out here, some rule would take to be as on another CI. */
export type ReadFacts = CiFacts & Required<Pick<CiFacts, 'forkTokenReadsOnly' | 'checkoutFix'>>

/** That of the process, which the faces hand in, or a literal in a test. */
export type Environment = Readonly<Record<string, string | undefined>>
