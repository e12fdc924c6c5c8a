import type { AlertSubject } from '../../core/alerts/issue.ts'
import type { Noted } from '../../core/alerts/noted.ts'
import { slackDue } from '../../core/alerts/slack.ts'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { whyNoToken } from '../../core/secrets/token-use.ts'
import { proxyFetch } from '../../forges/http/proxy.ts'
import { type SlackSay, slack } from '../../services/slack/slack.ts'
import type { Context } from '../command/context.ts'

/** The way to a channel of Slack. */
export interface SlackWay {
  say: SlackSay
  onCall: string | undefined
  now: () => number
}

/**
 * By the incoming webhook that the environment names; undefined where it names none, or where the run may use no secret. It goes to
 * that address and no other.
 *
 * @throws AssayError `USAGE` for an address or a name that is none
 */
export function slackOf({ env, ci, log, signal, now }: Context): SlackWay | undefined {
  const url = env[WEBHOOK]?.trim() ?? ''
  const onCall = env[ON_CALL]?.trim() || undefined
  if (url === '') return undefined
  const refused = whyNoToken(ci, 'job')
  if (refused !== undefined) {
    log.warn(`Slack is not told: ${refused}`)
    return undefined
  }
  if (!isSafe(url))
    throw wrong(`${WEBHOOK} is no https address`, 'copy the address of the incoming webhook from the app')
  if (onCall !== undefined && !/^(?:[UWS][A-Z0-9]{2,30}|here)$/.test(onCall))
    throw wrong(`${ON_CALL} names nobody`, 'give the id of a person (`U…`) or a group (`S…`), or `here`')
  return {
    say: slack({ kind: 'webhook', url }, { fetch: proxyFetch(new URL(url), env), signal }),
    onCall,
    now,
  }
}

/** Says what is due, if anything is. That Slack fails changes nothing else: the next run tries again. */
export async function saySlack(
  { say, onCall, now }: SlackWay,
  subject: AlertSubject,
  noted: Noted,
  issue: string | undefined,
): Promise<{ slack: Noted['slack']; did: string[] } | undefined> {
  const due = slackDue(subject, noted, { issue }, { threads: false, onCall })
  if (!due) return undefined
  const { failing, ...kept } = noted.slack ?? {}
  try {
    await say(due.message)
    return { slack: { ...kept, said: due.said }, did: ['Slack is told'] }
  } catch (error) {
    if (!isAssayError(error, 'SLACK_UNAVAILABLE', 'SLACK_REFUSED')) throw error
    const words = error.problems[0]!.what
    const since = failing?.since ?? now()
    return {
      slack: { ...kept, failing: { since, words, ended: false } },
      did: [`Slack was not told, and the next run tries again: ${words}`],
    }
  }
}

// --- internal ---

const WEBHOOK = 'ASSAY_SLACK_WEBHOOK'
const ON_CALL = 'ASSAY_SLACK_ON_CALL'

/** By plain http to this machine alone. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

function wrong(what: string, fix: string): AssayError {
  return new AssayError({ code: 'USAGE', title: 'Slack cannot be told', problems: [{ what, fix }] })
}
