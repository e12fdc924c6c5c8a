import { formatCount, formatNumber } from '../../text/numbers.ts'
import type { DriftVerdict, FeatureDrift } from '../drift/verdict.ts'

/** A verdict on live traffic in words, the same in every form. */

export const STATE_SIGNS = { steady: '🟢', warn: '🟡', critical: '🔴', unknown: '⚪' } as const

/** One line: what, and what follows from it. */
export function headlineOf({ model, state, kind, rows, features }: DriftVerdict): string {
  const wrong = features.filter(one => one.state === state && one.weight > 0)
  const of =
    wrong.length > 0 && kind !== 'concept' ? ` in ${wrong.length} of ${features.length} features` : ''
  const over = `over ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`
  if (state === 'steady') return `${model}: steady ${over}`
  if (state === 'unknown') return `${model}: cannot tell${of} ${over}`
  if (kind === 'concept') return `${model}: ${state}: the same score means another outcome than before`
  return `${model}: ${state}: ${kind}${of} ${over}`
}

/** What a person does next. */
export function nextStep({ state, kind }: DriftVerdict): string | undefined {
  if (state === 'unknown') return 'This is not green: see what would be needed.'
  if (state !== 'critical') return undefined
  if (kind === 'breakage') return 'Find what is broken before the model: nothing is to be trained on it.'
  return 'Look at what has changed, and have the model trained anew: `assay retrain`.'
}

/** `0.10 → 0.24 in 3`: where it shows most. */
export function changesWords({ changes }: FeatureDrift): string {
  return changes.map(({ bin, from, to }) => `${bin}: ${share(from)} → ${share(to)}`).join(', ')
}

export function share(value: number): string {
  return `${(100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`
}

export function psiWords({ psi, cutOff }: FeatureDrift): string {
  const three = { interval: { low: 0, high: 0.04 } }
  return cutOff === undefined ? 'n/a' : `${formatNumber(psi, three)} (${formatNumber(cutOff, three)})`
}

/** What the numbers promise, and what they do not. */
export function promiseWords({ budget: { alarms, days } }: DriftVerdict): string {
  return `Cut-offs are such that chance alone causes at most ${alarms} ${alarms === 1 ? 'alarm' : 'alarms'} in ${days} ${days === 1 ? 'day' : 'days'}, however often it is looked at, as long as rows are independent of one another.`
}
