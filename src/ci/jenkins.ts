import { checkFacts, parseNumber } from './check-facts.ts'
import type { CiFacts, Environment } from './ci.ts'

/**
 * Jenkins with its git plugin; CHANGE_… are there in the pull requests of a multibranch project.
 * https://www.jenkins.io/doc/book/pipeline/multibranch/
 */
export function jenkins(env: Environment): CiFacts {
  const pullRequest = parseNumber(env.CHANGE_ID)
  const build = parseNumber(env.BUILD_NUMBER)
  return checkFacts({
    name: 'Jenkins',
    ...(placeOfChange(env.CHANGE_URL) ?? placeOfRemote(env.GIT_URL ?? env.GIT_URL_1)),
    pullRequest,
    headSha: env.GIT_COMMIT,
    baseRef: env.CHANGE_TARGET,
    // In a pull request BRANCH_NAME is `PR-7`, which is no branch.
    branch: pullRequest ? undefined : (env.BRANCH_NAME ?? env.GIT_BRANCH?.replace(/^origin\//, '')),
    runUrl: env.BUILD_URL,
    runOrder: build === undefined ? undefined : `${build}.1`,
    fromFork: pullRequest ? Boolean(env.CHANGE_FORK) : undefined,
  })
}

// --- internal ---

type Place = Pick<CiFacts, 'forge' | 'repository' | 'serverUrl' | 'apiUrl'>

/** The page of a pull request tells its forge, whatever the host is called. */
function placeOfChange(url: string | undefined): Place | undefined {
  const page = url && URL.canParse(url) ? new URL(url) : undefined
  const [, repository, kind] = /^\/(.+?)\/(?:-\/)?(pull|merge_requests)\/\d+/.exec(page?.pathname ?? '') ?? []
  if (!page || !repository) return undefined
  return placeOf(page, repository, kind === 'pull' ? 'github' : 'gitlab')
}

/** `https://user:token@host/owner/name.git`, `ssh://git@host:22/owner/name` or `git@host:owner/name.git`. */
function placeOfRemote(remote: string | undefined): Place {
  const short = /^[\w.-]+@([\w.-]+):(?!\/)(.+)$/.exec(remote ?? '')
  const text = short ? `https://${short[1]}/${short[2]}` : (remote ?? '')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^(https?|ssh):$/.test(url.protocol)) return {}
  const server = new URL(url.protocol === 'ssh:' ? `https://${url.hostname}` : url.origin)
  const repository = url.pathname.replace(/^\/+|(\.git)?\/*$/g, '')
  const known = { 'github.com': 'github', 'gitlab.com': 'gitlab' } as const
  return placeOf(server, repository, known[server.hostname as keyof typeof known])
}

function placeOf(url: URL, repository: string, forge: Place['forge']): Place {
  const apiUrls = {
    github: url.hostname === 'github.com' ? 'https://api.github.com' : `${url.origin}/api/v3`,
    gitlab: `${url.origin}/api/v4`,
  }
  return { forge, repository, serverUrl: url.origin, apiUrl: forge && apiUrls[forge] }
}
