import type { CiFacts } from '../src/ci/ci.ts'
import type { DeployAccess } from '../src/commands/command/context.ts'
import { COMMANDS } from '../src/commands/table/index.ts'
import { AssayError, isAssayError, type Problem } from '../src/core/errors/errors.ts'
import type { DeployAddress } from '../src/core/secrets/deploy-address.ts'
import { showsKey, whyNoToken, whyNotThere } from '../src/core/secrets/token-use.ts'
import type { AppAccess, ForgeApp } from '../src/forges/connection.ts'
import type { DeployRepository } from '../src/forges/deploy-repository.ts'
import { FORGE_NAMES, FORGES, type ForgeName, PLAIN_GIT, tokenIn, USUAL_FORGE } from '../src/forges/index.ts'

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
    const forge = forgeOf(ci, repository)
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
    const right = rightOf(ci, given.command)
    if (!token) throw noToken(repository, undefined, right)
    const ofJob = jobVariable(env, forge, token)
    if (ofJob !== undefined) throw onlyOfJob(repository, ofJob, right)
    return connectDeploy({ ...access, token })
  }
}

// --- internal ---

/** A CI that does not tell its forge leaves its tokens with nobody: the host of another forge must not see them. */
function forgeOf(ci: CiFacts, repository: string): ForgeName {
  if (ci.forge !== undefined) return ci.forge
  if (ci.name === 'local') return USUAL_FORGE
  throw unreachable([
    {
      what: `no token is sent anywhere for ${repository}: ${ci.name} does not say which forge ${ci.serverUrl ?? 'this'} is`,
      fix:
        ci.serverUrl === undefined
          ? 'check out from the forge itself, so that the remote says where that is, or name the repository by its git address'
          : `set ASSAY_FORGE to ${FORGE_NAMES.join(' or ')}, or name the repository by its git address`,
    },
  ])
}

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
  return token !== undefined && jobVariable(env, forge, token) === undefined ? token : undefined
}

/** The variable of the job's own token, where it is that one. */
function jobVariable(env: Environment, forge: ForgeName, token: string): string | undefined {
  return Object.keys(FORGES[forge].users ?? {}).find(name => env[name] === token)
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

/** To a token that is good for nothing here the forge only says that it is wrong. */
function onlyOfJob(repository: string, variable: string, right: AppAccess['right']): AssayError {
  return unreachable([
    {
      what: `there is no token for ${repository}: none is set but ${variable}, the job's own, which opens no repository`,
      fix: `${fixFor(right)}. A protected variable is there in pipelines of protected branches alone: is this branch protected?`,
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
