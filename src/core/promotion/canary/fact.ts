import * as z from 'zod'
import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { isInstant } from '../../text/instant-words.ts'
import { isTraffic, trafficOf } from '../../traffic/canary/how-long.ts'
import type { Slow, SlowUnknown } from '../../traffic/canary/slow.ts'
import {
  type CanaryReason,
  type CanaryVerdict,
  VERDICT_BY_REASON,
  WINNER_BY_REASON,
} from '../../traffic/canary/verdict.ts'
import { reasonWords } from '../../traffic/canary/words.ts'
import type { CanaryFact, CanaryUnknown } from './canary-plan.ts'

/** A verdict on live traffic as the plan takes it: one that says of the traffic that it is not known decides nothing. */
export function factOf(judged: CanaryVerdict, challenger: ReleaseRecord): CanaryFact | CanaryUnknown {
  const { verdict, reason, key, asOf, evidence } = judged
  const traffic = trafficOf(judged)
  const words = reasonWords(judged)
  if (asOf === undefined || NOT_KNOWN.includes(reason.kind)) return { unknown: words }
  const since = evidence && { since: evidence.since }
  const winner = WINNER_BY_REASON[reason.kind]
  const of = { release: releaseKey(challenger), key, asOf, ...(winner && { winner }) }
  return { verdict, reason: words, ...of, ...since, ...(traffic && { traffic }) }
}

/** The same out of what `GET /v1/canary` of `assay watch` answers. A kind that is not known here decides nothing either. */
export function readFact(answer: unknown): CanaryFact | CanaryUnknown {
  const read = Answer.safeParse(answer)
  if (!read.success) return { unknown: 'it answers what assay watch does not' }
  const { verdict, kind, reason, release, key, asOf, traffic, evidence } = read.data
  const known = Object.keys(VERDICT_BY_REASON).find((one): one is CanaryReason['kind'] => one === kind)
  if (!known || VERDICT_BY_REASON[known] !== verdict || NOT_KNOWN.includes(known)) return { unknown: reason }
  if (release === undefined || key === undefined || asOf === undefined) return { unknown: reason }
  const winner = WINNER_BY_REASON[known]
  const of = { release, key, asOf: Date.parse(asOf), ...(winner && { winner }) }
  return { verdict, reason, ...of, ...evidence, ...(traffic && { traffic }) }
}

/**
 * What that says of a place where no canary is in progress: from where on an answer is slow.
 *
 * @param release version of the champion: of another release it tells nothing
 */
export function readSlow(answer: unknown, release: string): Slow | SlowUnknown {
  const read = SlowAnswer.safeParse(answer)
  if (!read.success) return { unknown: 'assay watch does not say how long answers take' }
  const { slow } = read.data
  if ('unknown' in slow) return slow
  return slow.release === release
    ? { ms: slow.ms, answers: slow.answers }
    : { unknown: 'assay watch does not know yet what serves now' }
}

// --- internal ---

/** Nobody has looked, or there was nothing to look at. */
const NOT_KNOWN: readonly CanaryReason['kind'][] = [
  'uncounted',
  'unreadable',
  'other_step',
  'stale',
  'ahead',
  'none',
  'unread',
  'no_step',
  'other_release',
  'other_weight',
  'not_yet',
  'halted',
  'not_live',
  'before_live',
  'live_unknown',
  'unmeasured',
  'empty',
]

const SlowAnswer = z.object({
  slow: z.union([
    z.object({ ms: z.number().positive(), answers: z.int().positive(), release: z.string() }),
    z.object({ unknown: z.string().max(10_000) }),
  ]),
})

const Answer = z.object({
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'not_comparable']),
  kind: z.string().max(100),
  reason: z.string().max(10_000),
  release: z.string().max(200).optional(),
  key: z.string().max(1000).optional(),
  asOf: z.iso.datetime().optional(),
  evidence: z.object({ since: z.number().refine(isInstant) }).optional(),
  // It tells how long a step will take, and decides nothing: where it can be none, the rest holds.
  traffic: z.object({ perDay: z.number(), rate: z.number() }).refine(isTraffic).optional().catch(undefined),
})
