import * as z from 'zod'
import { idleMargin, percentFix } from '../metrics/limits.ts'
import { textOfForm } from '../text/text-of-form.ts'
import { CANARY_GUARDRAILS } from './guardrails.ts'
import { Mesh } from './mesh.ts'

/** `canary` in `assay-deploy.yml`: a release enters an environment in steps, each with a share of the traffic. */

const SPAN = /^(\d+(?:\.\d+)?)(s|m|h|d)$/
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Kept as it is written: what stands in `model-canary.yaml` is read by people. An experiment's horizon is longer than its end. */
export const Span = spanUpTo(400)

/** From a second to so many days. */
export function spanUpTo(days: number) {
  return textOfForm(SPAN, 'a duration such as `30m`, `24h` or `7d`').refine(
    text => !SPAN.test(text) || (spanSeconds(text) >= 1 && spanSeconds(text) <= days * SECONDS.d),
    `a duration from \`1s\` to \`${days}d\``,
  )
}

export const Weight = z.int().min(1, 'a share from 1 to 99').max(99, 'a share from 1 to 99')

const Margin = z
  .number()
  .min(0.0001, 'a difference of shares from 0.0001: a smaller one no traffic would tell')
const MARGIN_IS =
  'How much worse is still acceptable, as a difference of the two shares of units with the outcome: `0.005`.'

/** What a canary is judged by, from its start to its end. */
export const CANARY_RULES = {
  steps: z
    .array(Weight)
    .min(1)
    .max(20)
    .describe(
      'Percent of the traffic that the release gets, step after step, ascending: `[5, 25]`. After the last it gets all.',
    ),
  unit: z
    .enum(['user', 'request'])
    .describe(
      'What the split assigns and the verdict counts: a `user`, who stays with one release, or a `request`.',
    ),
  sticky: z
    .string()
    .regex(/^(?:cookie|none|header [A-Za-z0-9][A-Za-z0-9-]{0,62})$/, '`cookie`, `none` or `header x-user`')
    .describe(
      'What keeps a user with one release: a `cookie`, the value of a header (`header x-user`), or `none`: each request is drawn anew.',
    ),
  for: Span.default('24h').describe('A step ends no sooner than this.'),
  horizon: Span.default('7d').describe(
    'What the evidence of a step has not shown by then, it is not waited for.',
  ),
  conversion: conversionWith(Margin.max(1, 'a difference of shares from 0.0001 to 1').describe(MARGIN_IS)),
  guardrails: z
    .array(z.enum(CANARY_GUARDRAILS))
    .superRefine((names, { addIssue }) => {
      for (const [at, name] of names.entries())
        if (names.indexOf(name) < at)
          addIssue({ code: 'custom', path: [at], message: `\`${name}\` stands there twice` })
    })
    .meta({ uniqueItems: true })
    .default([])
    .describe(
      `What must not become more frequent: ${CANARY_GUARDRAILS.map(one => `\`${one}\``).join(', ')}.`,
    ),
  latency_ms: z
    .number()
    .positive()
    .optional()
    .describe(
      'From how many milliseconds on an answer is slow, of the guardrail `latency`. Default: what one in a hundred answers of the champion takes longer than when the canary begins, frozen in `model-canary.yaml`.',
    ),
  mesh: Mesh.optional().describe(
    'Prometheus has the series of a service mesh: `errors` and `latency` are counted by its proxies, for each of the two releases. Needs `drift: { prometheus }`, `unit: request` and, for `latency`, `latency_ms`.',
  ),
  slices: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'A feature of the profile with categories: conversion is shown of each by itself too, and nothing is decided by it.',
    ),
  on_harm: z
    .enum(['merge', 'propose'])
    .default('merge')
    .describe('Where harm is shown: `merge` the rollback at once, or `propose` it and wait for somebody.'),
  on_inconclusive: z
    .enum(['hold', 'promote', 'rollback'])
    .default('hold')
    .describe(
      'Where nothing is shown by `horizon`: `hold` and wait for somebody, take the next step without a verdict (`promote`), or take the release back (`rollback`).',
    ),
}

/** What a new one is held to: one in progress keeps its rules until it is over. */
export const NEW_RULES = {
  conversion: conversionWith(
    Margin.superRefine((margin, { addIssue }) => {
      const why = idleMargin(margin, [0, 1])
      if (why === undefined) return
      const fix = percentFix(margin, { isDifference: true }) ?? 'of a share 0.05 is 5 points'
      addIssue({ code: 'custom', message: `${margin} ${why}: ${fix}` })
    })
      .meta({ exclusiveMaximum: 1 })
      .describe(MARGIN_IS),
  ),
}

/** How a release enters an environment in steps, as `assay-deploy.yml` may say it. */
export const Canary = z.strictObject({ ...CANARY_RULES, ...NEW_RULES })
export type Canary = z.infer<typeof Canary> & {
  /** Of an experiment alone: what its end decides. */
  decide?: Decide
}
/** The `winner` of two releases gets all of the traffic; `none`: nobody does, only the result was wanted. */
export const Decide = z.enum(['winner', 'none'])
export type Decide = z.infer<typeof Decide>

/** `30m`, `24h`, `7d` → seconds: of a text that is known to be such a duration. */
export function spanSeconds(span: string): number {
  const [, number, unit] = SPAN.exec(span)!
  return Number(number) * SECONDS[unit as keyof typeof SECONDS]
}

// --- internal ---

function conversionWith(margin: z.ZodNumber) {
  return z
    .strictObject({
      outcome: z.string().min(1).max(100).describe('Name of the outcome that counts.'),
      within: Span.describe('How long after the first contact it counts.'),
      margin,
    })
    .describe('The outcome that both releases are held against each other by.')
}
