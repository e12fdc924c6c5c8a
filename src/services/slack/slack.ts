import { AssayError } from '../../core/errors/errors.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

/** Where Slack is told: a channel by the API, where answers go into a thread, or the one of an incoming webhook. */
export type SlackDestination =
  | { kind: 'channel'; apiUrl: string; token: string; channel: string }
  | { kind: 'webhook'; url: string }

export interface SlackOptions {
  /** For proxies. */
  fetch?: typeof fetch | undefined
  /** Milliseconds one request may take, body included. Default 10 s. */
  deadline?: number
  signal?: AbortSignal
}

/** Where a message lies, so that it can be answered; a webhook does not tell. */
export interface SlackPosted {
  channel?: string
  thread?: string
}

/** Says something, once. Below the message that `posted` is, where that can be. */
export type SlackSay = (message: object, posted?: SlackPosted) => Promise<SlackPosted>

/**
 * A client for one destination. Every call is one request to the one address that it is for, redirects are not followed. It is not
 * repeated: who calls knows whether the message is still due.
 *
 * @throws AssayError `SLACK_UNAVAILABLE` for what may pass, `SLACK_REFUSED` for what somebody has to put right
 */
export function slack(destination: SlackDestination, options: SlackOptions = {}): SlackSay {
  return async (message, posted = {}) => {
    if (destination.kind === 'webhook') {
      const { status, text, pause } = await post(destination.url, message, undefined, options)
      if (status === 200) return {}
      throw refusal(status, text, pause)
    }
    const { apiUrl, token, channel } = destination
    const thread = posted.channel === channel ? posted.thread : undefined
    const to = { channel, ...(thread !== undefined && { thread_ts: thread }) }
    const quiet = { unfurl_links: false, unfurl_media: false }
    const { status, text, pause } = await post(
      `${apiUrl}/chat.postMessage`,
      { ...message, ...to, ...quiet },
      token,
      options,
    )
    const answer = status === 200 ? answerIn(text) : undefined
    if (answer?.ok === true) {
      // It was said, whatever else the answer lacks: once more would be twice.
      const { channel: there, ts } = answer
      const begun = thread ?? (typeof ts === 'string' ? ts : undefined)
      return begun !== undefined && typeof there === 'string' ? { channel: there, thread: begun } : {}
    }
    const said =
      typeof answer?.error === 'string' ? answer.error : status === 200 ? 'no answer of Slack' : text
    throw refusal(status, said, pause)
  }
}

/** Milliseconds that Slack asks to be left alone for. */
export function slackPause(error: AssayError): number {
  const { pause = 0 } = (error.cause ?? {}) as { pause?: number }
  return pause
}

// --- internal ---

const LARGEST = 1024 * 1024
const LONGEST_PAUSE = 3_600_000

interface Answered {
  status: number
  text: string
  pause: number
}

async function post(
  url: string,
  message: object,
  token: string | undefined,
  { fetch: send = fetch, deadline = 10_000, signal }: SlackOptions,
): Promise<Answered> {
  const timeout = AbortSignal.timeout(deadline)
  try {
    const response = await send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    })
    const seconds = Number(response.headers.get('retry-after') ?? '')
    const pause = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_PAUSE) : 0
    return { status: response.status, text: await textOf(response), pause }
  } catch (error) {
    signal?.throwIfAborted()
    const { code = 'no reason' } = ((error as Error).cause ?? {}) as { code?: string }
    const what = timeout.aborted
      ? `no complete answer from Slack within ${deadline / 1000} s`
      : `Slack cannot be reached (${code})`
    throw slackError({ code: 'SLACK_UNAVAILABLE', what, fix: AGAIN })
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > LARGEST) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function answerIn(text: string): Record<string, unknown> | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** What passes by itself. https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const PASSES =
  /^(?:rate_?limited|message_limit_exceeded|internal_error|fatal_error|service_unavailable|request_timeout|team_added_to_org|org_login_required|rollup_error|no answer of Slack)$/

function refusal(status: number, said: string, pause: number): AssayError {
  const shown = shortened(visible(said.trim()), 100)
  const passes = status === 429 || status >= 500 || PASSES.test(said.trim())
  const what = `Slack answers ${[status === 200 ? '' : status, shown].filter(Boolean).join(' ')}`
  if (passes) return slackError({ code: 'SLACK_UNAVAILABLE', what, fix: AGAIN, pause })
  return slackError({ code: 'SLACK_REFUSED', what, fix: ADVICE[said.trim()] ?? OTHERWISE, pause })
}

const AGAIN = 'It is tried again for a day'
const OTHERWISE = 'Check token and channel, or the address of the webhook, in the settings of the bot'
const MEMBER = 'Invite the app to the channel, and check ASSAY_BOT_SLACK_CHANNEL'
const TOKEN = 'Give ASSAY_BOT_SLACK_TOKEN the bot token of an app that is installed'

/** What to do about what Slack says. */
const ADVICE: Record<string, string> = {
  not_in_channel: MEMBER,
  channel_not_found: MEMBER,
  is_archived: 'Name another channel in ASSAY_BOT_SLACK_CHANNEL',
  invalid_auth: TOKEN,
  not_authed: TOKEN,
  token_revoked: TOKEN,
  token_expired: TOKEN,
  account_inactive: TOKEN,
  missing_scope: 'Give the app the scope `chat:write` and install it again',
}

interface SlackFailure {
  code: 'SLACK_UNAVAILABLE' | 'SLACK_REFUSED'
  what: string
  fix: string
  /** Milliseconds. */
  pause?: number
}

function slackError({ code, what, fix, pause }: SlackFailure): AssayError {
  return new AssayError({
    code,
    title: 'Slack was not told',
    problems: [{ what, fix }],
    ...(pause !== undefined && { cause: { pause } }),
  })
}
