import type { Alert } from './alert.ts'
import { MOST_SHOWN } from './crowd.ts'
import { type AlertSubject, alertIssue } from './issue.ts'
import { type Noted, withAlarms } from './noted.ts'

/**
 * The issue of an alert as far as a forge has room for it: a text that is too long would be refused, and with it all that is told
 * from then on. The report gives way first, then what alerts say of themselves; which fire, since when and of which release stays.
 *
 * @param most characters that a text may have there
 * @returns beside title and text what stands in the hidden line of it then
 */
export function fittingIssue(
  subject: AlertSubject,
  noted: Noted,
  most: number,
  links: { page?: string | undefined } = {},
) {
  const room = most - ROOM
  const asFar = [noted]
  for (const shorter of SHORTER) asFar.push(shorter(asFar.at(-1)!))
  const fits = (one: Noted) => alertIssue(subject, one, links).body().length <= room
  const fitting = asFar.find(fits) ?? asFar.at(-1)!
  const { title, body } = alertIssue(subject, fitting, links)
  return {
    title,
    noted: fitting,
    body: (report?: string) => (report === undefined ? body() : withReport(body, report, room)),
  }
}

// --- internal ---

/** For the marker, line ends and what a forge counts otherwise. */
const ROOM = 2000

/** Each after those before it. Cut in the middle, a release is none that serves. */
const SHORTER: ((noted: Noted) => Noted)[] = [
  texts(({ summary }) => ({ summary: cut(summary, 60) })),
  texts(({ name, severity }) => ({ summary: '', name: cut(name, 30), severity: cut(severity, 10) })),
  noted => withAlarms(noted, noted.drift ?? [], 500),
  texts(({ release, since }) => ({
    name: '',
    severity: '',
    release: cut(release, 20),
    since: cut(since, 20),
  })),
  texts(({ release, environment }, at) =>
    at < MOST_SHOWN
      ? {}
      : { release: cut(release, 0), ...(environment !== undefined && { environment: cut(environment, 0) }) },
  ),
  withShorterWords,
]

function texts(shorter: (alert: Alert, at: number) => Partial<Alert>): (noted: Noted) => Noted {
  return noted => ({ ...noted, alerts: noted.alerts.map((one, at) => ({ ...one, ...shorter(one, at) })) })
}

function withShorterWords({ words, retraining, slack, ...noted }: Noted): Noted {
  const short = <T extends { words: string }>(one: T): T => ({ ...one, words: cut(one.words, 150) })
  const failing = slack?.failing && short(slack.failing)
  return {
    ...noted,
    ...short({ words }),
    ...(retraining && { retraining: short(retraining) }),
    ...(slack && { slack: { ...slack, ...(failing && { failing }) } }),
  }
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).trimEnd()}…` : text
}

/** With as much of the report as there is room for, whole lines; without where there is none. */
function withReport(body: (report?: string) => string, report: string, room: number): string {
  const left = room - body('').length
  if (report.length <= left) return body(report)
  const lines = report
    .slice(0, Math.max(0, left - REST.length))
    .split('\n')
    .slice(0, -1)
    .join('\n')
  return body(lines === '' ? REST : `${lines}\n\n${REST}`)
}

const REST = 'The rest is in the files of the run.'
