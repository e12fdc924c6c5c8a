import type { CiFacts } from '../src/ci/ci.ts'
import type { DeployAccess } from '../src/commands/context.ts'
import { COMMANDS } from '../src/commands/index.ts'
import { AssayError, isAssayError, type Problem } from '../src/core/errors/errors.ts'
import type { DeployAddress } from '../src/core/secrets/deploy-address.ts'
import { showsKey, whyNoToken, whyNotThere } from '../src/core/secrets/token-use.ts'
import type { PlainGit } from '../src/forges/git/deploy-repository.ts'
import type { Tokens } from '../src/forges/github/client.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a face was given beside the environment. */
export interface GivenTokens {
  token?: string
  deployToken?: string
  /** A GitHub App whose token is made when it is needed. */
  app?: { clientId: string; privateKey: string }
  /** The command that runs: some only read. */
  command?: string
  /** Told of each token that is made, before it is used. */
  onToken?: (token: string) => void
}

/**
 * The way to deploy repositories: by the forge's API where the run has a forge and a token for it, else by git itself. The
 * token of the run reaches its own repository only, hence ASSAY_DEPLOY_TOKEN for another one. Whether the run may use a token
 * at all is decided before anything else.
 */
export function deployConnector(
  env: Environment,
  ci: CiFacts,
  given: GivenTokens = {},
): (address: DeployAddress) => Promise<DeployAccess> {
  return async address => {
    const refused = whyNoToken(ci, address.namedBy)
    // A variable that is protected or not set may also be there and empty.
    const own = refused === undefined ? given.deployToken || env.ASSAY_DEPLOY_TOKEN : undefined
    if (address.kind === 'git') {
      if (refused !== undefined && showsKey(address.url)) throw noToken(address.url, refused)
      return openGit(address, env, ci, refused, own)
    }
    if (refused !== undefined) throw noToken(address.repository, refused)
    const usual =
      ci.forge === 'gitlab' ? env.GITLAB_TOKEN || env.CI_JOB_TOKEN : env.GITHUB_TOKEN || env.GH_TOKEN
    const { repository } = address
    const app = own || ci.forge === 'gitlab' ? undefined : await minted(repository, env, ci, given)
    if (app) return openGithub(repository, app, env, ci)
    const token = own || given.token || env.ASSAY_TOKEN || usual
    if (!token) throw noToken(repository)
    return ci.forge === 'gitlab'
      ? openGitlab(repository, token, env, ci)
      : openGithub(repository, token, env, ci)
  }
}

// --- internal ---

/** Tokens of the app, the first made now. Undefined where there is none. */
async function minted(
  repository: string,
  env: Environment,
  ci: CiFacts,
  { app, command = '', onToken }: GivenTokens,
): Promise<Tokens | undefined> {
  const clientId = app?.clientId || env.ASSAY_DEPLOY_CLIENT_ID
  const privateKey = app?.privateKey || env.ASSAY_DEPLOY_PRIVATE_KEY
  if (!clientId && !privateKey) return undefined
  if (!clientId || !privateKey)
    throw unreachable([
      {
        what: `of the app there is only ${clientId ? 'the client id' : 'the private key'}`,
        fix: 'set both: `deploy-client-id` and `deploy-private-key` in the action, ASSAY_DEPLOY_CLIENT_ID and ASSAY_DEPLOY_PRIVATE_KEY elsewhere',
      },
    ])
  const { appTokens } = await import('../src/forges/github/app.ts')
  // A pull request releases nothing: it looks up what serves.
  const reads = COMMANDS[command]?.deploy === 'reads' || (command === 'run' && ci.pullRequest !== undefined)
  const options = { apiUrl: ci.apiUrl, env, onToken }
  return appTokens({ clientId, privateKey }, repository, reads ? 'read' : 'write', options)
}

