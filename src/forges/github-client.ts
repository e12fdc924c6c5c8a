import { Octokit } from '@octokit/rest'
import { AssayError } from '../core/errors.ts'
import { type Environment, proxyFetch } from './proxy.ts'
import { type Safety, safeRequests } from './safe-requests.ts'

export interface ClientOptions {
  token: string
  /** `https://api.github.com`, or `https://<host>/api/v3` on GitHub Enterprise. */
  apiUrl?: string
  /** Where HTTPS_PROXY and its like are looked up. */
  env?: Environment
  safety?: Safety
}

/** A client with deadlines, repeats and judged answers, for faces that are not handed one. It logs nothing. */
export function githubClient({
  token,
  apiUrl = 'https://api.github.com',
  env = {},
  safety,
}: ClientOptions): Octokit {
  const url = parseApiUrl(apiUrl)
  const SafeOctokit = Octokit.plugin(safeRequests)
  const silent = () => {}
  return new SafeOctokit({
    safety,
    auth: token,
    baseUrl: url.href.replace(/\/+$/, ''),
    userAgent: 'assay',
    log: { debug: silent, info: silent, warn: silent, error: silent },
    request: { fetch: proxyFetch(url, env) },
  })
}

// --- internal ---

function parseApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url
  throw new AssayError({
    code: 'FORGE_URL_INVALID',
    title: 'The address of the API is none',
    problems: [
      {
        what: 'the API address must be an http(s) URL without credentials',
        fix: 'Write it like https://github.example.com/api/v3',
      },
    ],
  })
}
