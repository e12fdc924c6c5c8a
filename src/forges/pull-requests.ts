/** Pull requests of a deploy repository, from branches of the repository itself: one from a fork is never taken for ours. */
export interface PullRequests {
  /** Pull requests from a branch into a base: the open one, and the last 50 that were closed or merged, newest first. */
  ofBranch(branch: string, base: string): Promise<BranchPullRequests>

  /** @returns undefined where there is an open one already */
  create(pullRequest: NewPullRequest): Promise<PullRequestState | undefined>

  /** @returns where the head was by then, so that the caller sees whether the text still fits it */
  update(number: number, text: PullRequestText): Promise<PullRequestState>

  addLabels(number: number, labels: readonly string[]): Promise<void>

  /** People, and teams as `organisation/team`. */
  requestReviewers(number: number, reviewers: readonly string[]): Promise<void>

  /** Closes it unmerged; twice is as once. */
  close(number: number): Promise<void>

  /**
   * Merges exactly this head; twice is as once. `whenChecksPass`: where checks are still running, has the forge merge it by
   * itself once they pass, if it can.
   */
  merge(
    number: number,
    head: string,
    options?: { method?: MergeMethod; whenChecksPass?: boolean },
  ): Promise<MergeReply>

  /**
   * What the rules of a branch ask for before they let this account merge into it; absent where the forge tells none.
   *
   * @throws AssayError where the account may not read them, and those of the forge
   */
  mergeRules?(base: string): Promise<MergeRules>
}

export interface MergeRules {
  /** What only a person can give, e.g. `1 approving review`. None: it merges once its checks pass. */
  asks: string[]
  /** Names of checks that have to pass. */
  checks: string[]
}

export interface PullRequestText {
  title: string
  body: string
}

export interface NewPullRequest extends PullRequestText {
  branch: string
  base: string
}

export interface PullRequestState {
  number: number
  url: string
  head: string
}

export interface PullRequest extends PullRequestState, PullRequestText {
  state: 'open' | 'closed' | 'merged'
  /** When it was opened, in milliseconds, where the forge tells. */
  openedAt?: number
  /** When it was merged, in milliseconds, and the commit that it became on the base. */
  mergedAt?: number
  mergeCommit?: string
  /** Login of whoever merged it, where the forge tells. */
  mergedBy?: string
  labels: string[]
  /** Who was asked to review or has reviewed; teams as `organisation/team`. */
  reviewers: string[]
  /** All statuses and checks of the head in one: `none` where there are none. */
  checks: 'success' | 'failure' | 'pending' | 'none'
  /** Our own status on the head; absent where the listing does not tell. */
  status?: { state: string; description: string } | 'none'
}

/** Nobody can do anything about its labels, reviewers and checks any more, so they are not asked for. */
export type ClosedPullRequest = Omit<PullRequest, 'labels' | 'reviewers' | 'checks' | 'status'>

export interface BranchPullRequests {
  open: PullRequest | undefined
  closed: ClosedPullRequest[]
}

export type MergeMethod = 'merge' | 'squash' | 'rebase'

export type MergeReply =
  | { kind: 'merged'; commit?: string }
  /** The forge merges it by itself once its checks pass. */
  | { kind: 'scheduled' }
  /** The forge will not (yet): checks, approvals, conflicts or another head. */
  | { kind: 'refused'; reason: string }
