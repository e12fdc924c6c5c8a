import { Octokit } from '@octokit/rest'
import { parseApiUrl } from './api-url.ts'
import { type Environment, proxyFetch } from './proxy.ts'
import type { Safety } from './safe-calls.ts'
import { safeRequests } from './safe-requests.ts'

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
  const url = parseApiUrl(apiUrl, 'https://github.example.com/api/v3')
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
