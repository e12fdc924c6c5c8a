/** What a forge shows of many repositories at once: enough to see whether there is something to look at. */
export interface SeenRepository {
  /** `owner/name`. */
  name: string
  /** The default branch; absent where nothing is in the repository. */
  head?: { branch: string; commit: string; at: number }
  /** Those of the files asked for that its head has. */
  files: ReadonlySet<string>
  /** Last changed first: the last twenty, or a hundred where all of those are new; or all that changed since `endedSince`. */
  pulls: SeenPull[]
  /** Names of the branches below the prefix that was asked for; `isCut`: there are more than are read. */
  branches: string[]
  isCut?: true
  /** Runs of the head of the default branch, where that is new; and those of pull requests, where the forge shows them beside these. */
  runs: SeenRun[]
}

export interface SeenPull {
  number: number
  state: 'open' | 'closed' | 'merged'
  /** Of a fork's it is the fork's own name. */
  branch: string
  isFork: boolean
  head: string
  /** The branch that it is for, and the marks of those by whose rules its verdicts are; or nobody can tell of many at once. */
  base?: string
  judgedFor?: readonly string[] | 'unknown'
  /** When something was last written in it, in milliseconds. Checks that end are no such thing. */
  changedAt: number
  /** How its checks stand, in the forge's words; absent where there are none or nobody may ask. */
  checks?: string
  /** The last ones, where the pull request is new enough for them to matter. */
  written: SeenWritten[]
  /** Runs of its head, likewise. */
  runs: SeenRun[]
}

/** What somebody wrote: its text is data. */
export interface SeenWritten {
  writtenAs: 'comment' | 'review'
  id: number
  at: number
  body: string
  author: 'person' | 'own' | 'other'
}

/** A run of the forge's CI that has ended. */
export interface SeenRun {
  id: number
  /** When it ended, in milliseconds. */
  endedAt: number
  /** A check of ours was written after it; false where the forge has none. */
  isReported: boolean
  /** It ran in the repository of a fork. */
  isElsewhere?: true
}

export interface SurveyQuestion {
  /** Files of the default branch. */
  files: readonly string[]
  /** `assay/retrain-`: branches that begin so are listed. */
  prefix: string
  /** Milliseconds since the epoch: what was written in a repository before, and what ended before, is not asked about. */
  writtenSince(repository: string): number
  endedSince: number
}

export interface Survey {
  repositories: SeenRepository[]
  /** Names of those that could not be seen. */
  unseen: string[]
}
