import type { AppSeed } from './apps.ts'
import type { Role } from './people.ts'

/** Who and what is there at the start. Every token belongs to one of the users. */
export interface GithubSeed {
  users: { login: string; name?: string; email?: string }[]
  organisations?: OrganisationSeed[]
  repositories: RepositorySeed[]
  tokens: Record<string, TokenRights & { login: string }>
  /** GitHub Apps. With one, tokens that are unknown are refused, and what private repositories hold is seen by few. */
  apps?: AppSeed[]
}

export interface OrganisationSeed {
  login: string
  name: string
  /** They may do everything in its repositories. */
  members: string[]
  /** Members of teams by the team's name. Needs an App. */
  teams?: Record<string, string[]>
}

export interface RepositorySeed {
  owner: string
  name: string
  description?: string
  auto_init: boolean
  private?: boolean
  default_branch?: string
  /** Full name of what it was forked from: all its commits are there. Needs an App. */
  forkOf?: string
  /** What people may do there who are neither its owner nor a member of the organisation. Needs an App. */
  people?: Record<string, Role>
}

/** What a token may do besides reading and writing: the emulator itself lets every token do everything. */
export interface TokenRights {
  /** It is an app's: only such write checks, and none may ask who it is. */
  app?: string
  appId?: number
  /** It only reads, as in a pull request from a fork. */
  readOnly?: boolean
  /** An app's without `checks: write`. */
  noChecks?: boolean
}
