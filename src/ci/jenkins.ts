import { parseBoolean } from '../core/text/boolean.ts'
import { FORGE_NAMES, FORGES } from '../forges/index.ts'
import { checkFacts, parseNumber } from './check-facts.ts'
import type { CiFacts, Environment } from './ci.ts'

/**
 * Jenkins with its git plugin; CHANGE_… are there in the pull requests of a multibranch project.
 * https://www.jenkins.io/doc/book/pipeline/multibranch/
 *
 * GIT_COMMIT is what was checked out, which may be a merge that Jenkins made: see `withClone` for the pull request's own.
 */
export function jenkins(env: Environment): CiFacts {
  const pullRequest = parseNumber(env.CHANGE_ID)
  const build = parseNumber(env.BUILD_NUMBER)
  return checkFacts({
    name: 'Jenkins',
    ...(repositoryOfChange(env.CHANGE_URL) ??
      repositoryOfRemote(env.GIT_URL || env.GIT_URL_1, env.ASSAY_FORGE)),
    pullRequest,
    headSha: env.GIT_COMMIT,
    otherSha: env.ASSAY_OTHER_COMMIT,
    headBranch: env.CHANGE_BRANCH,
    baseRef: env.CHANGE_TARGET,
    // In a pull request BRANCH_NAME is `PR-7`, which is no branch.
    branch: pullRequest ? undefined : (env.BRANCH_NAME ?? env.GIT_BRANCH?.replace(/^origin\//, '')),
    defaultBranch: parseBoolean(env.BRANCH_IS_PRIMARY ?? '') ? env.BRANCH_NAME : undefined,
    runUrl: env.BUILD_URL,
    runOrder: build === undefined ? undefined : `${build}.1`,
    fromFork: pullRequest ? Boolean(env.CHANGE_FORK) : undefined,
    forkTokenReadsOnly: false,
    checkoutFix: 'check out with `checkout scm`, and nothing else before Assay',
    summaryFile: env.ASSAY_STEP_FOLDER && `${env.ASSAY_STEP_FOLDER}/summary.md`,
  })
}

/** What the clone says of itself. */
export interface Clone {
  remoteUrl?: string
  head?: string
  parents: string[]
  /** Where the remote's branch called BRANCH_NAME is: in a pull request (`PR-7`, `MR-7`) the branch source fetches its head to there. */
  tracked?: string
}

/**
 * The environment with what the clone knows better. A pull request that is discovered "merged with the target" is built as a
 * merge that exists on the agent only; checks and comments belong to the head, which is the first parent and what the branch
 * source fetched. Both must agree: a reference from an older build is no head. Only Declarative pipelines set GIT_URL.
 *
 * Where something else is checked out than what the build is for, ASSAY_OTHER_COMMIT says what that is: in a pull request the
 * head as it was fetched, else, as on a branch, the commit that Jenkins checked out.
 */
export function withClone(env: Environment, { remoteUrl, head, parents, tracked }: Clone): Environment {
  const isHead = tracked !== undefined && (tracked === head || tracked === parents[0])
  const isMerged = env.CHANGE_ID && parents.includes(env.GIT_COMMIT ?? '')
  const meant = (env.CHANGE_ID && tracked) || (isMerged ? head : env.GIT_COMMIT)
  return {
    ...env,
    GIT_URL: env.GIT_URL || remoteUrl,
    ASSAY_OTHER_COMMIT: (env.CHANGE_ID && isHead) || meant === head ? undefined : meant,
    GIT_COMMIT: (env.CHANGE_ID && isHead ? tracked : head) ?? env.GIT_COMMIT,
  }
}

// --- internal ---

type RepositoryFacts = Pick<CiFacts, 'forge' | 'repository' | 'serverUrl' | 'apiUrl'>

/** The page of a pull request tells its forge, whatever the host is called. */
function repositoryOfChange(url: string | undefined): RepositoryFacts | undefined {
  const page = url && URL.canParse(url) ? new URL(url) : undefined
  const [, repository, kind] = PULL_REQUEST.exec(page?.pathname ?? '') ?? []
  if (!page || !repository) return undefined
  return repositoryFacts(
    page,
    repository,
    FORGE_NAMES.find(name => FORGES[name].pullRequests === kind),
  )
}

const PULL_REQUEST = new RegExp(
  `^/(.+?)/(?:-/)?(${FORGE_NAMES.map(name => FORGES[name].pullRequests).join('|')})/\\d+`,
)

/** `https://user:token@host/owner/name.git`, `ssh://git@host:22/owner/name` or `git@host:owner/name.git`. */
function repositoryOfRemote(remote: string | undefined, said: string | undefined): RepositoryFacts {
  const short = /^[\w.-]+@([\w.-]+):(?!\/)(.+)$/.exec(remote ?? '')
  const text = short ? `https://${short[1]}/${short[2]}` : (remote ?? '')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^(https?|ssh):$/.test(url.protocol)) return {}
  const server = new URL(url.protocol === 'ssh:' ? `https://${url.hostname}` : url.origin)
  const repository = url.pathname.replace(/^\/+|(\.git)?\/*$/g, '')
  return repositoryFacts(server, repository, forgeOf(server.hostname, said))
}

/** A host of one's own is called anything: there the pipeline must say which forge it is. */
function forgeOf(host: string, said: string | undefined): RepositoryFacts['forge'] {
  const isPublic = FORGE_NAMES.find(name => FORGES[name].host === host)
  return isPublic ?? FORGE_NAMES.find(name => name === said)
}

function repositoryFacts(url: URL, repository: string, forge: RepositoryFacts['forge']): RepositoryFacts {
  return { forge, repository, serverUrl: url.origin, apiUrl: forge && FORGES[forge].apiUrl(url) }
}
