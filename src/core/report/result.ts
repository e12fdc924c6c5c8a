import * as z from 'zod'

/**
 * The result of weighing one model: everything a report shows and everything needed to recompute it.
 * This value is written as `result.json`; Markdown, terminal, HTML and the check run are rendered from it alone.
 * Re-running on the same inputs gives the same bytes, so it holds no clock of its own.
 */

const Verdict = z
  .enum(['pass', 'fail', 'inconclusive', 'not_comparable'])
  .describe('`inconclusive` means "cannot tell" and is never shown as green.')
export type Verdict = z.infer<typeof Verdict>

const Interval = z.object({
  low: z.number(),
  high: z.number(),
  level: z.number().describe('Confidence level, e.g. 0.95.'),
})
export type Interval = z.infer<typeof Interval>

const Estimate = z.object({
  value: z.number(),
  interval: Interval.optional().describe("The value's own interval, where one can be computed."),
  method: z.string().optional().describe('How the interval was made, e.g. `wilson`.'),
})
export type Estimate = z.infer<typeof Estimate>

const Difference = z.object({
  value: z.number().describe('Candidate minus baseline, in the unit of the metric.'),
  interval: Interval,
  p: z.number().describe('Two-sided p-value for "no difference".'),
  method: z
    .string()
    .describe(
      'mcnemar+bonett-price, delong, delong+t, paired-bootstrap, cluster-bootstrap, infinitesimal-jackknife, cluster-infinitesimal-jackknife, paired-t, seeds-paired-t, nadeau-bengio, newcombe.',
    ),
  paired: z.boolean().describe('false: only aggregates existed; low power.'),
  rows: z.number().int().optional(),
  counts: z
    .record(z.string(), z.number())
    .optional()
    .describe(
      'What the method was computed from, e.g. both_correct, champion_only, candidate_only, both_wrong.',
    ),
  seed: z
    .number()
    .int()
    .optional()
    .describe('Seed of the resampling, derived from the commits and the metric.'),
  resamples: z.number().int().optional(),
  detectable: z
    .number()
    .optional()
    .describe('Smallest true difference this data would show with 80 % power.'),
  needed: z
    .object({ count: z.number(), unit: z.enum(['rows', 'seeds', 'folds']) })
    .optional()
    .describe('How many in all would settle the gate.'),
})
export type Difference = z.infer<typeof Difference>

const Against = z.enum(['champion', 'base'])
export type Against = z.infer<typeof Against>

const MetricRow = z.object({
  metric: z.string(),
  direction: z.enum(['higher', 'lower']).optional(),
  candidate: Estimate.optional(),
  champion: Estimate.optional(),
  base: Estimate.optional(),
  differences: z.object({ champion: Difference.optional(), base: Difference.optional() }),
  judgement: z
    .enum(['better', 'worse', 'no_difference_shown', 'not_judged'])
    .describe('Against the champion, else the base. `not_judged`: no interval or no direction.'),
  gated: z.boolean(),
  note: z
    .string()
    .optional()
    .describe('E.g. "only in the candidate", "file says 0.91, predictions say 0.89".'),
})
export type MetricRow = z.infer<typeof MetricRow>

const SliceRow = z.object({
  metric: z.string(),
  direction: z.enum(['higher', 'lower']).optional(),
  column: z.string(),
  value: z.string(),
  rows: z.number().int(),
  against: Against.optional(),
  candidate: z.number().optional(),
  baseline: z.number().optional(),
  difference: Difference.optional(),
  adjustedP: z.number().optional().describe('Holm over all slices of the gate.'),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'cannot_judge']),
})
export type SliceRow = z.infer<typeof SliceRow>

