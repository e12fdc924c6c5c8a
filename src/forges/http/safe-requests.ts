import type { Octokit } from '@octokit/rest'
import { judgeAnswer, judgeRedirect } from './answers.ts'
import { type Safety, safeCalls } from './safe-calls.ts'

/**
 * Plugin for every Octokit we use: it keeps the promises of `safeCalls`.
 *
 * Octokit's retry plugin repeats POSTs, ignores Retry-After and lets its counter leak from one request to the next;
 * its throttling plugin puts a second between any two writes and waits as long as a limit lasts. Neither has a
 * deadline or looks at the answer. Hence these lines.
 */
export function safeRequests(
  octokit: Pick<Octokit, 'hook' | 'request'>,
  options: { safety?: Safety; [option: string]: unknown },
): Record<never, never> {
  const safely = safeCalls(options.safety)

  octokit.hook.wrap('request', async (request, parameters) => {
    const { method, url } = octokit.request.endpoint(parameters)
    const { pathname, host } = new URL(url)
    const write = !READS.has(method) && !isQuery(parameters)
    const token = String(parameters.headers.authorization ?? options.auth ?? '')
    const call = {
      name: nameOf(method, pathname, parameters),
      host,
      write,
      repeatable: !write || IDEMPOTENT.has(method) || TWICE_IS_ONCE.test(pathname),
      notifies: method === 'POST' && NOTIFYING.test(pathname),
      token,
      ofApp: /(^|\s)ghs_/.test(token),
    }
    // Who follows no redirect asks for one: what is meant lies elsewhere.
    const asksWhere =
      !write && (parameters.request as { redirect?: string } | undefined)?.redirect === 'manual'
    const settings = { ...parameters.request, ...(write && { redirect: 'manual' as const }) }
    return safely(
      call,
      signal => {
        // Hooks inside this one are bound to this very object: what is passed on instead of it is lost on them.
        parameters.request = { ...settings, signal }
        return request(parameters)
      },
      asksWhere ? judgeRedirect : judgeAnswer,
    )
  })
  return {}
}

// --- internal ---

const READS = new Set(['GET', 'HEAD'])
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])
/**
 * POSTs that may be repeated: a second status of the same context takes the place of the first, git objects are named by
 * their content, labels and requested reviewers are sets, a branch that has left its expected commit moves no more, and a
 * token of an app that nobody got to see is forgotten within the hour.
 */
const TWICE_IS_ONCE =
  /\/app\/installations\/\d+\/access_tokens$|\/statuses\/[0-9a-f]+$|\/git\/(trees|commits)$|\/issues\/\d+\/labels$|\/requested_reviewers$|\/graphql$/
/** Calls that write e-mails to people. */
const NOTIFYING = /\/(issues|pulls)(\/\d+\/(comments|reviews))?$/

/** `POST /graphql(Branches)`: all calls of GraphQL go to one address, and their operation tells them apart. */
function nameOf(method: string, pathname: string, { query }: { query?: unknown }): string {
  const [, operation] = /^(?:query|mutation) (\w+)/.exec(typeof query === 'string' ? query : '') ?? []
  return `${method} ${pathname}${operation ? `(${operation})` : ''}`
}

/** A GraphQL call that only reads. */
function isQuery({ url, query }: { url: string; query?: unknown }): boolean {
  return url.endsWith('/graphql') && typeof query === 'string' && query.startsWith('query ')
}
