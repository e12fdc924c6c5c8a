import { connectionFailure } from '../../core/errors/connection-reason.ts'
import type { AssayError } from '../../core/errors/errors.ts'
import { REFUSALS, refusalIn } from '../../core/errors/refusals.ts'
import { type ForgeErrorCode, forgeError } from '../forge-error.ts'

/** What went wrong with one request. `passing`: it may be gone in a moment. */
export type Failure = { status?: number; said: string } & (
  | { kind: 'timeout' | 'bad_answer' | 'unavailable'; passing: true }
  | { kind: 'lost'; passing: boolean; cause: unknown }
  | { kind: 'moved'; passing: false }
  /** `needs`: the permissions that the call asks for, where the forge names them. */
  | { kind: 'refused'; passing: false; needs?: string }
  | { kind: 'limited'; passing: false; pause: number; until: number }
)

export interface Answer {
  status: number
  headers: Record<string, string | number | undefined>
  data: unknown
}

/**
 * The forges' own clients take maintenance pages, half a JSON and redirected writes for success. Undefined: the answer is
 * believable.
 */
export function judgeAnswer({ status, headers, data }: Answer, timedOut: boolean): Failure | undefined {
  if (timedOut) return { kind: 'timeout', passing: true, said: '' }
  if (status >= 300)
    return { kind: 'moved', passing: false, status, said: `redirected to ${headers.location ?? 'nowhere'}` }
  if (status === 204 || status === 205) return undefined
  const type = String(headers['content-type'] ?? 'no content')
  const wrong = !/[/+]json\b/.test(type)
    ? `${type} where JSON was due`
    : typeof data !== 'object'
      ? 'the JSON is not complete'
      : ''
  return wrong ? { kind: 'bad_answer', passing: true, status, said: wrong } : undefined
}

/** The same of a call that asks where something lies, which is answered by a redirect. */
export function judgeRedirect({ status, headers }: Answer, timedOut: boolean): Failure | undefined {
  if (timedOut) return { kind: 'timeout', passing: true, said: '' }
  if (status === 302 && typeof headers.location === 'string') return undefined
  return { kind: 'bad_answer', passing: true, status, said: 'no redirect where one was due' }
}

/**
 * Sorts what a client threw: an error with the `response` of a status above 399, or a failed connection. `now` is used where
 * the server sends no clock of its own.
 */
export function judgeError(error: unknown, timedOut: boolean, now: number): Failure {
  if (timedOut) return { kind: 'timeout', passing: true, said: '' }
  const response = (error as { response?: Answer }).response
  if (!response) {
    const { passing } = connectionFailure(error, '', '')
    return { kind: 'lost', passing, said: '', cause: error }
  }
  const { status, headers } = response
  const said = messageOf(response)
  if (isRateLimit(response, said))
    return { kind: 'limited', passing: false, status, said, ...limitOf(headers, now) }
  if (status >= 500 || (status === 409 && refusalIn(said) === 'held_lock'))
    return { kind: 'unavailable', passing: true, status, said }
  return { kind: 'refused', passing: false, status, said, needs: neededFor(headers) }
}

/** The error for a failure that is not repeated any more. `known`: the token has been good for something before. */
export function describeFailure(
  failure: Failure,
  { call, host, deadline, known }: { call: string; host: string; deadline: number; known: boolean },
): AssayError {
  const { kind, status, said } = failure
  const until = kind === 'limited' ? failure.until : undefined
  const error = (code: ForgeErrorCode, words: string, fix: string) =>
    forgeError({ code, call, status, said: words, fix, until })
  switch (kind) {
    case 'timeout':
      return error('FORGE_TIMEOUT', `no complete answer from ${host} within ${deadline / 1000} s`, LATER)
    case 'lost': {
      const lost = connectionFailure(failure.cause, host, 'the API address')
      return error('FORGE_UNREACHABLE', lost.said, lost.fix)
    }
    case 'bad_answer':
      return error(
        'FORGE_BAD_ANSWER',
        `not an answer of the API: ${said}`,
        `Check that ${host} is the API and no login or maintenance page, then run again`,
      )
    case 'moved':
      return error(
        'FORGE_MOVED',
        said,
        'The repository has another name or the API another address: use the new one',
      )
    case 'unavailable':
      return error('FORGE_UNAVAILABLE', said, LATER)
    case 'limited':
      return error(
        'FORGE_RATE_LIMITED',
        said,
        `The limit holds until ${new Date(failure.until).toISOString()}; run again after that`,
      )
    case 'refused':
      return describeRefusal(failure, known, error)
  }
}

