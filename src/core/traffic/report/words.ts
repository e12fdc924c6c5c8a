import { plain } from '../../report/words/escape.ts'
import { count, formatCount, formatNumber } from '../../text/numbers.ts'
import type { ConceptDrift, DriftState, DriftVerdict, FeatureDrift, QualityMetric } from '../drift/verdict.ts'

/** A verdict on live traffic in words, the same in every form. */

export const STATE_SIGNS = { steady: '🟢', warn: '🟡', critical: '🔴', unknown: '⚪' } as const

/** One line: which model, what, and what follows from it. */
export function headlineOf(verdict: DriftVerdict): string {
  return `${verdict.model}: ${verdictWords(verdict)}`
}

/** The same without the model: for where that is said already. */
export function verdictWords({ state, kind, rows, features, flow, unseen }: DriftVerdict): string {
  if (unseen !== undefined) return `cannot tell: ${unseen}`
  if (flow?.state === state) return `${FLOW_HEADS[state]}: ${flow.reason}`
  const wrong = features.filter(one => one.state === state && one.weight > 0)
  const of = `of ${features.length} ${features.length === 1 ? 'feature' : 'features'}`
  const over = `over ${count(rows, 'row')}`
  if (state === 'steady') return `steady ${over}`
  if (state === 'unknown')
    return wrong.length > 0 ? `cannot tell in ${wrong.length} ${of} ${over}` : `cannot tell ${over}`
  if (kind === 'concept') return `${state}: the same score means another outcome than before`
  const kinds = (['breakage', 'shift'] as const).flatMap(one => {
    const number = wrong.filter(feature => feature.kind === one).length
    return number > 0 ? [`${one} in ${number}`] : []
  })
  return `${state}: ${kinds.join(' and ')} ${of} ${over}`
}

/** What a person does next. */
export function nextStep({ state, kind, flow, unseen }: DriftVerdict): string | undefined {
  if (unseen !== undefined || flow?.state === 'unknown')
    return 'This is not green: nothing says that the model gets what it was accepted on.'
  if (state === 'unknown') return 'This is not green: see what would be needed.'
  if (state !== 'critical') return undefined
  if (kind === 'breakage') return 'Find what is broken before the model: nothing is to be trained on it.'
  return 'Look at what has changed, and have the model trained anew: `assay retrain`.'
}

/** What is to be known of the windows, and of the rows where that is not the headline. Sentences. */
export function notesOf({ state, flow, notes = [] }: DriftVerdict): string[] {
  const also = flow && flow.state !== state ? [`Also: ${flow.reason}.`] : []
  return [...also, ...notes]
}

/** All but those of which there is nothing to say, the worst first: a long list is cut at its end. */
export function toldOf({ features }: DriftVerdict): FeatureDrift[] {
  return features
    .filter(({ state, reason }) => state !== 'steady' || reason !== undefined)
    .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.psi - a.psi)
}

/** Why it is broken or cannot be told, and where it shows most. A sentence. */
export function featureWords(feature: FeatureDrift): string {
  const changes = feature.state === 'unknown' ? '' : changesWords(feature)
  return [feature.reason, changes].filter(Boolean).join('; ')
}

/** `critical: shift`, `unknown`. */
export function stateWords({ state, kind }: FeatureDrift): string {
  return state === 'warn' || state === 'critical' ? `${state}: ${kind}` : state
}

/** `they are off by 3.1 % of the rows on average; AUC 0.812 → 0.774`, or why it cannot be told. */
export function conceptWords({ reason, gap, auc }: ConceptDrift): string {
  const ranks = auc ? `; AUC ${auc.accepted.toFixed(3)} → ${auc.live.toFixed(3)}` : ''
  return `${reason ?? `they are off by ${share(gap)} of the rows on average`}${ranks}`
}

/** What a person reads of live outcomes: each of the model's numbers with that of the accepted evaluation, and how many it is of. */
export function qualityRows({
  quality = [],
}: DriftVerdict): Record<'name' | 'accepted' | 'live' | 'outcomes', string>[] {
  return quality.map(({ metric, accepted, live, outcomes }) => ({
    name: QUALITY_NAMES[metric],
    accepted: accepted === undefined ? 'not known' : accepted.toFixed(3),
    live: live.toFixed(3),
    outcomes: formatCount(outcomes),
  }))
}

/** `Live outcomes (2,000): accuracy 0.810 (accepted: 0.850), AUC 0.774 (accepted: 0.812).` Empty without outcomes. */
export function qualityWords(verdict: DriftVerdict): string {
  const rows = qualityRows(verdict)
  const isOne = new Set(rows.map(({ outcomes }) => outcomes)).size === 1
  const words = rows.map(
    ({ name, live, accepted, outcomes }) =>
      `${name} ${live} (accepted: ${accepted}${isOne ? '' : `; ${outcomes} outcomes`})`,
  )
  return rows.length === 0
    ? ''
    : `Live outcomes${isOne ? ` (${rows[0]!.outcomes})` : ''}: ${words.join(', ')}.`
}

/** What such numbers can know. */
export const QUALITY_NOTE =
  'Live and accepted numbers are both worked out from the bins of the profile, so compare them with one another alone. They decide nothing: whether they differ by more than chance is what concept says.'

export function share(value: number): string {
  return `${(100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`
}

export function psiWords({ psi, cutOff }: FeatureDrift): string {
  return cutOff === undefined ? 'n/a' : `${formatNumber(psi, THREE)} (${formatNumber(cutOff, THREE)})`
}

/** What the numbers promise, and what they do not. */
export function promiseWords({ budget: { alarms, days } }: DriftVerdict): string {
  return `Cut-offs are such that chance alone causes at most ${alarms} ${alarms === 1 ? 'alarm' : 'alarms'} in ${days} ${days === 1 ? 'day' : 'days'}, however often it is looked at, as long as rows are independent of one another.`
}

// --- internal ---

const FLOW_HEADS: Readonly<Record<DriftState, string>> = {
  critical: 'critical: breakage',
  unknown: 'cannot tell',
  warn: 'warn',
  steady: 'steady',
}
const QUALITY_NAMES: Readonly<Record<QualityMetric, string>> = {
  accuracy: 'accuracy',
  roc_auc: 'AUC',
  brier: 'Brier score',
  log_loss: 'log loss',
  calibration_error: 'calibration error',
}
const ORDER: DriftState[] = ['critical', 'warn', 'unknown', 'steady']
/** Three digits behind the point. */
const THREE = { interval: { low: 0, high: 0.04 } }

/** `30 to 41: 10 % → 24 %`: where it shows most. Names of categories are anybody's. */
function changesWords({ changes }: FeatureDrift): string {
  return changes.map(({ bin, from, to }) => `${plain(bin, 60)}: ${share(from)} → ${share(to)}`).join(', ')
}
