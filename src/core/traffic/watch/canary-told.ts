import * as z from 'zod'
import { CanaryAtWeight } from '../../release/canary-file.ts'
import { ReleaseRecord } from '../../release/record.ts'
import { isInstant } from '../../text/instant-words.ts'
import { type CanaryReason, VERDICT_BY_REASON } from '../canary/verdict.ts'
import { type CanaryCourse, MOST_POINTS } from './canary-course.ts'
import { type CanaryWatching, canaryToWatch } from './canary-watching.ts'

/** All that a page shows of a canary, from `assay watch` to whoever else has such a page. */

/** What `GET /v1/canary?course=yes` answers besides, under `page`. */
export function canaryTold({ step, course }: CanaryWatching): object {
  if ('failed' in step) return step
  const { champion, file } = step
  return { champion, file, ...(course && { course }) }
}

/** The same read again; undefined: nothing is tried there. What is no such answer is a canary of which nothing is known. */
export function readCanaryTold(
  answer: unknown,
  place: { model: string; environment: string },
): CanaryWatching | undefined {
  const read = Answer.safeParse(answer)
  if (!read.success) return { ...place, step: { failed: 'it answers what assay watch does not' } }
  const { page } = read.data
  if (!page) return undefined
  if ('failed' in page) return { ...place, step: page }
  const { course, ...step } = page
  const watching = canaryToWatch(place, step, undefined)
  return { ...watching, ...(course && { course: course as CanaryCourse }) }
}

// --- internal ---

/** Milliseconds. */
const At = z.number().refine(isInstant)
const Words = z.string().max(10_000)
const Arm = z.enum(['challenger', 'champion'])
const Rate = z.object({ events: z.number(), units: z.number() })
const Split = z.object({
  declared: z.number(),
  seen: z.number(),
  low: z.number(),
  high: z.number(),
  units: z.number(),
  e: z.number(),
})
const Harm = z.object({
  metric: z.enum(['conversion', 'errors', 'latency', 'missing_outcome']),
  challenger: Rate,
  champion: Rate,
  e: z.number(),
  limit: z.number(),
})
const Conversion = z.object({
  challenger: Rate,
  champion: Rate,
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  margin: z.number(),
  better: Arm.optional(),
})

/** What each reason has besides its kind. */
const REASONS = {
  none: {},
  unread: { why: Words },
  no_step: { why: Words },
  other_weight: { asked: Words, weight: z.number() },
  other_release: { asked: Words, challenger: Words },
  not_yet: {},
  halted: { lookedAt: At },
  uncounted: { why: Words },
  unreadable: { what: Words },
  other_step: { key: Words },
  stale: { asOf: At },
  ahead: { asOf: At },
  settling: { since: At },
  unit: { unit: z.enum(['user', 'request']) },
  empty: { arms: z.enum(['both', 'challenger', 'champion']) },
  split: { split: Split, counts: z.literal('mesh').optional() },
  met_both: { metBoth: z.number(), units: z.number() },
  rerouted: {},
  rules_changed: {},
  harm: { harmed: z.array(Harm).max(20) },
  worse: { conversion: Conversion },
  not_live: { why: Words },
  before_live: { since: At, live: At },
  live_unknown: { why: Words, events: z.number() },
  full: { events: z.number() },
  unmeasured: { why: Words },
  immature: { within: z.number() },
  few: { least: z.number(), arm: Arm, events: z.number() },
  undecided: { conversion: Conversion, left: z.number() },
  not_worse: { conversion: Conversion },
  no_winner: { conversion: Conversion },
  challenger_better: { conversion: Conversion },
  champion_better: { conversion: Conversion },
} satisfies { [K in CanaryReason['kind']]: ShapeOf<Extract<CanaryReason, { kind: K }>> }

/** A schema for each key that a reason has, and for no other. */
type ShapeOf<Reason> = { [Key in Exclude<keyof Reason, 'kind'>]: z.ZodType }

const Reason = z.discriminatedUnion(
  'kind',
  Object.entries(REASONS).map(([kind, shape]) =>
    z.object({ kind: z.literal(kind), ...shape }),
  ) as unknown as [z.ZodObject<{ kind: z.ZodLiteral<string> }>],
)
const Evidence = z.object({
  since: At,
  restarted: z.boolean(),
  split: Split.optional(),
  meshSplit: Split.optional(),
  harm: z.array(Harm).max(20),
  conversion: Conversion.optional(),
  metBoth: z.number(),
  unattributed: z.number(),
  outcomes: z.number().optional(),
  slices: z
    .array(
      z.object({
        name: z.string().max(200),
        challenger: Rate,
        champion: Rate,
        change: z.object({ difference: z.number(), low: z.number(), high: z.number() }).optional(),
      }),
    )
    .max(100)
    .optional(),
})
const Verdict = z
  .object({
    verdict: z.enum(['pass', 'fail', 'inconclusive', 'not_comparable']),
    reason: Reason,
    key: Words,
    causes: z.array(Words).max(20).optional(),
    asOf: At.optional(),
    needs: z.number().optional(),
    evidence: Evidence.optional(),
  })
  // A word that does not follow from its reason is nobody's verdict.
  .refine(({ verdict, reason }) => VERDICT_BY_REASON[reason.kind as CanaryReason['kind']] === verdict)
const Point = z.object({
  at: At,
  challenger: z.number(),
  champion: z.number(),
  difference: z.number(),
  low: z.number(),
  high: z.number(),
})
const Course = z.object({
  verdict: Verdict,
  lookedAt: At,
  verdictSince: At,
  seen: z.object({ evidence: Evidence, asOf: At }).optional(),
  points: z.array(Point).max(MOST_POINTS),
})
const Answer = z.object({
  page: z
    .union([
      z.object({ failed: Words, kind: z.literal('no_step').optional() }),
      z.object({ champion: ReleaseRecord, file: CanaryAtWeight, course: Course.optional() }),
    ])
    .optional(),
})