async function openGithub(
  repository: string,
  token: string | Tokens,
  env: Environment,
  ci: CiFacts,
): Promise<DeployAccess> {
  const [{ githubClient }, { githubForge }, { githubDeployRepository }, { githubDeployments }] =
    await Promise.all([
      import('../src/forges/github/client.ts'),
      import('../src/forges/github/forge.ts'),
      import('../src/forges/github/deploy-repository.ts'),
      import('../src/forges/github/deployments.ts'),
    ])
  const client = githubClient({ token, apiUrl: ci.apiUrl, env })
  return {
    repository: githubDeployRepository(client, repository),
    forge: githubForge(client, repository),
    deployments: githubDeployments(client, repository),
    webUrl: `${ci.serverUrl ?? 'https://github.com'}/${repository}`,
    close: async () => {},
  }
}

async function openGitlab(
  repository: string,
  token: string,
  env: Environment,
  ci: CiFacts,
): Promise<DeployAccess> {
  const [{ gitlabClient }, { gitlabForge }, { gitlabDeployRepository }, { gitlabDeployments }] =
    await Promise.all([
      import('../src/forges/gitlab/client.ts'),
      import('../src/forges/gitlab/forge.ts'),
      import('../src/forges/gitlab/deploy-repository.ts'),
      import('../src/forges/gitlab/deployments.ts'),
    ])
  const kind = token === env.CI_JOB_TOKEN ? 'job' : undefined
  const client = gitlabClient({ token, kind, apiUrl: ci.apiUrl, env })
  return {
    repository: gitlabDeployRepository(client, repository),
    forge: gitlabForge(client, repository),
    deployments: gitlabDeployments(client, repository),
    ...(ci.serverUrl !== undefined && { webUrl: `${ci.serverUrl}/${repository}` }),
    close: async () => {},
  }
}

/**
 * With ssh and files the machine's own git settings count, and with web addresses that get no token. Of those that a run
 * must use no token for, not even these: a helper that gives its password to anybody is a token too, and so is a key.
 */
async function openGit(
  address: DeployAddress & { kind: 'git' },
  env: Environment,
  ci: CiFacts,
  refused: string | undefined,
  token: string | undefined,
): Promise<DeployAccess> {
  const { openPlainGit } = await import('../src/forges/git/deploy-repository.ts')
  const { url } = address
  const isWeb = /^https?:/i.test(url)
  if (!isWeb) return withClose(await openPlainGit({ url, env }))
  const elsewhere = token ? whyNotThere(ci, address, env.ASSAY_DEPLOY_HOST) : undefined
  const why =
    refused === undefined
      ? elsewhere && { what: `the token is not sent to ${url}: ${elsewhere.what}`, fix: elsewhere.fix }
      : { what: `there is no token for ${url}: ${refused}` }
  const repository = await openPlainGit({
    url,
    env,
    ...(token && !why && { token }),
    ...(refused !== undefined && { anonymous: true }),
  })
  const webUrl = url.replace(/(\.git)?\/*$/, '')
  return { ...withClose(why ? explained(repository, why) : repository), webUrl }
}

function withClose(repository: PlainGit): DeployAccess {
  return { repository, close: () => repository.close() }
}

/** Where git fails without the token, the reason for that comes first: git's own words only say that it asked in vain. */
function explained(repository: PlainGit, why: Problem): PlainGit {
  const entries = Object.entries(repository).map(([name, value]) => [
    name,
    typeof value === 'function' ? (...given: unknown[]) => told(() => value(...given), why) : value,
  ])
  return Object.fromEntries(entries) as PlainGit
}

async function told(work: () => unknown, why: Problem): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (!isAssayError(error, 'GIT_FAILED')) throw error
    throw unreachable([why, ...error.problems], error)
  }
}

function unreachable(problems: Problem[], cause?: unknown): AssayError {
  const title = 'The deploy repository cannot be reached'
  return new AssayError({ code: 'DEPLOY_NO_TOKEN', title, problems, cause })
}

function noToken(repository: string, why = 'none is set'): AssayError {
  return unreachable([
    { what: `there is no token for ${repository}: ${why}`, ...(why === 'none is set' && { fix: FIX }) },
  ])
}

const FIX =
  'set ASSAY_DEPLOY_TOKEN (in the action: the input `deploy-token`) to the token of an app or an account that may write there, or name the repository by its git address'
