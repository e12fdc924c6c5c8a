import { Octokit } from '@octokit/rest'
import { isAssayError } from '../../core/errors/errors.ts'
import { parseApiUrl } from '../http/api-url.ts'
import { type Environment, proxyFetch } from '../http/proxy.ts'
import type { Safety } from '../http/safe-calls.ts'
import { safeRequests } from '../http/safe-requests.ts'

/**
 * Hands out the token for the next call: those of an app live for an hour, and a run may take longer.
 *
 * @param refused a token that the server takes no more: there has to be another one
 */
export type Tokens = (refused?: string) => Promise<string>

export interface ClientOptions {
  /** Undefined where each call brings its own. */
  token: string | Tokens | undefined
  /** `https://api.github.com`, or `https://<host>/api/v3` on GitHub Enterprise. */
  apiUrl?: string
  /** Where HTTPS_PROXY and its like are looked up. */
  env?: Environment
  safety?: Safety
  /** Told of the server's clock with each answer, in milliseconds since the epoch. */
  onDate?: (at: number) => void
}

/** A client with deadlines, repeats and judged answers, for faces that are not handed one. It logs nothing. */
export function githubClient({
  token,
  apiUrl = 'https://api.github.com',
  env = {},
  safety,
  onDate,
}: ClientOptions): Octokit {
  const url = parseApiUrl(apiUrl, 'https://github.example.com/api/v3')
  const SafeOctokit = Octokit.plugin(safeRequests)
  const silent = () => {}
  const client = new SafeOctokit({
    safety,
    ...(typeof token === 'string' && { auth: token }),
    baseUrl: url.href.replace(/\/+$/, ''),
    userAgent: 'assay',
    log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch: onDate ? dated(proxyFetch(url, env) ?? fetch, onDate) : proxyFetch(url, env) },
  })
  if (typeof token === 'function') useTokens(client, token)
  return client
}

// --- internal ---

function dated(send: typeof fetch, onDate: (at: number) => void): typeof fetch {
  return async (...request) => {
    const response = await send(...request)
    const at = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(at)) onDate(at)
    return response
  }
}

/**
 * Around all that repeats, since an error of the making of a token is none of the call's. A token that was taken before and is
 * refused now has ended early: the server did nothing then, so the call is made once more, with another one.
 */
function useTokens(client: Octokit, tokens: Tokens): void {
  const taken = new Set<string>()
  client.hook.wrap('request', async (request, options) => {
    const callWith = async (token: string) => {
      options.headers.authorization = `token ${token}`
      const answer = await request(options)
      taken.add(token)
      return answer
    }
    const token = await tokens()
    try {
      return await callWith(token)
    } catch (error) {
      const hasEnded = isAssayError(error, 'FORGE_UNAUTHORIZED') && taken.has(token)
      if (!hasEnded) throw error
      return callWith(await tokens(token))
    }
  })
}
