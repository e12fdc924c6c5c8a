import { inline, link, sentence } from '../report/words/escape.ts'
import { shortened, visible } from '../text/visible-text.ts'
import type { Alert } from './alert.ts'
import { MOST_SHOWN, type Noted, notedLine } from './noted.ts'

/** Which model an alert is about, and where it serves; absent where it does not say. */
export interface AlertSubject {
  model?: string | undefined
  environment?: string | undefined
}

/** In place of an environment where the one that is named is none of the model's. No environment can be called so. */
export const NO_ENVIRONMENT = '?'

/** An alert whose subject does not say which environment it names, with that in its words. */
export function namingEnvironment<A extends Alert>(alert: A, named: string): A {
  const summary = [`of the environment ${shortened(visible(named), 60)}`, alert.summary]
  return { ...alert, summary: summary.filter(Boolean).join('; ') }
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

/** Title and text of the issue, below its first line. */
export function alertIssue(subject: AlertSubject, noted: Noted, links: { page?: string | undefined } = {}) {
  const { alerts, words, people = [], retraining, slack, over } = noted
  const shown = alerts.slice(0, MOST_SHOWN).map(rowOf)
  const more = alerts.length > MOST_SHOWN ? [`- and ${alerts.length - MOST_SHOWN} more`] : []
  const asked =
    people.length === 0 || over ? [] : [`To look at it: ${people.map(one => `@${one}`).join(', ')}`]
  const trained = retraining
    ? [
        `Retraining: ${sentence(retraining.words, 500)}${retraining.url ? ` (${link('open', retraining.url)})` : ''}.`,
      ]
    : []
  const page =
    links.page === undefined
      ? []
      : [link(subject.model === undefined ? 'All models' : 'The model', links.page)]
  const untold = slack?.failing ? [`Slack could not be told: ${sentence(slack.failing.words, 300)}.`] : []
  const paragraphs = [
    ...(words === '' ? [] : [sentence(words, 1000)]),
    ...asked,
    ...trained,
    ...page,
    ...untold,
  ]
  return {
    title: `Alert: ${alertSubjectWords(subject)}`,
    body: [...shown, ...more, ...paragraphs.map(one => `\n${one}`), '', notedLine(noted)].join('\n'),
  }
}

// --- internal ---

function rowOf({ kind, name, severity, release, since, summary }: Alert): string {
  const facts = [name, kind, severity, release, `since ${since}`].filter(Boolean).map(fact => inline(fact))
  return `- ${facts.join(', ')}${summary === '' ? '' : `: ${sentence(summary, 500)}`}`
}
