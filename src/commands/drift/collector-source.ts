import { minuteWords } from '../../core/text/instant-words.ts'
import { spanWords } from '../../core/text/span-words.ts'
import { total } from '../../core/traffic/drift/shares.ts'
import type { ModelProfile } from '../../core/traffic/profile/profile.ts'
import { type CollectorWindow, readCollectorCounts } from '../../core/traffic/seen/collector-answer.ts'
import type { LookSettings } from '../../core/traffic/seen/judge-seen.ts'
import type { CountsOf } from '../../core/traffic/seen/prometheus-query.ts'
import type { Seen } from '../../core/traffic/seen/seen.ts'
import type { JsonApi } from '../../services/json-api/json-api.ts'

/** What a collector keeps by itself. */
const KEPT_MINUTES = 24 * 60

/** The live traffic of a release by the ring of a collector: a question for each window. */
export async function seenInCollector(
  api: JsonApi,
  of: CountsOf,
  profile: ModelProfile,
  minutes: LookSettings['minutes'],
): Promise<Seen | { failed: string }> {
  const asked = new Map<number, CollectorWindow>()
  const lengths = Object.values(minutes).map(length => Math.min(length, KEPT_MINUTES))
  for (const length of new Set(lengths)) {
    const query = new URLSearchParams({ window: `${length}m`, model: of.model })
    const answer = readCollectorCounts(await api.ask('/v1/counts', { query }), of, profile, length)
    if ('failed' in answer) return { failed: `the collector cannot tell: ${answer.failed}` }
    asked.set(length, answer)
  }
  const told = (length: number) => asked.get(Math.min(length, KEPT_MINUTES))!
  const shift = told(minutes.shift)
  const { release, environment = of.environment, asOf, began } = shift
  const concept = told(minutes.concept).window
  const hasOutcomes = [...(concept.labels?.values() ?? [])].some(counts => total(counts) > 0)
  return {
    release,
    ...(environment !== undefined && { environment }),
    asOf,
    windows: {
      shift: shift.window,
      breakage: told(minutes.breakage).window,
      concept,
      // A day without rows is none of several days without.
      ...(minutes.quiet <= KEPT_MINUTES && { quiet: told(minutes.quiet).window }),
    },
    notes: [
      ...(shift.window.since! >= began && began > shift.window.until! - shift.window.minutes * MINUTE_MS
        ? [
            `The collector counts this release since ${minuteWords(began)}: what came before is not in the window.`,
          ]
        : []),
      ...(minutes.shift > KEPT_MINUTES ? [dayWords('Rows', minutes.shift)] : []),
      ...(hasOutcomes && minutes.concept > KEPT_MINUTES ? [dayWords('Outcomes', minutes.concept)] : []),
      ...(minutes.quiet > KEPT_MINUTES
        ? [
            `Whether no row came for ${spanWords(minutes.quiet)} is not known here: the collector keeps a day.`,
          ]
        : []),
    ],
  }
}

// --- internal ---

const MINUTE_MS = 60_000

function dayWords(what: string, minutes: number): string {
  return `${what} of ${spanWords(minutes)} are in Prometheus alone: the collector keeps a day, and these are of one.`
}
