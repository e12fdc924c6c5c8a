import { createAppAuth } from '@octokit/auth-app'
import type { Octokit } from '@octokit/rest'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import type { AppAccess, ForgeApp } from '../connection.ts'
import type { Environment } from '../http/proxy.ts'
import type { Safety } from '../http/safe-calls.ts'
import { appAssertion } from './assertion.ts'
import { githubClient, type Tokens } from './client.ts'

export type Permissions = Readonly<Record<string, 'read' | 'write'>>

/** Where an app is installed: an account, with the permissions that its owner has granted. */
export interface Installation {
  id: number
  /** The number of the app. */
  appId: number
  permissions: Permissions
  /** Somebody has switched it off; it gets no tokens. */
  suspended: boolean
  /** The account that it writes as. */
  account?: string
  /** The name of the app in addresses, and what GraphQL calls that account. */
  slug?: string
}

/** An app at one server. One for a process: its tokens are kept, and made once for many calls. */
export interface GithubApp {
  /** A call as the app itself: about it, its webhook and what was delivered there. */
  asApp<T>(call: (client: Octokit, headers: { authorization: string }) => Promise<T>): Promise<T>
  /** All installations. */
  installations(): Promise<Installation[]>
  /** Names of the repositories that an installation has, `owner/name`. */
  repositories(installation: Installation): Promise<string[]>
  /** Undefined where the app is not installed there, or the repository is not there. */
  installationOf(repository: string): Promise<Installation | undefined>
  /**
   * Tokens with these permissions and no others, for one repository or for all of the installation. Asking for more than an installation has gives none at all.
   *
   * @param onToken told of each token before it is used
   */
  tokens(
    installation: Installation,
    scope: { repository?: string; permissions: Permissions },
    onToken?: (token: string) => void,
  ): Tokens
}

export interface AppOptions {
  apiUrl?: string | undefined
  env?: Environment
  safety?: Safety
  /** Told once where the clock of this machine and that of the server differ so much that the server's is used. */
  onSkew?: ((milliseconds: number) => void) | undefined
}

/** @throws AssayError from its functions: `DEPLOY_NO_TOKEN` for a key that is none; those of the forge */
export function githubApp(app: ForgeApp, { apiUrl, onSkew, safety, ...rest }: AppOptions = {}): GithubApp {
  let skew = 0
  const onDate = (at: number) => {
    const found = at - Date.now()
    skew = Math.abs(found) > CLOCKS_DIFFER ? found : 0
  }
  // It writes nothing but tokens, which nobody is told of: no account waits for those of others.
  const unpaced = { pace: async () => {}, ...safety }
  const client = githubClient({
    token: undefined,
    ...(apiUrl && { apiUrl }),
    onDate,
    safety: unpaced,
    ...rest,
  })
  const { request, log } = client
  const createJwt = async () => appAssertion(app, Date.now() + skew)
  const auth = createAppAuth({ appId: app.clientId, createJwt, request, log })

  /** Once more by the server's clock, where that turns out to be the reason for a refusal. */
  async function inTime<T>(call: () => Promise<T>): Promise<T> {
    const before = skew
    try {
      return await call()
    } catch (error) {
      if (!isAssayError(error, 'FORGE_UNAUTHORIZED') || Math.abs(skew - before) <= CLOCKS_DIFFER) throw error
      onSkew?.(skew)
      return call()
    }
  }
  const asApp: GithubApp['asApp'] = call =>
    inTime(async () => call(client, { authorization: `bearer ${await assertionOf(auth)}` }))

  return {
    asApp,
    async installations() {
      const route = client.rest.apps.listInstallations
      const found = await asApp((_, headers) => client.paginate(route, { per_page: 100, headers }))
      return found.map(installationIn)
    },
    async repositories({ id: installationId }) {
      const wanted = { type: 'installation' as const, installationId, permissions: { metadata: 'read' } }
      const { token } = await inTime(() => auth(wanted))
      const route = client.rest.apps.listReposAccessibleToInstallation
      const headers = { authorization: `token ${token}` }
      const found = await client.paginate(route, { per_page: 100, headers })
      return found.map(({ full_name }) => full_name)
    },
    async installationOf(repository) {
      const route = client.rest.apps.getRepoInstallation
      try {
        const { data } = await asApp((_, headers) => route({ ...partsOf(repository), headers }))
        return installationIn(data)
      } catch (error) {
        if (isAssayError(error, 'FORGE_NOT_FOUND')) return undefined
        throw error
      }
    },
    tokens(installation, { repository, permissions }, onToken) {
      const wanted = {
        type: 'installation' as const,
        installationId: installation.id,
        ...(repository !== undefined && { repositoryNames: [partsOf(repository).repo] }),
        permissions,
      }
      let last: string | undefined
      return async refused => {
        const refresh = refused !== undefined && refused === last
        const { token } = await inTime(() => auth({ ...wanted, refresh }))
        if (token !== last) onToken?.(token)
        last = token
        return token
      }
    },
  }
}

