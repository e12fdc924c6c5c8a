import { htmlPage } from '../../report/html/page.ts'
import {
  htmlFold,
  htmlSection,
  htmlSentence,
  htmlTable,
  htmlText,
  htmlWords,
} from '../../report/html/text.ts'
import { minuteWords } from '../../text/instant-words.ts'
import { count, formatCount } from '../../text/numbers.ts'
import type { Alarm } from '../drift/alarms.ts'
import type { DriftState, DriftVerdict, FeatureDrift } from '../drift/verdict.ts'
import { conceptFigure, FIGURE_STYLE, featureFigure, nameHtml } from './figures.ts'
import {
  conceptWords,
  featureWords,
  headlineOf,
  nextStep,
  notesOf,
  promiseWords,
  psiWords,
  QUALITY_NOTE,
  qualityRows,
  STATE_SIGNS,
  stateWords,
  toldOf,
  verdictWords,
} from './words.ts'

/**
 * drift.html: one page that needs nothing else, neither network nor scripts. The verdict in words first, then what has changed, bin by
 * bin. The same verdict gives the same bytes; 100 features of 20 bins stay below 500 kB.
 *
 * @param alarms those that go on, where they are known
 */
export function renderDriftHtml(verdict: DriftVerdict, alarms: readonly Alarm[] = []): string {
  const told = toldOf(verdict)
  const changed = told.filter(isWrong)
  const unknown = told.filter(({ state }) => state === 'unknown')
  const answers = verdict.features.filter(one => one.name.startsWith('__') && one.state === 'steady')
  const steady = verdict.features.filter(one => one.state === 'steady' && !answers.includes(one))
  const rest = [...changed.slice(MOST_FIGURES), ...steady]
  const parts = [
    header(verdict, alarms),
    htmlSection('What has changed', figures(changed.slice(0, MOST_FIGURES))),
    htmlSection('What cannot be told', htmlTable(unknownTable(unknown))),
    htmlSection('What the model answers', figures(answers)),
    htmlSection('Concept: what the score means', conceptHtml(verdict)),
    htmlSection('What outcomes say of the model', qualityHtml(verdict)),
    htmlFold(`The others (${formatCount(rest.length)})`, htmlTable(restTable(rest))),
    `<footer>${htmlWords(promiseWords(verdict))}</footer>`,
  ]
  return htmlPage(headlineOf(verdict), parts.filter(part => part !== '').join('\n'), FIGURE_STYLE)
}

// --- internal ---

/** More are a table: nobody looks at so many pictures. */
const MOST_FIGURES = 100

/** How the page sets off each state. */
const TONES: Record<DriftState, string> = {
  steady: 'pass',
  warn: 'inconclusive',
  unknown: 'inconclusive',
  critical: 'fail',
}

function isWrong({ state }: FeatureDrift): boolean {
  return state === 'critical' || state === 'warn'
}

function header(verdict: DriftVerdict, alarms: readonly Alarm[]): string {
  const { model, state, release, environment, since, until } = verdict
  const entry = (name: string, value: string | undefined) =>
    value === undefined ? '' : `<dt>${name}</dt><dd>${htmlText(value)}</dd>`
  const words = nextStep(verdict) ?? MEANINGS[state]
  return `<header>
<p class="model">${htmlText(model)}</p>
<h1><span aria-hidden="true">${STATE_SIGNS[state]}</span> ${htmlWords(verdictWords(verdict))}</h1>
<p class="why ${TONES[state]}">${htmlSentence(words)}</p>
<dl>${alarmsHtml(alarms)}${entry('environment', environment)}${entry('release', release)}${entry('rows from', since)}${entry('to', until)}</dl>
${notesOf(verdict)
  .map(note => `<p class="note">${htmlSentence(note)}</p>`)
  .join('\n')}
</header>`
}

/** Since when, where that is known: a single look knows its window alone. */
function alarmsHtml(alarms: readonly Alarm[]): string {
  if (alarms.length === 0) return ''
  const since = alarms.map(({ kind, level, since }) => `${level}: ${kind} since ${minuteWords(since)}`)
  return `<dt>alarm</dt><dd>${since.map(htmlWords).join('<br>')}</dd>`
}

const MEANINGS: Record<DriftState, string> = {
  steady: 'A shift that matters would have shown at these numbers of rows, and none did.',
  warn: 'The change is certain, and too small to matter yet.',
  unknown: '',
  critical: '',
}

function figures(features: readonly FeatureDrift[]): string {
  if (features.length === 0) return ''
  return `<div class="plots">\n${features.map(one => featureFigure(one)).join('\n')}\n</div>`
}

function unknownTable(features: readonly FeatureDrift[]) {
  return {
    caption: 'This is not green: what would be needed',
    head: ['feature', 'why', 'rows'],
    numbers: [2],
    rows: features.map(one => [nameHtml(one), htmlSentence(one.reason ?? ''), formatCount(one.rows)]),
  }
}

function conceptHtml({ concept }: DriftVerdict): string {
  if (!concept) return ''
  const { state, outcomes } = concept
  const words = `${STATE_SIGNS[state]} <strong>${state}</strong> over ${count(outcomes, 'outcome')}: ${htmlSentence(conceptWords(concept))}.`
  return `<p>${words}</p>\n<div class="plots">\n${conceptFigure(concept)}\n</div>`
}

function qualityHtml(verdict: DriftVerdict): string {
  const rows = qualityRows(verdict)
  if (rows.length === 0) return ''
  const table = htmlTable({
    caption: 'Live beside the accepted evaluation',
    head: ['metric', 'accepted', 'live', 'outcomes'],
    numbers: [1, 2, 3],
    rows: rows.map(({ name, accepted, live, outcomes }) => [name, accepted, live, outcomes]),
  })
  return `${table}\n<p class="note">${QUALITY_NOTE}</p>`
}

function restTable(features: readonly FeatureDrift[]) {
  return {
    caption: 'Features without a picture',
    head: ['feature', 'state', 'PSI (cut-off)', 'rows', 'where it differs most'],
    numbers: [2, 3],
    rows: features.map(one => [
      nameHtml(one),
      stateWords(one),
      psiWords(one),
      formatCount(one.rows),
      htmlSentence(featureWords(one)),
    ]),
  }
}
