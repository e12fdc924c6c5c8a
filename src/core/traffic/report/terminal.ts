import { alignColumns } from '../../report/terminal.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { visible } from '../../text/visible-text.ts'
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
  toldOf,
} from './words.ts'

/** For people at a terminal: what is wrong first, what is steady as a number. */
export function renderDriftTerminal(verdict: DriftVerdict): string {
  const told = toldOf(verdict)
  const steady = verdict.features.length - told.length
  const table = alignColumns([['FEATURE', 'STATE', 'KIND', 'PSI (CUT-OFF)', 'ROWS'], ...told.map(rowOf)], [4])
  const reasons = told.flatMap(feature => {
    const words = featureWords(feature)
    return words === '' ? [] : [visible(`${feature.name}: ${words}`)]
  })
  const next = nextStep(verdict)
  const quality = qualityWords(verdict)
  return [
    visible(headlineOf(verdict)),
    ...(told.length > 0 ? ['', table, ...(reasons.length > 0 ? ['', ...reasons] : [])] : []),
    ...(steady > 0 ? ['', `${formatCount(steady)} steady`] : []),
    ...conceptLines(verdict),
    ...(quality === '' ? [] : ['', quality]),
    ...(next ? ['', next] : []),
    ...notesOf(verdict).map(visible),
    '',
    promiseWords(verdict),
  ].join('\n')
}

// --- internal ---

function rowOf(feature: FeatureDrift): string[] {
  const isWrong = feature.state === 'warn' || feature.state === 'critical'
  return [
    visible(feature.name),
    feature.state,
    isWrong ? feature.kind : '',
    psiWords(feature),
    formatCount(feature.rows),
  ]
}

function conceptLines({ concept }: DriftVerdict): string[] {
  if (!concept) return []
  const { state, outcomes } = concept
  return ['', visible(`concept: ${state} over ${count(outcomes, 'outcome')}: ${conceptWords(concept)}`)]
}
