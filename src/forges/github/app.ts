import { createAppAuth } from '@octokit/auth-app'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import type { ForgeApp } from '../connection.ts'
import type { Environment } from '../http/proxy.ts'
import type { Safety } from '../http/safe-calls.ts'
import { githubClient, type Tokens } from './client.ts'

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
  access: 'read' | 'write',
  options: {
    apiUrl?: string | undefined
    env?: Environment
    safety?: Safety
    onToken?: ((token: string) => void) | undefined
  } = {},
): Promise<Tokens> {
  const { onToken, apiUrl, ...rest } = options
  const client = githubClient({ token: undefined, ...(apiUrl && { apiUrl }), ...rest })
  const { request, log } = client
  const auth = createAppAuth({ appId: app.clientId, privateKey: app.privateKey, request, log })
  const [owner = '', repo = ''] = repository.split('/')
  const headers = { authorization: `bearer ${await assertionOf(auth)}` }
  const { data: installation } = await client.rest.apps
    .getRepoInstallation({ owner, repo, headers })
    .catch((cause: unknown) => {
      if (!isAssayError(cause, 'FORGE_NOT_FOUND')) throw cause
      throw noToken(`the app ${app.clientId} is not installed on ${repository}`, 'install it there', cause)
    })
  const wanted = {
    type: 'installation' as const,
    installationId: installation.id,
    repositoryNames: [repo],
    permissions: least(WANTED[access], installation.permissions as Partial<Permissions>),
  }
  let last: string | undefined
  const tokens: Tokens = async refused => {
    const { token } = await auth({ ...wanted, refresh: refused !== undefined && refused === last })
    if (token !== last) onToken?.(token)
    last = token
    return token
  }
  await tokens()
  return tokens
}

// --- internal ---

type Permissions = Record<string, string>

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
function least(wanted: Permissions, granted: Partial<Permissions>): Permissions {
  const both = Object.entries(wanted).flatMap(([name, level]) => {
    const has = granted[name]
    return has === undefined ? [] : [[name, has === 'read' ? 'read' : level] as const]
  })
  return Object.fromEntries(both)
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

function noToken(what: string, fix: string, cause?: unknown): AssayError {
  const title = 'The deploy repository cannot be reached'
  return new AssayError({ code: 'DEPLOY_NO_TOKEN', title, problems: [{ what, fix }], cause })
}
