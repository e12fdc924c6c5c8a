import { sign } from 'node:crypto'
import { AssayError } from '../core/errors.ts'
import { githubClient } from './github-client.ts'
import type { Environment } from './proxy.ts'
import type { Safety } from './safe-calls.ts'

/** A GitHub App: its client id (or app id) and a private key of it. */
export interface GithubApp {
  clientId: string
  /** PEM; line ends may be written `\n`, as in variables of one line. */
  privateKey: string
}

/**
 * A token of the app for one repository, made now: it lives for an hour, and a training may take six. It gets what Assay needs
 * there for reading or writing, as far as the installation has it.
 * https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
 *
 * @throws AssayError `DEPLOY_NO_TOKEN` for a key that is none and an app that is not installed there; those of the forge
 */
export async function installationToken(
  app: GithubApp,
  repository: string,
  access: 'read' | 'write',
  options: { apiUrl?: string | undefined; env?: Environment; safety?: Safety; now?: () => number } = {},
): Promise<string> {
  const { now = Date.now, apiUrl, ...rest } = options
  const client = githubClient({ token: assertionOf(app, now()), ...(apiUrl && { apiUrl }), ...rest })
  const [owner = '', repo = ''] = repository.split('/')
  const { data: installation } = await client.rest.apps
    .getRepoInstallation({ owner, repo })
    .catch((cause: unknown) => {
      if (!(cause instanceof AssayError) || cause.code !== 'FORGE_NOT_FOUND') throw cause
      throw noToken(`the app ${app.clientId} is not installed on ${repository}`, 'install it there', cause)
    })
  const { data } = await client.rest.apps.createInstallationAccessToken({
    installation_id: installation.id,
    repositories: [repo],
    permissions: least(WANTED[access], installation.permissions as Permissions),
  })
  return data.token
}

// --- internal ---

type Permissions = Record<string, string | undefined>

const READ = { contents: 'read', pull_requests: 'read', statuses: 'read', checks: 'read' }
const WANTED: Record<'read' | 'write', Permissions> = {
  read: READ,
  write: {
    contents: 'write',
    pull_requests: 'write',
    statuses: 'write',
    checks: 'read',
    deployments: 'write',
    members: 'read',
  },
}

/** What is wanted and granted. Asking for more than an installation has gives no token at all. */
function least(wanted: Permissions, granted: Permissions): Permissions {
  const both = Object.entries(wanted).flatMap(([name, level]) => {
    const has = granted[name]
    return has === undefined ? [] : [[name, has === 'read' ? 'read' : level] as const]
  })
  return Object.fromEntries(both)
}

/**
 * Who the app says it is: a JSON web token, RS256 (RFC 7519), which GitHub takes for ten minutes at most. It begins a minute
 * ago, for clocks differ.
 */
function assertionOf({ clientId, privateKey }: GithubApp, now: number): string {
  const seconds = Math.floor(now / 1000)
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iat: seconds - 60, exp: seconds + 540, iss: clientId },
  ].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
  try {
    const signature = sign('RSA-SHA256', Buffer.from(parts.join('.')), privateKey.replaceAll('\\n', '\n'))
    return [...parts, signature.toString('base64url')].join('.')
  } catch {
    // What is wrong with it is not repeated: it is a secret.
    throw noToken(
      'the private key of the app is no key in PEM',
      'copy the whole file, with its first and last line',
    )
  }
}

function noToken(what: string, fix: string, cause?: unknown): AssayError {
  const title = 'The deploy repository cannot be reached'
  return new AssayError({ code: 'DEPLOY_NO_TOKEN', title, problems: [{ what, fix }], cause })
}