/**
 * Tokens of the app for one repository. The first is made at once, each further one when the last comes to its end: they live
 * for an hour, and a training may take six, a wait for a release two. They get what Assay needs there for reading or writing,
 * as far as the installation has it.
 * https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
 *
 * @param options.onToken told of each token before it is used
 * @throws AssayError `DEPLOY_NO_TOKEN` for a key that is none and an app that is not installed there; those of the forge
 */
export async function appTokens(
  app: ForgeApp,
  repository: string,
  access: AppAccess['right'],
  { onToken, ...options }: AppOptions & { onToken?: ((token: string) => void) | undefined } = {},
): Promise<Tokens> {
  const made = githubApp(app, options)
  const installation = await made.installationOf(repository)
  if (!installation)
    throw noToken(`the app ${app.clientId} is not installed on ${repository}`, 'install it there')
  const permissions = least(WANTED[access], installation.permissions)
  const tokens = made.tokens(installation, { repository, permissions }, onToken)
  await tokens()
  return tokens
}

// --- internal ---

/** Milliseconds that two clocks may differ before one is taken to be wrong. */
const CLOCKS_DIFFER = 30_000

const READ: Permissions = { contents: 'read', pull_requests: 'read', statuses: 'read', checks: 'read' }
const WANTED: Record<AppAccess['right'], Permissions> = {
  read: READ,
  write: {
    contents: 'write',
    pull_requests: 'write',
    statuses: 'write',
    checks: 'read',
    deployments: 'write',
    members: 'read',
  },
  tell: { ...READ, contents: 'write', pull_requests: 'write', issues: 'write', actions: 'write' },
}

/** What is wanted and granted. Asking for more than an installation has gives no token at all. */
function least(wanted: Permissions, granted: Permissions): Permissions {
  const both = Object.entries(wanted).flatMap(([name, level]) => {
    const has = granted[name]
    return has === undefined ? [] : [[name, has === 'read' ? 'read' : level] as const]
  })
  return Object.fromEntries(both)
}

function installationIn(data: {
  id: number
  app_id: number
  permissions: object
  suspended_at: string | null
  app_slug?: string
}): Installation {
  const { id, app_id: appId, permissions, app_slug: slug } = data
  return {
    id,
    appId,
    permissions: permissions as Permissions,
    suspended: data.suspended_at !== null,
    ...(slug && { account: `${slug}[bot]`, slug }),
  }
}

function partsOf(repository: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

/** Who the app says it is, signed with its key. */
async function assertionOf(auth: ReturnType<typeof createAppAuth>): Promise<string> {
  try {
    return (await auth({ type: 'app' })).token
  } catch {
    // What is wrong with it is not repeated: it is a secret.
    throw noToken(
      'the private key of the app is no key in PEM',
      'copy the whole file, with its first and last line',
    )
  }
}

function noToken(what: string, fix: string): AssayError {
  const title = 'The deploy repository cannot be reached'
  return new AssayError({ code: 'DEPLOY_NO_TOKEN', title, problems: [{ what, fix }] })
}
