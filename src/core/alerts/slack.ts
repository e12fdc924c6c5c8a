import { plain } from '../report/words/escape.ts'
import { shortened } from '../text/visible-text.ts'
import { ALERT_KINDS, type Alert, type AlertKind } from './alert.ts'
import { type AlertSubject, alertSubjectWords, alertSummary, movedWords } from './issue.ts'
import type { Noted } from './noted.ts'

/** What is said of an alert in Slack: one thread, or with an incoming webhook one message at the start and one at the end. */

/** A message as `chat.postMessage` and incoming webhooks take it. https://docs.slack.dev/reference/block-kit/blocks */
export interface SlackMessage {
  /** For notifications. */
  text: string
  blocks: SlackBlock[]
}

export type SlackBlock = { type: 'section'; text: SlackText } | { type: 'context'; elements: SlackText[] }

/** In `plain_text` nothing is markup. */
export type SlackText = { type: 'plain_text'; text: string; emoji: false } | { type: 'mrkdwn'; text: string }

export type SlackSaid = NonNullable<NonNullable<Noted['slack']>['said']>

/** Where more is to be read. */
export interface AlertLinks {
  issue?: string | undefined
  page?: string | undefined
}

export interface SlackWay {
  /** Answers can be written below a message. */
  threads: boolean
  /** Who is called where something is broken: a person `U…`, a group `S…` or `here`. */
  onCall?: string | undefined
}

/**
 * What is to be said now, and what was said by then; undefined where there is nothing to say. One message says all that has changed;
 * whoever asks again after it was said is told nothing more. Where nothing can be answered below a message, what begins beside what
 * fires is said anew: somebody may have to look at that.
 */
export function slackDue(
  subject: AlertSubject,
  noted: Noted,
  links: AlertLinks,
  { threads, onCall }: SlackWay,
): { message: SlackMessage; said: SlackSaid } | undefined {
  const { slack, over, retraining, alerts, moved = [] } = noted
  const before = slack?.said
  const now = { kinds: kindsOf(alerts), retraining: keyOf(retraining), over }
  if (!before) return over ? undefined : { message: begin(subject, noted, links, onCall), said: now }
  const isEnd = over && !before.over
  const grown = over ? [] : now.kinds.filter(kind => !before.kinds.includes(kind))
  const isTrained = now.retraining !== before.retraining
  if (!threads && grown.length > 0) return { message: begin(subject, noted, links, onCall), said: now }
  if (!isEnd && (!threads || (grown.length === 0 && !isTrained))) return undefined
  const lines = [
    ...(grown.length > 0 ? [`Fires as well: ${grown.join(', ')}`, ...rowsOf(noted, grown)] : []),
    ...(isTrained && retraining ? [`Retraining: ${plain(retraining.words, 500)}`] : []),
    ...(isEnd && moved.length > 0 ? [plain(movedWords(subject, moved), 500)] : []),
    ...(isEnd && moved.length === 0 ? [`Over: ${alertSubjectWords(subject)}`] : []),
  ]
  const called = grown.includes('breakage') ? call(onCall) : []
  return {
    message: message(lines.at(-1)!, lines, called, linksOf(links, retraining)),
    said: { ...now, kinds: over ? before.kinds : now.kinds },
  }
}

/** Text in which nothing is markup of Slack's. https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function slackEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

// --- internal ---

/** Characters of the text of a section. */
const LONGEST = 3000
const MOST_ROWS = 10

type Retraining = Noted['retraining']

function begin(
  subject: AlertSubject,
  noted: Noted,
  links: AlertLinks,
  onCall: string | undefined,
): SlackMessage {
  const { alerts, words, retraining } = noted
  const title = `${alertSubjectWords(subject)}: ${kindsOf(alerts).join(', ')}`
  const more = alerts.length > MOST_ROWS ? [`and ${alerts.length - MOST_ROWS} more`] : []
  const trained = retraining ? [`Retraining: ${plain(retraining.words, 500)}`] : []
  const lines = [title, ...rowsOf(noted), ...more, plain(words, 500), ...trained]
  const called = alerts.some(({ kind }) => kind === 'breakage') ? call(onCall) : []
  return message(title, lines, called, linksOf(links, retraining))
}

function message(title: string, lines: string[], called: SlackBlock[], links: string[]): SlackMessage {
  return {
    text: fitting(title),
    blocks: [
      {
        type: 'section',
        text: { type: 'plain_text', text: fitting(lines.filter(Boolean).join('\n')), emoji: false },
      },
      ...called,
      ...(links.length > 0
        ? [{ type: 'context' as const, elements: [{ type: 'mrkdwn' as const, text: links.join(' · ') }] }]
        : []),
    ],
  }
}

/** Escaped, and no longer than a section may be. */
function fitting(text: string): string {
  let shown = shortened(text, LONGEST)
  while (slackEscaped(shown).length > LONGEST) shown = shortened(shown, Math.floor(shown.length * 0.8))
  return slackEscaped(shown)
}

function rowsOf({ alerts }: Noted, kinds?: AlertKind[]): string[] {
  return alerts
    .filter(({ kind }) => kinds === undefined || kinds.includes(kind))
    .slice(0, MOST_ROWS)
    .map(rowOf)
}

function rowOf(alert: Alert): string {
  const { name, kind, severity, release, since } = alert
  const summary = alertSummary(alert)
  const facts = [name, kind, severity, release && `release ${release}`, since && `since ${since}`].filter(
    Boolean,
  )
  return plain(`• ${facts.join(', ')}${summary === '' ? '' : `: ${summary}`}`, 400)
}

/** Calls somebody. What is broken is for a person, and nobody else does anything about it. */
function call(onCall: string | undefined): SlackBlock[] {
  if (onCall === undefined) return []
  const mention =
    onCall === 'here' ? '<!here>' : onCall.startsWith('S') ? `<!subteam^${onCall}>` : `<@${onCall}>`
  return [{ type: 'section', text: { type: 'mrkdwn', text: `${mention} a person has to look at this` } }]
}

function linksOf({ issue, page }: AlertLinks, retraining: Retraining): string[] {
  return [
    ['Issue', issue],
    ['Model', page],
    ['Retraining', retraining?.url],
  ].flatMap(([words, url]) => (url !== undefined && isPlain(url) ? [`<${slackEscaped(url)}|${words}>`] : []))
}

/** An address in which nothing ends the link. */
function isPlain(url: string): boolean {
  return url.length <= 500 && /^https?:\/\/[^\s<>|"]+$/.test(url)
}

function kindsOf(alerts: readonly Alert[]): AlertKind[] {
  return ALERT_KINDS.filter(kind => alerts.some(one => one.kind === kind))
}

/** What of it is worth a message of its own. */
function keyOf(retraining: Retraining): string {
  return retraining ? `${retraining.branch} ${retraining.state}` : ''
}
