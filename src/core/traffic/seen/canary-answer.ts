import * as z from 'zod'
import { CANARY_GUARDRAILS } from '../../deploy-config/guardrails.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { Arm, CanaryCounts, CountsProblem } from '../canary/counts.ts'

/** Which canary is asked about. Without an environment: of whichever is counted. */
export interface CanaryOf {
  model: string
  environment?: string
  /** `canaryKey` of the step. */
  key: string
}

/**
 * What `GET /v1/canary-counts` of a collector answers, of one canary. Whether the numbers can be is for who judges by them. A collector
 * that was given no environment names none and serves a single one: which that is, the `drift` of the environment says that has its
 * address.
 */
export function readCollectorCanary(answer: unknown, of: CanaryOf): CanaryCounts | CountsProblem {
  const read = Answer.safeParse(answer)
  if (!read.success) return { failed: 'it answers what is none of its API' }
  const mine = read.data.counts.filter(({ model }) => model === of.model)
  const [one] = mine.filter(({ key }) => key === of.key)
  if (!one)
    return {
      failed: whichStep(
        of,
        mine.map(({ key }) => key),
      ),
    }
  const { environment } = one
  if (of.environment !== undefined && environment !== undefined && environment !== of.environment)
    return { failed: `it counts for ${shown(environment)}, and not for ${of.environment}` }
  return one
}

/** Which canary is meant where it is not found. */
export function whichStep({ model, key }: CanaryOf, known: readonly string[]): string {
  const listed = [...new Set(known)].slice(0, 3).map(shown).join(', ')
  return known.length === 0
    ? `it counts no canary of ${model}`
    : `it does not count the canary ${key} of ${model}, and counts ${listed}`
}

// --- internal ---

const ArmAnswer = z
  .object({
    exposures: z.number(),
    crossed: z.number(),
    matured: z.number(),
    converted: z.number(),
    harmed: z.partialRecord(z.enum(CANARY_GUARDRAILS), z.number()),
  })
  .transform(({ harmed, ...arm }): Arm => {
    const counts = CANARY_GUARDRAILS.flatMap((one): [typeof one, number][] =>
      harmed[one] === undefined ? [] : [[one, harmed[one]]],
    )
    return { ...arm, harmed: new Map(counts) }
  })
const SliceArm = z.object({ matured: z.number(), converted: z.number() })
const SliceAnswer = z.object({
  name: z.string().max(200),
  arms: z.object({ champion: SliceArm, challenger: SliceArm }),
})
const Answer = z.object({
  counts: z.array(
    z
      .object({
        model: z.string(),
        environment: z.string().optional(),
        key: z.string(),
        since: z.number(),
        asOf: z.number(),
        restarted: z.boolean(),
        arms: z.object({ champion: ArmAnswer, challenger: ArmAnswer }),
        metBoth: z.number(),
        unattributed: z.number(),
        full: z.number(),
        echoed: z.number(),
        outcomes: z.number().optional(),
        slices: z.array(SliceAnswer).max(100).optional(),
      })
      .transform(
        ({ environment, outcomes, slices, ...one }): CanaryCounts => ({
          ...one,
          ...(environment !== undefined && { environment }),
          ...(outcomes !== undefined && { outcomes }),
          ...(slices && { slices }),
        }),
      ),
  ),
})

function shown(text: string): string {
  return shortened(visible(text), 120)
}
