import type { CiFacts } from '../src/ci/ci.ts'
import type { DeployAccess } from '../src/commands/command/context.ts'
import { COMMANDS } from '../src/commands/table/index.ts'
import { AssayError, isAssayError, type Problem } from '../src/core/errors/errors.ts'
import type { DeployAddress } from '../src/core/secrets/deploy-address.ts'
import { showsKey, whyNoToken, whyNotThere } from '../src/core/secrets/token-use.ts'
import type { AppAccess, ForgeApp } from '../src/forges/connection.ts'
import type { DeployRepository } from '../src/forges/deploy-repository.ts'
import { FORGES, type ForgeName, PLAIN_GIT, tokenIn, USUAL_FORGE } from '../src/forges/index.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a face was given beside the environment. */
export interface GivenTokens {
  token?: string
  deployToken?: string
  /** An app of the forge whose token is made when it is needed. */
  app?: ForgeApp
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
    const own = refused === undefined ? tokenFor(address, env, given) : undefined
    if (address.kind === 'git') {
      if (refused !== undefined && showsKey(address.url)) throw noToken(address.url, refused)
      if (refused === undefined && address.variable !== undefined && !own)
        throw notSet(address.url, address.variable)
      return openGit(address, env, ci, refused, own)
    }
    if (refused !== undefined) throw noToken(address.repository, refused)
    const { repository } = address
    const forge = ci.forge ?? USUAL_FORGE
    const { connectDeploy, connectDeployAsApp } = await FORGES[forge].load()
    const access = { repository, apiUrl: ci.apiUrl, serverUrl: ci.serverUrl, env }
    const ofRun = address.token === 'run' ? writingToken(env, forge, given.token) : undefined
    if (address.variable !== undefined && !own) throw notSet(repository, address.variable)
    const app = ofRun || own || !connectDeployAsApp ? undefined : appIn(env, given)
    if (connectDeployAsApp && app) {
      const right = rightOf(ci, given.command)
      return connectDeployAsApp({ ...access, app, right, onToken: given.onToken })
    }
    const token = ofRun || own || given.token || tokenIn(env, forge)
    if (!token) throw noToken(repository, undefined, rightOf(ci, given.command))
    return connectDeploy({ ...access, token })
  }
}

// --- internal ---

/** What is named for a repository opens it, and nothing else does. */
function tokenFor(
  { variable }: DeployAddress,
  env: Environment,
  { deployToken }: GivenTokens,
): string | undefined {
  return variable === undefined ? deployToken || env.ASSAY_DEPLOY_TOKEN : env[variable]
}

function notSet(repository: string, variable: string): AssayError {
  return unreachable([
    {
      what: `there is no token for ${repository}: ${variable}, which assay-deploy.yml names for it, is not set`,
      fix: `set ${variable} to the token of an app or an account that may write there and nowhere else, or take \`token\` away where one token may write to both`,
    },
  ])
}

/** The token of the run, unless it is one of a job that may only read. */
function writingToken(env: Environment, forge: ForgeName, given: string | undefined): string | undefined {
  const token = given || tokenIn(env, forge)
  const isJobs = Object.keys(FORGES[forge].users ?? {}).some(name => env[name] === token)
  return isJobs ? undefined : token
}

/** A pull request releases nothing: it looks up what serves. */
function rightOf(ci: CiFacts, command = ''): AppAccess['right'] {
  if (command === 'run' && ci.pullRequest !== undefined) return 'read'
  return RIGHTS[COMMANDS[command]?.deploy ?? 'writes']
}

const RIGHTS = { reads: 'read', writes: 'write', tells: 'tell' } as const

/** Undefined where there is none. */
function appIn(env: Environment, { app }: GivenTokens): ForgeApp | undefined {
  const clientId = app?.clientId || env.ASSAY_DEPLOY_CLIENT_ID
  const privateKey = app?.privateKey || env.ASSAY_DEPLOY_PRIVATE_KEY
  if (!clientId && !privateKey) return undefined
  if (clientId && privateKey) return { clientId, privateKey }
  throw unreachable([
    {
      what: `of the app there is only ${clientId ? 'the client id' : 'the private key'}`,
      fix: 'set both: `deploy-client-id` and `deploy-private-key` in the action, ASSAY_DEPLOY_CLIENT_ID and ASSAY_DEPLOY_PRIVATE_KEY elsewhere',
    },
  ])
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
  const { connectDeploy } = await PLAIN_GIT.load()
  const { url } = address
  if (!/^https?:/i.test(url)) return connectDeploy({ url, env })
  const elsewhere = token ? whyNotThere(ci, address, env.ASSAY_DEPLOY_HOST) : undefined
  const why =
    refused === undefined
      ? elsewhere && { what: `the token is not sent to ${url}: ${elsewhere.what}`, fix: elsewhere.fix }
      : { what: `there is no token for ${url}: ${refused}` }
  const access = await connectDeploy({
    url,
    env,
    ...(token && !why && { token }),
    ...(refused !== undefined && { anonymous: true }),
  })
  return why ? { ...access, repository: explained(access.repository, why) } : access
}

/** Where git fails without the token, the reason for that comes first: git's own words only say that it asked in vain. */
function explained(repository: DeployRepository, why: Problem): DeployRepository {
  const entries = Object.entries(repository).map(([name, value]) => [
    name,
    typeof value === 'function' ? (...given: unknown[]) => told(() => value(...given), why) : value,
  ])
  return Object.fromEntries(entries) as DeployRepository
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

/** @param why absent: none is set */
function noToken(repository: string, why?: string, right: AppAccess['right'] = 'write'): AssayError {
  return unreachable([
    {
      what: `there is no token for ${repository}: ${why ?? 'none is set'}`,
      ...(why === undefined && { fix: fixFor(right) }),
    },
  ])
}

function fixFor(right: AppAccess['right']): string {
  return `set ASSAY_DEPLOY_TOKEN (in the action: the input \`deploy-token\`) to the token of an app or an account that may ${NEEDED[right]} there, or name the repository by its git address`
}

const NEEDED: Readonly<Record<AppAccess['right'], string>> = {
  read: 'read',
  write: 'write',
  tell: 'write issues and begin workflows',
}
