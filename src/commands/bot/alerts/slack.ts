import type { Noted } from '../../../core/alerts/noted.ts'
import type { AlertLinks, slackDue } from '../../../core/alerts/slack.ts'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { Turn } from '../../../forges/ensure/turn.ts'
import { slackPause } from '../../../services/slack/slack.ts'
import { type AlertKey, keyName } from '../keys.ts'
import type { BotWorld } from '../world.ts'

interface Said {
  slack: Noted['slack']
  did: string[]
  problems: AssayError[]
  /** When to try again, in milliseconds since the epoch. */
  again?: number
}

/**
 * Says what is due. That Slack fails changes nothing else: it is noted, and tried again for a day. A message that is not begun while the
 * turn is ours is left to whoever has the next.
 */
export async function saySlack(
  { slack: way, now, log }: BotWorld,
  key: AlertKey,
  { slack: before }: Noted,
  { message, said }: NonNullable<ReturnType<typeof slackDue>>,
  turn: Turn,
): Promise<Said> {
  const { failing: failed, ...kept } = before ?? {}
  const failing = failed?.ended ? undefined : failed
  const time = now()
  if (failing && time - failing.since > GIVES_UP_MS)
    return { slack: { ...kept, said, failing: { ...failing, ended: true } }, did: [], problems: [] }
  if (!turn.isOurs(time)) return { slack: before, did: [], problems: [], again: time + SOON_MS }
  try {
    const posted = await way!.say(message, kept)
    const slack = { ...kept, ...posted, said }
    way!.unnoted.set(keyName(key), slack)
    return { slack, did: ['Slack is told'], problems: [] }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const words = error.problems[0]?.what ?? error.message
    log.warn(`Slack was not told of an alert: ${words}`)
    const pause = error.code === 'SLACK_REFUSED' ? REFUSED_MS : SOON_MS
    return {
      slack: { ...kept, failing: { ended: false, since: failing?.since ?? time, words } },
      did: [],
      problems: [error],
      again: time + Math.max(pause, slackPause(error)),
    }
  }
}

/** What was said of an alert and is not in its issue yet. */
export function unnoted({ slack }: BotWorld, key: AlertKey): Noted['slack'] {
  return slack?.unnoted.get(keyName(key))
}

/** Where the model is shown, where the bot has a page. */
export function pageOf({ pageUrl }: BotWorld, { model }: AlertKey): string | undefined {
  if (pageUrl === undefined) return undefined
  return model === undefined ? pageUrl : `${pageUrl}/models/${encodeURIComponent(model)}`
}

export function slackLinks(world: BotWorld, key: AlertKey, issue: string | undefined): AlertLinks {
  return { issue, page: pageOf(world, key) }
}

// --- internal ---

const GIVES_UP_MS = 86_400_000
const SOON_MS = 60_000
/** Somebody has to do something first. */
const REFUSED_MS = 900_000
