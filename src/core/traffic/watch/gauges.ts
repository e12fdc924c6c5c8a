import { seriesLabels } from '../counts/series-labels.ts'
import type { DriftVerdict } from '../drift/verdict.ts'
import { canaryGauges, type Gauge } from './canary-gauges.ts'
import type { CanaryWatching } from './canary-watching.ts'
import { verdictNow, type Watching } from './watching.ts'

/** What a watch knows, as Prometheus reads it: numbers beside how many rows they are of and how old they are, never alone. */
export function gaugesText(
  all: readonly Watching[],
  { canaries, startedAt, now }: { canaries: readonly CanaryWatching[]; startedAt: number; now: number },
): string {
  const each = all.map(one => ({ one, verdict: verdictNow(one, now), of: placeOf(one) }))
  const families: Gauge[] = [
    [
      'assay_drift_state',
      'Which of the states the verdict is: 1.',
      each.flatMap(({ verdict, of }) =>
        STATES.map(
          state => `assay_drift_state${seriesLabels({ ...of, state })}${verdict.state === state ? 1 : 0}`,
        ),
      ),
    ],
    [
      'assay_drift_alarm',
      'Alarms that go on.',
      each.flatMap(({ one, of }) =>
        one.alarms.map(({ kind, level }) => `assay_drift_alarm${seriesLabels({ ...of, kind, level })}1`),
      ),
    ],
    [
      'assay_drift_rows',
      'Live rows of a feature in a window.',
      each.flatMap(({ one, verdict, of }) => [
        ...verdict.features.map(({ name, rows }) =>
          line('assay_drift_rows', { ...of, feature: name, window: 'shift' }, rows),
        ),
        ...seenOf(verdict, one).map(([feature, { rows }]) =>
          line('assay_drift_rows', { ...of, feature, window: 'breakage' }, rows),
        ),
      ]),
    ],
    [
      'assay_drift_psi',
      'Stability index of a feature in a window. Of one without rows, or that is not judged, there is none.',
      each.flatMap(({ one, verdict, of }) => [
        ...verdict.features
          .filter(({ cutOff }) => cutOff !== undefined)
          .map(({ name, psi }) => line('assay_drift_psi', { ...of, feature: name, window: 'shift' }, psi)),
        ...seenOf(verdict, one)
          .filter(([, { rows }]) => rows > 0)
          .map(([feature, { psi }]) => line('assay_drift_psi', { ...of, feature, window: 'breakage' }, psi)),
      ]),
    ],
    [
      'assay_drift_psi_cutoff',
      'The index that chance reaches no more often than the budget of false alarms allows.',
      each.flatMap(({ verdict, of }) =>
        verdict.features.flatMap(({ name, cutOff }) =>
          cutOff === undefined
            ? []
            : [line('assay_drift_psi_cutoff', { ...of, feature: name, window: 'shift' }, cutOff)],
        ),
      ),
    ],
    ...(['live', 'accepted', 'outcomes'] as const).map((value): Gauge => {
      const [name, help] = QUALITY[value]
      return [
        name,
        help,
        each.flatMap(({ verdict, of }) =>
          (verdict.quality ?? []).flatMap(one =>
            one[value] === undefined ? [] : [line(name, { ...of, metric: one.metric }, one[value])],
          ),
        ),
      ]
    }),
    [
      'assay_drift_age_seconds',
      'How old the counts are that were seen last.',
      each.flatMap(({ one, of }) =>
        one.asOf === undefined ? [] : [line('assay_drift_age_seconds', of, (now - one.asOf) / 1000)],
      ),
    ],
    [
      'assay_drift_looked_timestamp_seconds',
      'When it was looked at last.',
      each.flatMap(({ one, of }) =>
        one.lookedAt === undefined
          ? []
          : [line('assay_drift_looked_timestamp_seconds', of, one.lookedAt / 1000)],
      ),
    ],
    ...canaryGauges(canaries, now),
    [
      'assay_watch_start_time_seconds',
      'When this process began to look: of alarms before that it knows nothing.',
      [`assay_watch_start_time_seconds ${startedAt / 1000}`],
    ],
  ]
  return families
    .filter(([, , lines]) => lines.length > 0)
    .map(([name, help, lines]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('\n')}\n`)
    .join('')
}

// --- internal ---

const STATES = ['steady', 'warn', 'unknown', 'critical'] as const

const QUALITY = {
  live: ['assay_drift_quality', 'What live outcomes say of the model, by metric.'],
  accepted: ['assay_drift_quality_accepted', 'The same of the accepted evaluation, in the same bins.'],
  outcomes: ['assay_drift_quality_outcomes', 'Live outcomes that it is worked out from.'],
} as const

function placeOf({ model, environment, release }: Watching): Record<string, string | undefined> {
  return { model, environment, release }
}

/** Numbers of a window that nobody knows now are none. */
function seenOf({ unseen }: DriftVerdict, { breakage }: Watching): [string, { rows: number; psi: number }][] {
  return unseen === undefined ? [...breakage] : []
}

function line(name: string, of: Readonly<Record<string, string | undefined>>, value: number): string {
  return `${name}${seriesLabels(of)}${value}`
}
