import { generateKeyPairSync } from 'node:crypto'
import type { Upstream } from '../github-gaps.ts'
import type { Artifact, Storage } from './actions/artifacts.ts'
import type { Run } from './actions/runs.ts'
import type { Permissions } from './apps/access.ts'
import type { MadeApp } from './apps/manifests.ts'
import type { Grant, UserToken } from './apps/oauth.ts'
import type { CommentNote } from './dress.ts'
import type { Deliver, Delivery } from './hooks/deliveries.ts'
import type { Role } from './people.ts'
import type { Reaction } from './pulls/reactions.ts'
import type { SeenRequest } from './traffic.ts'

/** An App and where it is installed, at the start. */
export interface AppSeed {
  id: number
  slug: string
  name?: string
  /** What newer Apps sign as; the id does as well. */
  clientId?: string
  clientSecret?: string
  /** Where people come back to after they have signed in; anywhere, where none is given. */
  callbacks?: string[]
  permissions: Permissions
  /** Names of events that it hears of. */
  events: string[]
  /** PEM; the emulator makes one for those that bring none. */
  privateKey?: string
  hook?: Hook
  installations: InstallationSeed[]
}

export interface InstallationSeed {
  id: number
  /** A user or an organisation. */
  account: string
  /** Names of repositories; all of the account by default. */
  repositories?: string[]
  /** What was accepted there, where it is not all that the App asks for. */
  permissions?: Permissions
  suspended?: boolean
}

export interface Hook {
  url: string
  secret: string
}

export interface App extends Required<Omit<AppSeed, 'hook' | 'installations'>> {
  hook?: Hook
}

export interface Installation {
  id: number
  app: App
  account: string
  repositories: string[] | 'all'
  permissions: Permissions
  suspendedAt?: string
}

export interface InstallationToken {
  installation: Installation
  permissions: Permissions
  /** Full names; all that the installation has where undefined. */
  repositories: string[] | undefined
  /** Milliseconds. */
  expiresAt: number
}

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

/** The App of a seed with all its parts. */
export function appOf({ installations: _, ...seed }: AppSeed): App {
  return {
    name: seed.slug,
    clientId: `Iv23${seed.slug.replaceAll('-', '')}`,
    clientSecret: `secret-of-${seed.slug}`,
    callbacks: [],
    privateKey: sharedKey(),
    ...seed,
  }
}

export function installationOf(app: App, seed: InstallationSeed): Installation {
  return {
    id: seed.id,
    app,
    account: seed.account,
    repositories: seed.repositories?.map(name => `${seed.account}/${name}`) ?? 'all',
    permissions: { metadata: 'read', ...(seed.permissions ?? app.permissions) },
    ...(seed.suspended && { suspendedAt: new Date().toISOString() }),
  }
}

/** Whether an installation is there for a repository. */
export function covers({ account, repositories }: Installation, repository: string): boolean {
  return repositories === 'all' ? repository.split('/')[0] === account : repositories.includes(repository)
}

/** Made once a process: it takes a tenth of a second. */
export function sharedKey(): string {
  key ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string
  return key
}

// --- internal ---

let key: string | undefined
