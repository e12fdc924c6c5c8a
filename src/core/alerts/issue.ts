import { inline, link, sentence } from '../report/words/escape.ts'
import { ENVIRONMENT_NAME } from '../text/names.ts'
import type { Alert } from './alert.ts'
import { MOST_SHOWN } from './crowd.ts'
import { type Noted, notedLine } from './noted.ts'

/** Which model an alert is about, and where it serves; absent where it does not say. */
export interface AlertSubject {
  model?: string | undefined
  environment?: string | undefined
}

/** In place of an environment where the one that is named is none of the model's. No environment can be called so. */
export const NO_ENVIRONMENT = '?'

/**
 * Whose issue an alert belongs into that names an environment: anybody who writes a rule can name any. Undefined is the issue of the
 * model: nobody can tell which environments it has.
 */
export function environmentFor(named: string, known: readonly string[] | undefined): string | undefined {
  if (known?.includes(named)) return named
  return known || !ENVIRONMENT_NAME.test(named) ? NO_ENVIRONMENT : undefined
}

/** What is said of an alert, and of which environment where its issue does not say that. */
export function alertSummary({ environment, summary }: Pick<Alert, 'environment' | 'summary'>): string {
  const named = environment === undefined ? [] : [`of the environment ${environment}`]
  return [...named, summary].filter(Boolean).join('; ')
}

/** Label of the issues. */
export const ALERT_LABEL = 'assay-alert'

/** The hidden first line by which the one issue of a model and an environment is found. */
export function alertMarker({ model = '-', environment = '-' }: AlertSubject): string {
  return `<!-- ${ALERT_LABEL}:${model}/${environment} -->`
}

/** What such a line names; undefined where it is none. */
export function alertSubjectIn(body: string): AlertSubject | undefined {
  const [, model, environment] = /^<!-- assay-alert:([^\s/]+)\/([^\s/]+) -->(?:\r?\n|$)/.exec(body) ?? []
  if (model === undefined) return undefined
  return {
    model: model === '-' ? undefined : model,
    environment: environment === '-' ? undefined : environment,
  }
}

/** `fraud in staging`; `no model named` where an alert does not say which. */
export function alertSubjectWords({ model = 'no model named', environment }: AlertSubject): string {
  if (environment === undefined) return model
  return `${model} in ${environment === NO_ENVIRONMENT ? 'an unknown environment' : environment}`
}

/** That what was told of a model goes on in the issues of these environments. */
export function movedWords({ model }: AlertSubject, moved: readonly string[]): string {
  const subjects = moved.map(environment => alertSubjectWords({ model, environment }))
  return `It goes on in the issues of: ${subjects.join('; ')}.`
}

/**
 * Title and text of the issue, below its first line. `body` takes the report on live traffic that stands in it, as `reportIn` finds
 * it: whoever has none leaves that of others there.
 */
export function alertIssue(subject: AlertSubject, noted: Noted, links: { page?: string | undefined } = {}) {
  const { alerts, words, people = [], retraining, slack, over, moved = [] } = noted
  const shown = alerts.slice(0, MOST_SHOWN).map(rowOf)
  const more = alerts.length > MOST_SHOWN ? [`- and ${alerts.length - MOST_SHOWN} more`] : []
  const asked =
    people.length === 0 || over ? [] : [`To look at it: ${people.map(one => `@${one}`).join(', ')}`]
  const trained = retraining
    ? [
        `Retraining: ${sentence(retraining.words, 500)}${retraining.url ? ` (${link('open', retraining.url)})` : ''}.`,
      ]
    : []
  const elsewhere = moved.length === 0 ? [] : [sentence(movedWords(subject, moved), 1000)]
  const page =
    links.page === undefined
      ? []
      : [link(subject.model === undefined ? 'All models' : 'The model', links.page)]
  const untold = slack?.failing ? [`Slack could not be told: ${sentence(slack.failing.words, 300)}.`] : []
  const paragraphs = [
    ...(words === '' ? [] : [sentence(words, 1000)]),
    ...asked,
    ...trained,
    ...elsewhere,
    ...page,
    ...untold,
  ]
  return {
    title: `Alert: ${alertSubjectWords(subject)}`,
    body: (report?: string) =>
      [
        ...shown,
        ...more,
        ...paragraphs.map(one => `\n${one}`),
        ...(report === undefined ? [] : ['', REPORT_BEGIN, report.trim(), REPORT_END]),
        '',
        notedLine(noted),
      ].join('\n'),
  }
}

/** The report on live traffic in the text of an issue. */
export function reportIn(body = ''): string | undefined {
  const lines = body.split(/\r?\n/)
  const [from, to] = [lines.indexOf(REPORT_BEGIN), lines.indexOf(REPORT_END)]
  return from >= 0 && to > from ? lines.slice(from + 1, to).join('\n') : undefined
}

// --- internal ---

const REPORT_BEGIN = '<!-- assay:drift v1 -->'
const REPORT_END = '<!-- assay:drift end -->'

function rowOf(alert: Alert): string {
  const { kind, name, severity, release, since } = alert
  const summary = alertSummary(alert)
  const facts = [name, kind, severity, release, since && `since ${since}`]
    .filter(Boolean)
    .map(fact => inline(fact))
  return `- ${facts.join(', ')}${summary === '' ? '' : `: ${sentence(summary, 500)}`}`
}
