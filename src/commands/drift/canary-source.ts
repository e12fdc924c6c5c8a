import type { CanaryGuardrail } from '../../core/deploy-config/guardrails.ts'
import type { CanaryCounts, CountsProblem } from '../../core/traffic/canary/counts.ts'
import { SLOW_MINUTES, type Slow, type SlowUnknown } from '../../core/traffic/canary/slow.ts'
import type { AskedComesYet } from '../../core/traffic/canary/taken-back.ts'
import { type CanaryOf, readCollectorCanary } from '../../core/traffic/seen/canary-answer.ts'
import { canaryQuery, readCanarySamples } from '../../core/traffic/seen/canary-prometheus.ts'
import { type LatencyOf, latencyQuery, slowInCounts, slowInSamples } from '../../core/traffic/seen/latency.ts'
import { readComesYet, type TakenBackOf } from '../../core/traffic/seen/taken-back-answer.ts'
import type { JsonApi } from '../../services/json-api/json-api.ts'
import type { AskPrometheus } from './prometheus-source.ts'

/**
 * The units of a canary's step as a collector has them now.
 *
 * @param live since when the challenger is live, in milliseconds: the collector forgets what it counted before
 */
export async function canaryInCollector(
  api: JsonApi,
  of: CanaryOf,
  live: number | undefined,
): Promise<CanaryCounts | CountsProblem> {
  const { model, key } = of
  const question =
    live === undefined
      ? { query: new URLSearchParams({ model }) }
      : { form: new URLSearchParams({ model, key, live: new Date(live).toISOString() }) }
  const told = readCollectorCanary(await api.ask('/v1/canary-counts', question), of)
  return 'failed' in told ? { failed: `the collector cannot tell: ${told.failed}` } : told
}

/** The same as Prometheus has read them last. @param now milliseconds */
export async function canaryInPrometheus(
  ask: AskPrometheus,
  of: CanaryOf,
  guardrails: readonly CanaryGuardrail[],
  now: number,
): Promise<CanaryCounts | CountsProblem> {
  const answer = await ask(canaryQuery(of), now)
  const told = 'failed' in answer ? answer : readCanarySamples(answer.samples, of, guardrails)
  return 'failed' in told ? { failed: `Prometheus cannot tell: ${told.failed}` } : told
}

/** From where on an answer is slow, by those of a day that a collector has counted. */
export async function slowInCollector(api: JsonApi, of: LatencyOf): Promise<Slow | SlowUnknown> {
  const query = new URLSearchParams({ model: of.model, window: `${SLOW_MINUTES}m` })
  return by('the collector', slowInCounts(await api.ask('/v1/counts', { query }), of))
}

/** The same as Prometheus has read them. @param now milliseconds */
export async function slowInPrometheus(
  ask: AskPrometheus,
  of: LatencyOf,
  now: number,
): Promise<Slow | SlowUnknown> {
  const answer = await ask(latencyQuery(of), now)
  return by('Prometheus', 'failed' in answer ? { unknown: answer.failed } : slowInSamples(answer.samples))
}

/**
 * What still comes to a release that was taken back, by a collector: what it does not count now it counts from this question on.
 * Prometheus has nothing of what no file names any more.
 */
export async function comesYetIn(
  api: JsonApi | undefined,
  of: TakenBackOf,
  now: () => number,
): Promise<AskedComesYet> {
  if (!api) return { failed: 'Prometheus has no count of it, and no collector is named', nobody: true }
  const { model, release, live } = of
  const form = new URLSearchParams({ model, release, live: new Date(live).toISOString() })
  const told = readComesYet(await api.ask('/v1/taken-back', { form }), of, now())
  return 'failed' in told ? { failed: `the collector cannot tell: ${told.failed}` } : told
}

// --- internal ---

function by(who: string, told: Slow | SlowUnknown): Slow | SlowUnknown {
  return 'unknown' in told ? { unknown: `${who} cannot tell: ${told.unknown}` } : told
}
