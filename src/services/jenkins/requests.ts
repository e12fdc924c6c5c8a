import { setTimeout as sleep } from 'node:timers/promises'
import { connectionFailure } from '../../core/errors/connection-reason.ts'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { bytesWithin } from '../../core/text/bytes-within.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

export interface JenkinsOptions {
  /** `https://ci.example.com`, with the path where Jenkins has one. The token goes to this server and to no other. */
  url: string
  user: string
  /** API token of the user; a password does as well. */
  token: string
  /** For proxies. */
  fetch?: typeof fetch | undefined
  /** Milliseconds one request may take, body included. Default 10 s. */
  deadline?: number
  /** Milliseconds before each repeat of what only reads. Default 1, 2, 4 s. */
  backoff?: readonly number[]
  wait?: (milliseconds: number) => Promise<unknown>
  signal?: AbortSignal
}

export interface JenkinsAnswer {
  status: number
  text: string
  headers: Headers
}

/** One request to a path of the server. Whatever has a status is an answer; redirects are not followed. */
export type JenkinsSend = (path: string, init?: JenkinsInit) => Promise<JenkinsAnswer>
type JenkinsInit = { form?: Record<string, string>; headers?: Record<string, string> }

/**
 * Requests to one Jenkins, each ended in time. What only reads is repeated where it failed for a moment, what writes never.
 *
 * @throws AssayError `JENKINS_UNAVAILABLE` for what may pass
 */
export function jenkinsSend(options: JenkinsOptions): JenkinsSend {
  const { deadline = 10_000, backoff = [1000, 2000, 4000], wait = sleep, fetch: send = fetch } = options
  const { signal } = options
  const base = options.url.replace(/\/+$/, '')
  const { host } = new URL(base)
  const authorization = `Basic ${Buffer.from(`${options.user}:${options.token}`).toString('base64')}`

  async function once(path: string, { form, headers }: JenkinsInit): Promise<JenkinsAnswer | AssayError> {
    const timeout = AbortSignal.timeout(deadline)
    const call = `${form ? 'POST' : 'GET'} ${path.split('?')[0]}`
    try {
      const response = await send(`${base}${path}`, {
        method: form ? 'POST' : 'GET',
        headers: { authorization, accept: 'application/json', ...headers },
        ...(form && { body: new URLSearchParams(form) }),
        redirect: 'manual',
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      })
      const { status } = response
      const text = (await bytesWithin(response.body, LARGEST))?.toString('utf8')
      if (text === undefined) return unavailable(call, `more than ${LARGEST / 2 ** 20} MiB`)
      if (status < 500 && status !== 429) return { status, text, headers: response.headers }
      return unavailable(call, `${status} of ${host}`)
    } catch (error) {
      signal?.throwIfAborted()
      if (timeout.aborted)
        return unavailable(call, `no complete answer from ${host} within ${deadline / 1000} s`)
      const { said, fix } = connectionFailure(error, host, 'ASSAY_JENKINS_URL')
      return unavailable(call, said, fix)
    }
  }

  return async (path, init = {}) => {
    for (let repeat = 0; ; repeat++) {
      const answer = await once(path, init)
      if (!isAssayError(answer)) return answer
      const pause = init.form ? undefined : backoff[repeat]
      if (pause === undefined) throw answer
      await wait(pause)
    }
  }
}

/** What somebody has to put right. `said`: words of the server, or ours. */
export function jenkinsRefused(what: string, fix: string): AssayError {
  return new AssayError({ code: 'JENKINS_REFUSED', title: TITLE, problems: [{ what, fix }] })
}

/** An answer in one line. */
export function jenkinsWords({ status, text, headers }: JenkinsAnswer): string {
  const isPage = /html/.test(headers.get('content-type') ?? '')
  // Of a page of errors, what its title says besides the status.
  const said = isPage ? (/<title>(?:Error \d+ )?([^<]*)<\/title>/i.exec(text)?.[1] ?? '') : text
  return [status, shortened(visible(said.replace(/\s+/g, ' ').trim()), 200)].filter(Boolean).join(' ')
}

// --- internal ---

const TITLE = 'Jenkins did not do what was asked of it'
const LARGEST = 16 * 2 ** 20

function unavailable(call: string, what: string, fix = 'Jenkins has trouble; run again later'): AssayError {
  return new AssayError({
    code: 'JENKINS_UNAVAILABLE',
    title: TITLE,
    problems: [{ what: `[${call}] ${what}`, fix }],
  })
}
