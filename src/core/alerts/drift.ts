import { createHash } from 'node:crypto'
import { toSecond } from '../text/instant-words.ts'
import type { Alarm, AlarmKind } from '../traffic/drift/alarms.ts'
import type { DriftVerdict } from '../traffic/drift/verdict.ts'
import { conceptWords, featureWords, toldOf } from '../traffic/report/words.ts'
import type { ToldAlert } from './alert.ts'

/**
 * Alarms of live traffic as alerts: what `assay drift` finds is told, noted and followed like what anybody else tells of. One alert a
 * kind, by the same name at each look.
 */
export function driftAlerts(verdict: DriftVerdict, alarms: readonly Alarm[]): ToldAlert[] {
  const { model, environment, release } = verdict
  return KINDS.map(kind => {
    const alarm = alarms.find(one => one.kind === kind && one.level !== 'warn')
    const name = createHash('sha256').update(`assay drift ${model} ${environment ?? ''} ${kind}`)
    return {
      id: name.digest('hex').slice(0, 16),
      kind: kind === 'silence' ? 'breakage' : kind,
      name: 'assay drift',
      severity: 'critical',
      release: release ?? '',
      since: alarm ? toSecond(alarm.since) : '',
      summary: alarm ? summaryOf(verdict, alarm) : '',
      firing: alarm !== undefined,
    }
  })
}

// --- internal ---

const KINDS: AlarmKind[] = ['breakage', 'shift', 'concept', 'silence']

/** The worst of what it is about, and how many more there are. */
function summaryOf(verdict: DriftVerdict, { kind, features }: Alarm): string {
  if (kind === 'concept') return verdict.concept ? conceptWords(verdict.concept) : ''
  const names = new Set(features.map(({ name }) => name))
  const [worst, ...others] = toldOf(verdict).filter(({ name }) => names.has(name))
  if (!worst) return verdict.flow?.reason ?? verdict.unseen ?? ''
  const more = others.length > 0 ? `; and ${others.length} more` : ''
  return `${worst.name}: ${featureWords(worst)}${more}`
}
