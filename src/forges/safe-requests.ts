import { setTimeout as sleep } from 'node:timers/promises'
import type { Octokit } from '@octokit/rest'
import { describeFailure, type Failure, judgeAnswer, judgeError } from './github-answers.ts'

export interface Safety {
  /** Milliseconds one request may take, headers and body. Default 10 s. */
  deadline?: number
  /** Milliseconds before each repeat; its length is the number of repeats. Default 1, 2, 4 s. */
  backoff?: readonly number[]
  /** Milliseconds one call may wait in all, default 2 min. A rate limit that lasts longer is an error that says until when. */
  longestWait?: number
  /** Milliseconds since the epoch. */
  now?: () => number
  wait?: (milliseconds: number) => Promise<unknown>
}

/**
 * Plugin for every Octokit we use: a call ends in time, as a believable answer or as an `AssayError` that names it.
 *
 * Repeated are idempotent methods after a 5xx, a lost connection, a timeout or an answer that is none; and any method
 * after a rate limit, because with that the forge says that it did nothing. A POST that may have happened never is.
 *
 * Octokit's retry plugin repeats POSTs, ignores Retry-After and lets its counter leak from one request to the next;
 * its throttling plugin puts a second between any two writes and waits as long as a limit lasts. Neither has a
 * deadline or looks at the answer. Hence these lines.
 */
export function safeRequests(
  octokit: Pick<Octokit, 'hook' | 'request'>,
  options: { safety?: Safety; [option: string]: unknown },
): Record<never, never> {
  const { deadline = 10_000, backoff = [1000, 2000, 4000], longestWait = 120_000 } = options.safety ?? {}
  const { now = Date.now, wait = sleep } = options.safety ?? {}
  const paceWrite = pacer({ gap: 1000, burst: 5, now, wait })
  const paceNotification = pacer({ gap: 3000, burst: 1, now, wait })

  octokit.hook.wrap('request', async (request, parameters) => {
    const { method, url } = octokit.request.endpoint(parameters)
    const { pathname, host } = new URL(url)
    const write = !READS.has(method) && !isQuery(parameters)
    const repeatable = !write || IDEMPOTENT.has(method) || TWICE_IS_ONCE.test(pathname)
    if (write) await paceWrite()
    if (method === 'POST' && NOTIFYING.test(pathname)) await paceNotification()

    const settings = { ...parameters.request, ...(write && { redirect: 'manual' as const }) }
    for (let repeat = 0, waited = 0; ; repeat++) {
      const signal = AbortSignal.timeout(deadline)
      // Hooks inside this one are bound to this very object: what is passed on instead of it is lost on them.
      parameters.request = { ...settings, signal }
      const { response, failure } = await tryOnce(() => request(parameters), signal, now)
      if (!failure) return response

      const pause = pauseBefore(failure, repeatable, backoff[repeat])
      if (pause === undefined || waited + pause > longestWait)
        throw describeFailure(failure, { call: nameOf(method, pathname, parameters), host, deadline })
      waited += pause
      await wait(pause)
    }
  })
  return {}
}

// --- internal ---

const READS = new Set(['GET', 'HEAD'])
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])
/**
 * POSTs that may be repeated: a second status of the same context takes the place of the first, git objects are named by
 * their content, labels and requested reviewers are sets, and a branch that has left its expected commit moves no more.
 */
const TWICE_IS_ONCE =
  /\/statuses\/[0-9a-f]+$|\/git\/(trees|commits)$|\/issues\/\d+\/labels$|\/requested_reviewers$|\/graphql$/
/** Calls that write e-mails to people; GitHub limits these more strictly than other writes. */
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

type Outcome<T> = { response: T; failure?: undefined } | { response?: undefined; failure: Failure }

async function tryOnce<T extends Parameters<typeof judgeAnswer>[0]>(
  send: () => T | Promise<T>,
  signal: AbortSignal,
  now: () => number,
): Promise<Outcome<T>> {
  try {
    const response = await send()
    const failure = judgeAnswer(response, signal.aborted)
    return failure ? { failure } : { response }
  } catch (error) {
    return { failure: judgeError(error, signal.aborted, now()) }
  }
}

/** Milliseconds to wait before the call is repeated, undefined where it must not be. */
function pauseBefore(failure: Failure, repeatable: boolean, backoff: number | undefined): number | undefined {
  if (backoff === undefined) return undefined
  if (failure.kind === 'limited') return Math.max(failure.pause, backoff)
  return failure.passing && repeatable ? backoff : undefined
}

/** Lets `burst` calls through at once, then one every `gap` milliseconds. */
function pacer({
  gap,
  burst,
  now,
  wait,
}: Required<Pick<Safety, 'now' | 'wait'>> & { gap: number; burst: number }) {
  let due = 0
  return async () => {
    due = Math.max(due, now()) + gap
    const pause = due - now() - burst * gap
    if (pause > 0) await wait(pause)
  }
}
