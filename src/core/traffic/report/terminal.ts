import { alignColumns } from '../../report/terminal.ts'
import { formatCount } from '../../text/numbers.ts'
import { visible } from '../../text/visible-text.ts'
import type { DriftVerdict, FeatureDrift } from '../drift/verdict.ts'
import { changesWords, headlineOf, nextStep, promiseWords, psiWords, share } from './words.ts'

/** For people at a terminal: what is wrong first, what is steady as a number. */
export function renderDriftTerminal(verdict: DriftVerdict): string {
  const told = verdict.features.filter(({ state, reason }) => state !== 'steady' || reason !== undefined)
  const steady = verdict.features.length - told.length
  const table = alignColumns([['FEATURE', 'STATE', 'KIND', 'PSI (CUT-OFF)', 'ROWS'], ...told.map(rowOf)], [4])
  const reasons = told.flatMap(feature => {
    const changes = feature.state === 'unknown' ? '' : changesWords(feature)
    const words = [feature.reason, changes].filter(Boolean).join('; ')
    return words === '' ? [] : [visible(`${feature.name}: ${words}`)]
  })
  const next = nextStep(verdict)
  return [
    visible(headlineOf(verdict)),
    ...(told.length > 0 ? ['', table, ...(reasons.length > 0 ? ['', ...reasons] : [])] : []),
    ...(steady > 0 ? ['', `${formatCount(steady)} steady`] : []),
    ...conceptLines(verdict),
    ...(next ? ['', next] : []),
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
  const { state, outcomes, gap, auc, reason } = concept
  const ranks = auc ? `, AUC ${auc.accepted.toFixed(3)} → ${auc.live.toFixed(3)}` : ''
  const told = reason ?? `outcomes are off by ${share(gap)} of the rows on average${ranks}`
  return ['', `concept: ${state} over ${formatCount(outcomes)} outcomes: ${told}`]
}