const GateResult = z.object({
  name: z.string().describe('The rule in words: `accuracy not worse than champion by more than 0.005`.'),
  metric: z.string(),
  verdict: Verdict,
  blocks: z
    .boolean()
    .describe(
      'Whether this verdict fails the run: fails and not-comparables always, inconclusives where the gate says so, waived never.',
    ),
  reason: z.string().describe('One sentence with the numbers that decided.'),
  waived: z.object({ reason: z.string(), author: z.string(), until: z.string() }).optional(),
  slices: z
    .object({
      column: z.string(),
      judged: z.number().int(),
      cannotJudge: z.number().int(),
      failed: z.array(z.string()),
    })
    .optional(),
})
export type GateResult = z.infer<typeof GateResult>

const GpuRow = z.object({
  index: z.number().int(),
  name: z.string(),
  utilisation: z.number().optional(),
  idleShare: z.number().optional(),
  memoryPeakMiB: z.number().optional(),
  memoryTotalMiB: z.number().optional(),
  energyWh: z.number().optional(),
  seconds: z.number(),
})

const Usage = z.object({
  trainSeconds: z.number().optional(),
  evaluateSeconds: z.number().optional(),
  gpus: z.array(GpuRow).optional(),
  cost: z.number().optional(),
  currency: z.string().optional(),
  priceSource: z.string().optional(),
})

const Version = z.object({
  source: z.string(),
  commit: z.string().optional(),
  data: z.array(z.string()).optional(),
  testSet: z.object({ hash: z.string(), rows: z.number().int() }).optional(),
  metricCode: z.string().optional(),
  ageDays: z.number().optional().describe('From the version being made to the candidate commit.'),
  seeds: z.array(z.number().int()).optional(),
  usage: Usage.optional(),
})
export type Version = z.infer<typeof Version>

const Confusion = z.object({
  classes: z.array(z.string()),
  candidate: z.array(z.array(z.number().int())).describe('counts[actual][predicted]'),
  champion: z.array(z.array(z.number().int())).optional(),
})
export type Confusion = z.infer<typeof Confusion>

const State = z
  .enum(['judged', 'training_failed', 'evaluation_failed', 'skipped'])
  .describe('`skipped`: nothing this model depends on was touched.')
export type State = z.infer<typeof State>

export const Result = z.object({
  schema: z.literal(1),
  assay: z.string().describe('Version of Assay that computed this.'),
  model: z.string(),
  state: State,
  verdict: Verdict,
  blocks: z.boolean().describe('true: the run exits 1.'),
  failure: z
    .object({
      command: z.string(),
      exitCode: z.number().int().optional(),
      signal: z.string().optional(),
      timedOut: z.boolean().optional(),
      tail: z.string(),
    })
    .optional()
    .describe('What died, when training or evaluation failed; `tail` is the end of its output.'),
  candidate: Version,
  champion: Version.optional(),
  base: Version.optional(),
  metrics: z.array(MetricRow),
  gates: z.array(GateResult),
  slices: z.array(SliceRow).describe('Worst first.'),
  confusion: Confusion.optional(),
  seeds: z
    .array(
      z.object({
        metric: z.string(),
        scores: z.array(
          z.object({
            seed: z.number().int(),
            candidate: z.number().optional(),
            champion: z.number().optional(),
          }),
        ),
      }),
    )
    .optional(),
  warnings: z.array(z.string()).describe('Anything a reader must know before believing the numbers.'),
  configuration: z.object({
    source: z.enum(['base', 'candidate', 'file']).describe('Where the gates were read from.'),
    commit: z.string().optional(),
    changes: z
      .array(z.string())
      .describe(
        'Changes to gates, waivers or settings in this pull request, in words. They take effect after the merge.',
      ),
  }),
  notes: z.string().optional().describe("The team's own Markdown, as written."),
  reproduce: z.string().optional().describe('One command that reproduces this result.'),
  run: z.object({
    url: z.string().optional(),
    order: z.string().optional().describe('`<run id>.<attempt>`: which of two runs is newer.'),
    pullRequest: z.number().int().optional(),
  }),
})
export type Result = z.infer<typeof Result>
