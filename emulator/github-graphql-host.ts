// biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
export type Rest = (method: string, path: string, body?: unknown) => Promise<any>

/** Undefined for a 404; throws for another failure. */
export interface GraphqlHost {
  rest: Rest
  repository: string
  /** What the one who asks may do there; `hidden`: not even see it. */
  may(permission: string, level: 'read' | 'write'): 'yes' | 'no' | 'hidden'
  /** The pull requests from a branch, as they are now. */
  pulls(branch?: string): Promise<HostPull[]>
  /** Runs of workflows for a commit, the newest first. */
  runs(sha: string): { id: number; event: string; status: string; updatedAt: string }[]
  checks(sha: string): Promise<{ app: number; completedAt: string | null; externalId: string | null }[]>
  /** One after the other. */
  alone<T>(work: () => Promise<T>): Promise<T>
  readonly merging: MergeRules
  readonly statuses: {
    sha: string
    state: string
    context: string
    description?: string
    created_at?: string
  }[]
}

export interface HostPull {
  number: number
  html_url: string
  title: string
  body: string | null
  state: string
  merged: boolean
  created_at: string
  updated_at: string
  merged_at?: string | null
  merge_commit_sha?: string | null
  merged_by?: unknown
  head: { ref: string; sha: string; repo: { full_name: string } | null }
  base: { ref: string }
  requested_reviewers: { login: string }[]
  labels: { name: string }[]
}

export type MergeWay = 'merge' | 'squash' | 'rebase'

export interface MergeRules {
  /** Ways to merge that the repository allows. */
  ways: MergeWay[]
  /** "Automatically delete head branches". */
  deletesBranches: boolean
  /** When they happen, where not now. */
  at?: string
  /** What a branch asks for before it takes a merge. */
  asked?: AskedRules
}

/** By the protection of the branch or by a ruleset. https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository */
export interface AskedRules {
  by: 'protection' | 'ruleset'
  reviews?: number
  codeOwners?: boolean
  checks?: string[]
  /** Whoever asks is one of those who may bypass the ruleset. */
  bypassed?: boolean
}
