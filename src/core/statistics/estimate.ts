import * as z from 'zod'

/** The numbers of a result: a value with its interval, and the difference of two. Every one of them is finite. */

const Count = z.int().nonnegative()
const Label = z.string().max(2000)

const Interval = z.object({
  low: z.number(),
  high: z.number(),
  level: z.number().positive().max(1).describe('Confidence level, e.g. 0.95.'),
})

export const Estimate = z.object({
  value: z.number(),
  interval: Interval.optional().describe("The value's own interval, where one can be computed."),
  method: Label.optional().describe('How the interval was made, e.g. `wilson`.'),
})
export type Estimate = z.infer<typeof Estimate>

export const Difference = z.object({
  value: z.number().describe('Candidate minus baseline, in the unit of the metric.'),
  interval: Interval,
  p: z.number().nonnegative().describe('Two-sided p-value for "no difference".'),
  method: Label.describe(
    'mcnemar+bonett-price, delong, delong+t, paired-bootstrap, cluster-bootstrap, infinitesimal-jackknife, cluster-infinitesimal-jackknife, paired-t, cluster-t, seeds-paired-t, nadeau-bengio, newcombe, mover.',
  ),
  paired: z.boolean().describe('false: only aggregates existed; low power.'),
  rows: Count.optional(),
  counts: z
    .record(Label, z.number())
    .optional()
    .describe(
      'What the method was computed from, e.g. both_correct, champion_only, candidate_only, both_wrong.',
    ),
  seed: z.int().optional().describe('Seed of the resampling, derived from the commits and the metric.'),
  resamples: Count.optional(),
  detectable: z
    .number()
    .optional()
    .describe('Smallest true difference this data would show with 80 % power.'),
  unseen: z
    .object({
      rows: z.number().positive(),
      reach: z.number().nonnegative(),
      spread: z.number().nonnegative(),
    })
    .optional()
    .describe(
      'Where few rows tell the two apart: how many that were not seen the interval reckons with, how far they could move it, and what `detectable` is without them.',
    ),
  needed: z
    .object({ count: z.number().nonnegative(), unit: z.enum(['rows', 'seeds', 'folds']) })
    .optional()
    .describe(
      'How many in all would settle the gate with 80 % power if the two are equally good; absent where so many are there.',
    ),
})
export type Difference = z.infer<typeof Difference>

/** Which rows the numbers are of. */
export const TestSet = z.object({
  hash: z.string().regex(/^[0-9a-f]{8,64}$/, 'a hash in hex'),
  rows: Count,
  weighted: z
    .strictObject({ by: Label, effective: z.number().positive() })
    .optional()
    .describe('The column of weights, and how many rows of one weight the rows are worth.'),
})
