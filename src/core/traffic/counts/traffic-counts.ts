import { latencyUpTo } from './latency.ts'
import type { EventResult } from './results.ts'

/** Live traffic of one release in the bins of its profile, over a window. */
export interface TrafficCounts {
  model: string
  release: string
  environment?: string
  /** `profileHash` of the profile whose bins these are. */
  profile: string
  /** UTC instants. The window holds all from `since` on, and is never shorter than what was asked for. */
  since: string
  until: string
  events: Readonly<Record<EventResult, number>>
  /** How many of the counted ones nothing but the network vouched for. */
  trustedByNetwork: number
  /** By the name of the feature, `__prediction__` and `__score__` among them: a count for each bin of `binNames`. */
  features: ReadonlyMap<string, Float64Array>
  /** By the label of the truth: matured outcomes in each bin of the score. */
  labels?: ReadonlyMap<string, Float64Array>
  /** The same in each bin of the prediction, where one was told. */
  predicted?: ReadonlyMap<string, Float64Array>
  /** Answers that say how long they took, by the bucket of it. */
  latency: Float64Array
  /** Whether counting began inside the window: what came before is not in it. */
  restarted: boolean
  /** When counting of this release began. */
  began: string
  /** When this was true. */
  asOf: string
}

/** As `GET /v1/counts` answers: the same names, maps as objects. */
export function countsData({ features, labels, predicted, latency, ...counts }: TrafficCounts): object {
  return {
    ...counts,
    features: listsOf(features),
    ...(labels && { labels: listsOf(labels) }),
    ...(predicted && { predicted: listsOf(predicted) }),
    latency: Object.fromEntries(
      latencyUpTo(latency).map(([bound, answers]) => [bound === Infinity ? '+Inf' : bound, answers]),
    ),
  }
}

// --- internal ---

/** `fromEntries` makes own properties of any name. */
function listsOf(counts: ReadonlyMap<string, Float64Array>): Record<string, number[]> {
  return Object.fromEntries([...counts].map(([name, bins]) => [name, [...bins]]))
}
