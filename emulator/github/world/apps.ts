import { generateKeyPairSync } from 'node:crypto'
import type { Permissions } from '../apps/access.ts'

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

/** An App whose secrets nobody has fetched yet. */
export interface MadeApp {
  app: App
  /** Milliseconds: an hour after it was made. */
  until: number
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
