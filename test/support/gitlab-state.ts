/** What the GitLab double keeps beside git. Plain data, so that the emulator can hand it out and take it back. */
export interface GitlabState {
  ids: number
  projects: Record<string, Project>
  /** Quick actions that a text has set off: `merge`, `close`… */
  executed: string[]
  /** Accounts by the addresses that commits have. */
  emails: Record<string, string>
  /** Addresses of commits, and whether GitLab itself made one for somebody. */
  commits: Record<string, { author?: string; committer?: string; signed?: boolean }>
  /** By the path of their group. */
  groupHooks: Record<string, Hook[]>
  /** Paths of projects and groups whose hooks the account may not see. */
  hidesHooks: string[]
  /** What accounts may do in every project. */
  levels: Record<string, number>
  administrators?: string[]
  /** Calls that are left in this minute, of a hundred; absent: nobody counts them. */
  callsLeft?: number
}

export interface Project {
  id: number
  mergeRequests: MergeRequest[]
  /** Absent: private. */
  visibility?: 'public' | 'private'
  statuses: Status[]
  deployments: Deployment[]
  environments: string[]
  pipelines: Pipeline[]
  issues: Issue[]
  /** When something last went on in it, as the server notes it; absent: long ago. */
  activeAt?: string
  hooks?: Hook[]
  /** Nobody may start a pipeline with variables, as in projects that are new since 17.7. */
  refusesVariables?: boolean
  /** Its branches are protected, and ask for this before they take a merge; `role`: the least that may merge. */
  asks?: { approvals?: number; owners?: boolean; role?: number; pipeline?: boolean }
}

/** What calls a server of somebody's, of a project or of a group. */
export interface Hook {
  url: string
  events: string[]
  status?: 'executable' | 'temporarily_disabled' | 'disabled'
  until?: string
}

export interface Issue {
  iid: number
  title: string
  description: string
  labels: string[]
  state: 'opened' | 'closed'
  author: string
}

export interface Pipeline {
  id: number
  sha: string
  ref: string
  source: string
  status: string
  /** When it was asked for. */
  at: string
  variables: { key: string; value: string }[]
  inputs: Record<string, unknown>
  jobs: Job[]
}

export interface Job {
  id: number
  name: string
  status: string
  /** The archive that it left, and its name, absent: as it is where nobody gave one. */
  artifacts?: Buffer
  archive?: string
}

export interface MergeRequest {
  id: number
  iid: number
  title: string
  description: string
  state: 'opened' | 'closed' | 'merged'
  source: string
  target: string
  sourceProject: number
  /** What it showed last: an open one follows its branch. */
  sha: string
  labels: string[]
  reviewers: string[]
  auto: boolean
  mergedAt?: string
  mergeCommit?: string
  /** Into one commit, which a fast-forward then takes as it is: the base has no other. */
  squash?: boolean
  /** Who opened it; absent: the bot. */
  author?: string
  /** When it changed last; absent: when the double was young. */
  updatedAt?: string
  notes: Note[]
}

export interface Note {
  id: number
  body: string
  author: string
  system: boolean
  /** When it was written; absent: when the double was young. */
  at?: string
  /** When it was edited; absent: never. */
  edited?: string
  /** Read by members alone. */
  internal?: boolean
  /** Names of what people put beside it. */
  awards?: string[]
}

export interface Status {
  id: number
  sha: string
  name: string
  state: string
  description: string | null
  url: string | null
}

interface Deployment {
  id: number
  environment: string
  sha: string
  ref: string
  status: string
}

/** Accounts by token: who it is and what it may. */
export const GITLAB_TOKENS: Record<string, { user: string; may: 'write' | 'read' | 'job' }> = {
  'glpat-bot_0123456789abcdef': { user: 'project_1_bot', may: 'write' },
  'glpat-readonly_0123456789a': { user: 'project_1_bot', may: 'read' },
  'glpat-maintainer_012345678': { user: 'maintainer', may: 'write' },
  'glpat-outsider_01234567890': { user: 'outsider', may: 'write' },
  'glcbt-64_job0123456789abcd': { user: 'maintainer', may: 'job' },
}

export const TOKEN = {
  bot: 'glpat-bot_0123456789abcdef',
  readOnly: 'glpat-readonly_0123456789a',
  maintainer: 'glpat-maintainer_012345678',
  outsider: 'glpat-outsider_01234567890',
  job: 'glcbt-64_job0123456789abcd',
} as const

/** What they may do in every project: 40 maintains it, 30 develops, 20 reports. Who is not here is no member. */
export const ACCESS_LEVELS: Record<string, number> = { project_1_bot: 30, maintainer: 40, octo: 20 }

/** Accounts, the bot first; a reviewer is asked by the number. */
export const USERS = ['project_1_bot', 'maintainer', 'outsider', 'octo']
