import { minuteWords } from '../../core/text/instant-words.ts'
import { spanWords } from '../../core/text/span-words.ts'
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
  const isLong = minutes.shift > KEPT_MINUTES
  return {
    release,
    ...(environment !== undefined && { environment }),
    asOf,
    windows: {
      shift: shift.window,
      breakage: told(minutes.breakage).window,
      concept: told(minutes.concept).window,
      quiet: told(minutes.quiet).window,
    },
    notes: [
      ...(shift.window.since! >= began && began > shift.window.until! - shift.window.minutes * MINUTE_MS
        ? [
            `The collector counts this release since ${minuteWords(began)}: what came before is not in the window.`,
          ]
        : []),
      ...(isLong
        ? [
            `The collector keeps a day: rows of ${spanWords(minutes.shift)} are in Prometheus alone, and these are of one.`,
          ]
        : []),
    ],
  }
}

// --- internal ---

const MINUTE_MS = 60_000
