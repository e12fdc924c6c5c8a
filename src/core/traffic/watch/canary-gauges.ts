import { seriesLabels } from '../counts/series-labels.ts'
import { type CanaryWatching, canaryNow } from './canary-watching.ts'

/** A gauge and its lines. */
export type Gauge = [name: string, help: string, lines: string[]]

/** What a watch knows of canaries in progress, as Prometheus reads it. The evidence of one that nobody looks at any more is not there. */
export function canaryGauges(all: readonly CanaryWatching[], now: number): Gauge[] {
  const each = all.map(one => ({ one, verdict: canaryNow(one, now), of: placeOf(one) }))
  const gauge = (
    name: string,
    help: string,
    values: (of: (typeof each)[number]) => readonly (readonly [labels: Labels, value: number | undefined])[],
  ): Gauge => [
    name,
    help,
    each.flatMap(of =>
      values(of).flatMap(([labels, value]) =>
        value === undefined ? [] : [`${name}${seriesLabels({ ...of.of, ...labels })}${value}`],
      ),
    ),
  ]
  return [
    gauge('assay_canary_verdict', 'Which of the verdicts it is: 1.', ({ verdict }) =>
      VERDICTS.map(one => [{ verdict: one }, verdict.verdict === one ? 1 : 0]),
    ),
    gauge('assay_canary_share', 'Share of the units in the challenger, with what holds at every look.', of =>
      bounds(of.verdict.evidence?.split, ['declared', 'seen', 'low', 'high']),
    ),
    gauge(
      'assay_canary_split_log_e',
      'Evidence against the declared share; from ln(1000) on it is broken.',
      of => [[{}, logOf(of.verdict.evidence?.split?.e)]],
    ),
    gauge('assay_canary_mesh_share', 'The same share of the requests that the mesh has counted.', of =>
      bounds(of.verdict.evidence?.meshSplit, ['declared', 'seen', 'low', 'high']),
    ),
    gauge('assay_canary_mesh_split_log_e', 'Evidence against the declared share in the mesh.', of => [
      [{}, logOf(of.verdict.evidence?.meshSplit?.e)],
    ]),
    gauge('assay_canary_units', 'Units of an arm that a metric is of.', ({ verdict }) =>
      (verdict.evidence?.harm ?? []).flatMap(({ metric, challenger, champion }) => [
        [{ metric, arm: 'challenger' }, challenger.units] as const,
        [{ metric, arm: 'champion' }, champion.units] as const,
      ]),
    ),
    gauge('assay_canary_events', 'Of these, the ones that converted, or met the event of a guardrail.', of =>
      (of.verdict.evidence?.harm ?? []).flatMap(({ metric, challenger, champion }) => [
        [{ metric, arm: 'challenger' }, challenger.events] as const,
        [{ metric, arm: 'champion' }, champion.events] as const,
      ]),
    ),
    gauge('assay_canary_log_e', 'Evidence of harm in a metric.', ({ verdict }) =>
      (verdict.evidence?.harm ?? []).map(({ metric, e }) => [{ metric }, logOf(e)]),
    ),
    gauge('assay_canary_log_e_limit', 'From where on it is harm.', ({ verdict }) =>
      (verdict.evidence?.harm ?? []).map(({ metric, limit }) => [{ metric }, logOf(limit)]),
    ),
    gauge(
      'assay_canary_difference',
      'Conversion, challenger less champion, with what holds at every look.',
      of => bounds(of.verdict.evidence?.conversion, ['difference', 'low', 'high']),
    ),
    gauge('assay_canary_margin', 'How much less is still acceptable.', ({ one }) => [
      [{}, 'failed' in one.step ? undefined : one.step.rules.conversion.margin],
    ]),
    gauge(
      'assay_canary_needs_seconds',
      'How much longer until it passes, at the traffic that there is.',
      of => [[{}, of.verdict.needs]],
    ),
    gauge('assay_canary_age_seconds', 'How old the counts are that it is judged by.', ({ one }) => [
      [{}, one.course?.seen && (now - one.course.seen.asOf) / 1000],
    ]),
  ]
}

// --- internal ---

type Labels = Readonly<Record<string, string>>

const VERDICTS = ['pass', 'fail', 'inconclusive', 'not_comparable'] as const

function placeOf({ model, environment, step }: CanaryWatching): Record<string, string | undefined> {
  if ('failed' in step) return { model, environment }
  return { model, environment, release: step.file.challenger.version, canary: step.rules.key }
}

function bounds<K extends string>(
  of: Readonly<Record<K, number>> | undefined,
  names: readonly K[],
): (readonly [Labels, number | undefined])[] {
  return names.map(bound => [{ bound }, of?.[bound]])
}

function logOf(e: number | undefined): number | undefined {
  return e === undefined ? undefined : Math.log(e)
}
