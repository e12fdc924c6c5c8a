import { AssayError } from '../../core/errors/errors.ts'
import { isBesideUrl, whyNoRemote } from '../../core/git/remote-address.ts'
import { childEnvironment } from '../process/child-environment.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Remote {
  /** `https://…`, `ssh://…`, `git@host:path`, `file://…` or an absolute path. */
  url: string
  /** For http(s); sent as the password of `user`. */
  token?: string
  /** Default `x-access-token`, which all forges take. */
  user?: string
  /** Without a token, and without what this machine would tell of itself: its helpers, headers and passwords. */
  anonymous?: boolean
}

/** An address that git may be pointed at. @throws AssayError GIT_REMOTE_INVALID */
export function checkRemote({ url, token }: Remote): void {
  const problem = problemOf(url, token)
  if (problem === undefined) return
  throw new AssayError({
    code: 'GIT_REMOTE_INVALID',
    title: 'The deploy repository has no address that Assay takes',
    problems: [{ what: problem, fix: 'Write it like https://git.example.com/team/deploy.git' }],
  })
}

/**
 * The environment for git. The token goes in as a header for this host alone, by a variable: never in an argument, in a file
 * or to where a server redirects. With a token the settings of the machine do not count; without one they hold what is needed.
 */
export function remoteEnvironment(
  { url, token, user = 'x-access-token', anonymous = false }: Remote,
  env: Environment,
): Environment {
  const followed = { 'http.followRedirects': 'false' }
  if (token === undefined && !anonymous) return withSettings(env, Object.entries(followed))
  const own = { ...followed, 'credential.helper': '' }
  const header = token && `Authorization: Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`
  const sent = header ? { ...own, [`http.${new URL(url).origin}/.extraHeader`]: header } : own
  // Without a home there is no ~/.netrc either; and nobody else's words answer a question for a password.
  const isolated = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_COUNT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    HOME: '/nonexistent',
  }
  return withSettings(childEnvironment('git', env, isolated), Object.entries(sent))
}

/** The environments for git with a remote: the token is in that of calls to the server, and in no other. */
export function remoteEnvironments(
  remote: Remote,
  env: Environment,
): { env: Environment; serverEnv: Environment } {
  const { token, ...tokenless } = remote
  const anonymous = token !== undefined || remote.anonymous === true
  return {
    env: remoteEnvironment({ ...tokenless, anonymous }, env),
    serverEnv: remoteEnvironment(remote, env),
  }
}

/** Settings by environment, after those that are there already. No shell and no list of arguments sees them. */
export function withSettings<T extends Environment>(env: T, pairs: readonly [string, string][]): T {
  if (pairs.length === 0) return env
  const first = Number(env.GIT_CONFIG_COUNT ?? 0) || 0
  const entries = pairs.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${first + at}`, key],
    [`GIT_CONFIG_VALUE_${first + at}`, value],
  ])
  return { ...env, ...Object.fromEntries(entries), GIT_CONFIG_COUNT: String(first + pairs.length) }
}

/** The file that tells a bare repository where its missing objects are. No shell or template has a hand in it. */
export function repositoryConfig(
  { url }: Remote,
  committer: { name: string; email: string },
  format: 'sha1' | 'sha256',
): string {
  return [
    `[extensions]\n\tpartialClone = origin${format === 'sha256' ? '\n\tobjectFormat = sha256' : ''}`,
    `[remote "origin"]\n\turl = ${quoted(url)}\n\tpromisor = true\n\tpartialclonefilter = blob:none`,
    `[user]\n\tname = ${quoted(committer.name)}\n\temail = ${quoted(committer.email)}`,
    '[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tsymlinks = false\n\tprotectHFS = true\n\tprotectNTFS = true',
    '[commit]\n\tgpgSign = false\n',
  ].join('\n')
}

// --- internal ---

function problemOf(url: string, token: string | undefined): string | undefined {
  const why = whyNoRemote(url)
  if (why !== undefined || token === undefined) return why
  if (/[\p{Cc}\s]/u.test(token)) return 'its token holds what no token holds'
  if (isBesideUrl(url)) return 'a token is of use for https only'
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.test(hostname)))
    return 'a token is sent over https only'
  return undefined
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', ' ')}"`
}
