import type { App, Installation, InstallationToken, MadeApp } from './apps.ts'
import type { Deliver, Delivery } from './deliveries.ts'
import type { Grant, Role, UserToken } from './people.ts'
import type { CommentNote, CommitStatus, Deployment, Reaction } from './repositories.ts'
import type { SeenRequest } from './requests.ts'
import type { Artifact, Run, Storage } from './runs.ts'
import type { TokenRights } from './seed.ts'

/** What is kept here because the emulator behind keeps none of it. */
export interface World {
  upstream: Upstream
  /** The address of this GitHub. */
  url: string
  /** Its clock: milliseconds since the epoch. Keys and tokens live by that of the machine. */
  now(): number
  apps: App[]
  installations: Installation[]
  tokens: Map<string, InstallationToken>
  /** Who sits at the browser, and says no to Apps; undefined: who the address asks for. */
  browser: { login?: string; denies?: boolean }
  grants: Map<string, Grant>
  userTokens: Map<string, UserToken>
  refreshTokens: Map<string, UserToken>
  manifests: Map<string, MadeApp>
  deliver: Deliver
  /** All attempts, oldest first. */
  deliveries: Delivery[]
  /** What is under way. */
  pending: Set<Promise<unknown>>
  requests: SeenRequest[]
  runs: Run[]
  artifacts: Artifact[]
  storage: Storage
  /** Last known place of each branch and tag, `acme/model refs/heads/main`. */
  heads: Map<string, string>
  /** Numbers of the Apps that the npm package knows. */
  knownBehind: Set<number>
  /** What is being told of a repository's branches. */
  moving: Map<string, Promise<void>>
  /** Logins of all users and organisations. */
  accounts: string[]
  /** As GitHub shows them in payloads. */
  organisations: Map<string, object>
  /** Who is in which organisation. */
  members: Map<string, string[]>
  /** What somebody may do in a repository, `acme/model ada`, where it was said. */
  roles: Map<string, Role | 'none'>
  /** Numbers of accounts that took over a login which another one had. */
  accountsAnew: Map<string, number>
  /** A token behind with which the owner of an account acts. */
  ownersToken(login: string): string | undefined
  reactions: Reaction[]
  /** By their number. */
  comments: Map<number, CommentNote>
  /** Full names. */
  repositories: string[]
  /** What a fork was made from. */
  parents: Map<string, string>
  /** How many points an hour a token has, and how many comments, issues and checks a minute: GitHub lets 80 through. */
  hourly: number
  contentsPerMinute: number
  /** What was used in which hour. */
  hours: Map<string, { used: number; resetAt: number }>
  /** What is there, as GitHub shows it; undefined for a 404. */
  ask(method: string, path: string): Promise<unknown>
}

/** The emulator, and what is kept here because it keeps none. */
export interface Upstream {
  target: string
  statuses: CommitStatus[]
  tokens: Record<string, TokenRights & { login?: string }>
  deployments: Deployment[]
  /** Who made a check, by its number, and when it was written last. */
  checkApps: Map<number, { id: number; slug: string; at: string }>
  /** Full names of the private repositories. */
  private: Set<string>
  /** Apps and what belongs to them; without an App every token does, and nothing is told. */
  world?: World
}