// --- internal ---

const LATER = 'The forge has trouble; run again later'

/** What to do goes by the reason; where the forge names none, by the status. */
function describeRefusal(
  { status, said, needs }: Extract<Failure, { kind: 'refused' }>,
  known: boolean,
  error: (code: ForgeErrorCode, words: string, fix: string) => AssayError,
): AssayError {
  const reason = refusalIn(said)
  const [code, usual] = refusalOf(status)
  if (code === 'FORGE_UNAUTHORIZED' && known && (reason === undefined || reason === 'bad_credentials'))
    return error(code, said, EXPIRED)
  if (needs && code === 'FORGE_FORBIDDEN' && (reason === undefined || reason === 'no_permission'))
    return error(code, said, `${REFUSALS.no_permission.advice}; this call needs ${needs}`)
  return error(code, said, reason ? REFUSALS[reason].advice : usual)
}

const EXPIRED =
  'The token was taken before in this run and is not any more: it has expired (an app’s token lives for an hour) or was revoked; make it after the training, and run the step again'

function refusalOf(status: number | undefined): [ForgeErrorCode, string] {
  switch (status) {
    case 401:
      return ['FORGE_UNAUTHORIZED', REFUSALS.bad_credentials.advice]
    case 403:
      return ['FORGE_FORBIDDEN', REFUSALS.no_permission.advice]
    case 404:
    case 410:
      return ['FORGE_NOT_FOUND', REFUSALS.not_found.advice]
    default:
      return [
        'FORGE_REJECTED',
        'Change what the forge names; where that is nothing of yours, please report this line',
      ]
  }
}

/** https://docs.github.com/en/rest/overview/troubleshooting-the-rest-api#resource-not-accessible */
function neededFor(headers: Answer['headers']): string | undefined {
  const needed = String(headers['x-accepted-github-permissions'] ?? '')
  if (!/^[a-z_]+=[a-z]+([;,] ?[a-z_]+=[a-z]+)*$/.test(needed)) return undefined
  return `\`${needed.replaceAll('=', ': ').replace(/; ?/g, '` or `').replace(/, ?/g, '` and `')}\``
}

function isRateLimit({ status, headers }: Answer, said: string): boolean {
  if (status === 429) return true
  if (status === 422) return /submitted too quickly/i.test(said)
  if (status !== 403) return false
  return headers['retry-after'] !== undefined || remaining(headers) === '0' || LIMITED.test(said)
}

const LIMITED = /secondary rate limit|abuse detection|submitted too quickly/i

function remaining(headers: Answer['headers']): string {
  return String(headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'])
}

/**
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 * and https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
 */
function limitOf(headers: Answer['headers'], now: number): { pause: number; until: number } {
  const dated = Date.parse(String(headers.date))
  const clock = Number.isNaN(dated) ? now : dated
  const until = retryAfter(headers['retry-after'], clock) ?? resetOf(headers) ?? clock + 60_000
  return { pause: Math.max(0, until - clock), until: Math.min(until, clock + 365 * 86_400_000) }
}

function retryAfter(value: string | number | undefined, clock: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(String(value))) return clock + Number(value) * 1000
  // `Date.parse` takes almost anything for a date.
  const date = /^[A-Z][a-z]{2}, /.test(String(value)) ? Date.parse(String(value)) : Number.NaN
  return Number.isNaN(date) ? undefined : date
}

function resetOf(headers: Answer['headers']): number | undefined {
  const reset = String(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset'])
  return remaining(headers) === '0' && /^\d{1,12}$/.test(reset) ? Number(reset) * 1000 : undefined
}

/** GitHub writes `message` and `errors`, GitLab `message` (a text, or texts by field) or `error`; git's own server a plain text. */
function messageOf({ headers, data }: Answer): string {
  if (data instanceof Uint8Array && /^text\/plain\b/.test(String(headers['content-type'])))
    return new TextDecoder().decode(data.subarray(0, 4096))
  if (typeof data !== 'object' || data === null) return ''
  const { message, error, errors } = data as Record<string, unknown>
  const said = message ?? error
  if (said === undefined) return ''
  const details = errors === undefined ? '' : `: ${JSON.stringify(errors)}`
  return `${typeof said === 'string' ? said : JSON.stringify(said)}${details}`
}
