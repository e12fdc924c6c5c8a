import { inline, sentence } from '../../report/words/escape.ts'
import { count, formatCount } from '../../text/numbers.ts'
import type { DriftVerdict, FeatureDrift } from '../drift/verdict.ts'
import {
  conceptWords,
  featureWords,
  headlineOf,
  nextStep,
  notesOf,
  promiseWords,
  psiWords,
  qualityWords,
  STATE_SIGNS,
  toldOf,
} from './words.ts'

/** For a pull request, an issue, a job's summary. */
export function renderDriftMarkdown(verdict: DriftVerdict): string {
  const told = toldOf(verdict)
  const shown = told.slice(0, MOST_SHOWN)
  const more = told.length - shown.length
  const steady = verdict.features.length - told.length
  const next = nextStep(verdict)
  const { concept, since, until } = verdict
  const quality = qualityWords(verdict)
  return `${[
    `## ${STATE_SIGNS[verdict.state]} ${sentence(headlineOf(verdict))}`,
    ...(since && until ? [`Rows from ${inline(since)} to ${inline(until)}.`] : []),
    ...(next ? [next] : []),
    ...notesOf(verdict).map(note => sentence(note)),
    ...(shown.length > 0 ? [[HEAD, RULE, ...shown.map(lineOf)].join('\n')] : []),
    ...(more > 0 ? [`And ${formatCount(more)} more.`] : []),
    ...(steady > 0 ? [`${formatCount(steady)} ${steady === 1 ? 'feature is' : 'features are'} steady.`] : []),
    ...(concept
      ? [
          `Concept: **${concept.state}** over ${count(concept.outcomes, 'outcome')}: ${sentence(conceptWords(concept))}.`,
        ]
      : []),
    ...(quality === '' ? [] : [quality]),
    promiseWords(verdict),
  ].join('\n\n')}\n`
}

// --- internal ---

const MOST_SHOWN = 50
const HEAD = '| | feature | kind | PSI (cut-off) | rows | what changed |'
const RULE = '|---|---|---|--:|--:|---|'

function lineOf(feature: FeatureDrift): string {
  const { name, state, kind, rows } = feature
  const isWrong = state === 'warn' || state === 'critical'
  const what = featureWords(feature)
  return `| ${STATE_SIGNS[state]} ${state} | ${inline(name)} | ${isWrong ? kind : ''} | ${psiWords(feature)} | ${formatCount(rows)} | ${what === '' ? '' : sentence(what, 400)} |`
}
