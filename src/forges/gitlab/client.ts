import { Gitlab } from '@gitbeaker/rest'
import { AssayError } from '../../core/errors/errors.ts'
import { parseApiUrl } from '../http/api-url.ts'
import { type Environment, proxyFetch } from '../http/proxy.ts'
import type { Safety } from '../http/safe-calls.ts'
import { type CallsLeft, callsLeftIn } from './calls-left.ts'
import { type GitlabDownload, gitlabDownload } from './download.ts'
import { type GitlabGraphql, gitlabGraphql } from './graphql.ts'
import { type GitlabListRefs, gitlabListRefs } from './protocol/ls-refs.ts'
import { type GitlabPush, gitlabPush } from './protocol/push.ts'
import { type GitlabMemory, memoryOf } from './reading/memory.ts'
import { gitlabRequester } from './requests.ts'

export interface GitlabClientOptions {
  token: string
  /** `job`: the job's own token, which reads and writes nothing. Default: told by the token, as far as it tells. */
  kind?: 'job' | 'access'
  /** `https://gitlab.com/api/v4`, or that of another instance, also below a path. */
  apiUrl?: string
  /** Where HTTPS_PROXY and its like are looked up. */
  env?: Environment
  safety?: Safety
  /** Whose memory it has; absent: one of its own. */
  keeper?: object
}

export interface GitlabClient {
  api: InstanceType<typeof Gitlab>
  /** Moves branches by git's own protocol, the only one on GitLab with a compare-and-set. */
  push: GitlabPush
  /** Lists refs that are no branches, which the API does not know. */
  listRefs: GitlabListRefs
  /** What the REST API does not tell. */
  graphql: GitlabGraphql
  /** Files of runs, with a cap. */
  download: GitlabDownload
  /** What never changes, and was read before. */
  memory: GitlabMemory
  /** How many calls GitLab still takes, by its last answer; a server without limits does not tell. */
  callsLeft(): CallsLeft | undefined
  /** Where people look at it. */
  webUrl: string
  /** The name that git sends with the token. */
  gitUser: string
  /** Whether the token is a job's own. */
  isJobToken: boolean
}

/**
 * A gitbeaker client with deadlines, repeats and judged answers. Personal, project, group and OAuth tokens all go into the
 * `Authorization` header, which GitLab takes them in; a job's token has a header of its own.
 * https://docs.gitlab.com/api/rest/authentication/
 */
export function gitlabClient({
  token,
  kind = token.startsWith('glcbt-') ? 'job' : 'access',
  apiUrl = 'https://gitlab.com/api/v4',
  env = {},
  safety,
  keeper,
}: GitlabClientOptions): GitlabClient {
  const url = parseApiUrl(apiUrl, EXAMPLE)
  const [, host] = /^(.+)\/api\/v4\/*$/.exec(url.href) ?? []
  if (host === undefined) throw notAnApi()
  const fetchThrough = proxyFetch(url, env)
  const isJobToken = kind === 'job'
  let left: CallsLeft | undefined
  const onHeaders = (headers: Readonly<Record<string, unknown>>) => {
    left = callsLeftIn(headers) ?? left
  }
  const api = new Gitlab({
    host,
    ...(isJobToken ? { jobToken: token } : { oauthToken: token }),
    requesterFn: gitlabRequester(safety, fetchThrough, onHeaders),
    // The deadline of each request is ours; and its counting of requests would keep the process alive.
    queryTimeout: null,
    rateLimits: {},
  })
  const user = isJobToken ? 'gitlab-ci-token' : 'oauth2'
  const git = { host, user, token, safety, send: fetchThrough }
  return {
    api,
    webUrl: host,
    memory: memoryOf(keeper),
    callsLeft: () => (left && left.until > (safety?.now ?? Date.now)() ? left : undefined),
    push: gitlabPush(git),
    listRefs: gitlabListRefs(git),
    graphql: gitlabGraphql(git),
    download: gitlabDownload({ apiUrl: `${host}/api/v4`, token, env, safety, send: fetchThrough }),
    gitUser: user,
    isJobToken,
  }
}

// --- internal ---

const EXAMPLE = 'https://gitlab.example.com/api/v4'

function notAnApi(): AssayError {
  const what = 'the API address of GitLab ends with /api/v4'
  return new AssayError({
    code: 'FORGE_URL_INVALID',
    title: 'The address of the API is none',
    problems: [{ what, fix: `Write it like ${EXAMPLE}` }],
  })
}
