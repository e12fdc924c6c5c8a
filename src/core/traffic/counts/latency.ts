import type { TrafficEvent } from '../events/event.ts'
import { latencyIn } from '../events/latency.ts'
import { type Minutes, minuteOf } from './minutes.ts'

/** Bounds of the buckets that answers are counted in by how long they took, in milliseconds, each with the answers up to it. */
const LATENCY_BOUNDS = [
  1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2500, 5000, 10_000, 30_000,
] as const

/** The last bucket is of all that took longer. */
export const LATENCY_BUCKETS = LATENCY_BOUNDS.length + 1

/** `[bound, answers up to it]`, the last of all answers. */
export function latencyUpTo(counts: ArrayLike<number>): [bound: number, answers: number][] {
  let sum = 0
  return [...LATENCY_BOUNDS, Number.POSITIVE_INFINITY].map((bound, bucket) => {
    sum += counts[bucket] ?? 0
    return [bound, sum]
  })
}

/** How long answers took. */
export interface Latencies {
  take(event: TrafficEvent, now: number): void
  /** How many since counting began, by their bucket, and how long all of them took, in milliseconds. */
  total(): { counts: readonly number[]; sum: number }
}

/** @param from the slot of the first bucket */
export function latenciesIn(ring: Minutes, from: number): Latencies {
  let sum = 0
  return {
    take(event, now) {
      const latency = latencyIn(event)
      if (latency === undefined) return
      ring.add(from + latencyBucket(latency), 1, minuteOf(now))
      sum += latency
    },
    total: () => ({
      counts: Array.from({ length: LATENCY_BUCKETS }, (_, bucket) => ring.total(from + bucket)),
      sum,
    }),
  }
}

// --- internal ---

function latencyBucket(milliseconds: number): number {
  const found = LATENCY_BOUNDS.findIndex(bound => milliseconds <= bound)
  return found < 0 ? LATENCY_BOUNDS.length : found
}
