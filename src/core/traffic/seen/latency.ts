import * as z from 'zod'
import { SLOW_MINUTES, type Slow, type SlowUnknown, slowOf } from '../canary/slow.ts'
import { whichWords } from './collector-answer.ts'
import type { Sample } from './prometheus-answer.ts'
import { environmentMatchers, quoted } from './promql.ts'

/** How long the answers of a release take, of a day: what is slow is taken from that. */

/** Whose answers. */
export interface LatencyOf {
  model: string
  release: string
  environment: string
}

/** What Prometheus is asked, in one instant query: answers up to each bound. */
export function latencyQuery({ model, release, environment }: LatencyOf): string {
  const matchers = [
    `model=${quoted(model)}`,
    `release=${quoted(release)}`,
    ...environmentMatchers(environment),
  ]
  return `sum by (le) (increase(assay_latency_milliseconds_bucket{${matchers.join(',')}}[${SLOW_MINUTES}m]))`
}

export function slowInSamples(samples: readonly Sample[]): Slow | SlowUnknown {
  return slowOf(samples.map(({ labels, value }) => [boundOf(labels.le ?? ''), value] as const))
}

/** What `GET /v1/counts` of a collector answers of a day. */
export function slowInCounts(answer: unknown, of: LatencyOf): Slow | SlowUnknown {
  const read = Answer.safeParse(answer)
  if (!read.success) return { unknown: 'it answers what is none of its API' }
  const mine = read.data.counts.filter(({ model }) => model === of.model)
  const one = mine.find(
    ({ release, environment }) =>
      release === of.release && (environment === undefined || environment === of.environment),
  )
  if (!one) {
    const known = mine.map(({ release }) => release)
    return { unknown: whichWords(of, known) }
  }
  return slowOf(Object.entries(one.latency ?? {}).map(([bound, answers]) => [boundOf(bound), answers]))
}

// --- internal ---

function boundOf(le: string): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : le === '' ? Number.NaN : Number(le)
}

const Answer = z.object({
  counts: z.array(
    z.object({
      model: z.string(),
      release: z.string(),
      environment: z.string().optional(),
      latency: z.record(z.string(), z.number()).optional(),
    }),
  ),
})
