import { z } from 'zod'

/**
 * `assay.yml`: one schema gives the type, the validation, `schema/assay.schema.json` and the table in
 * `docs/configuration.md`. Unknown keys are errors. Parsing lives in `read-config.ts`.
 */

/** Metric names: what a file may call a metric, and what a gate may refer to. */
export const METRIC_NAME = /^[A-Za-z0-9_./@-]{1,128}$/
/** Model names: they become folder names, check names and markers. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i

const MetricName = z
  .string()
  .regex(METRIC_NAME, 'a metric name is 1 to 128 of the characters A-Z a-z 0-9 _ . / @ -')

const RelativePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(isInside, 'must be a relative path inside the repository, without `..`')

const Seconds = z.string().regex(/^\d+(\.\d+)?(s|m|h)$/, 'a duration such as `90s`, `45m` or `6h`')

const Command = z
  .union([
    z.string().min(1),
    z.strictObject({
      run: z.string().min(1).describe('The shell command. It runs in the folder of `assay.yml`.'),
      timeout: Seconds.default('6h').describe(
        'The command is stopped after this long: SIGTERM, then SIGKILL.',
      ),
    }),
  ])
  .transform(command => (typeof command === 'string' ? { run: command, timeout: '6h' } : command))

const MetricsFile = z
  .union([
    RelativePath,
    z.strictObject({
      file: RelativePath,
      prefix: MetricName.optional().describe('Put before every name from this file, as `prefix/name`.'),
      row: z
        .string()
        .optional()
        .describe('CSV and TSV: the row to read, as `column=value`. Default: the last row.'),
    }),
  ])
  .transform(entry => (typeof entry === 'string' ? { file: entry } : entry))

const PredictionsFile = z.strictObject({
  file: RelativePath.describe('CSV or Parquet, one row per example.'),
  id: z
    .string()
    .default('id')
    .describe('Column that names the row; unique. Candidate and champion are joined by it.'),
  label: z.string().default('label').describe('Column with the truth.'),
  score: z
    .string()
    .optional()
    .describe('Column with the score of the positive class, for a binary classifier.'),
  prediction: z
    .string()
    .optional()
    .describe(
      'Column with the predicted class or number. Default for a binary classifier: score ≥ threshold.',
    ),
  threshold: z.number().default(0.5),
  positive: z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .default('1')
    .describe('The label that counts as positive.'),
  task: z
    .enum(['binary', 'multiclass', 'regression'])
    .optional()
    .describe('Default: `binary` with a score column, otherwise `multiclass`.'),
  slices: z
    .array(z.string())
    .max(32)
    .default([])
    .describe('Columns whose every value is looked at on its own.'),
  group: z
    .string()
    .optional()
    .describe(
      'Column of a user, session or document: its rows are not independent and are resampled together.',
    ),
})

const Champion = z.union([
  RelativePath.transform(path => ({ path })),
  z.strictObject({
    path: RelativePath.describe('Folder with the same metric and predictions files, made by the champion.'),
  }),
  z.strictObject({
    run: z
      .string()
      .min(1)
      .describe(
        "Command that evaluates the champion's model and writes the same files; runs in a clean copy of the base commit.",
      ),
    timeout: Seconds.default('6h'),
  }),
])

const Gate = z
  .strictObject({
    name: z.string().max(120).optional().describe('Shown instead of the rule.'),
    metric: MetricName.describe(
      'A computed metric, a name from a metrics file, or `cost`, `duration`, `train_duration`.',
    ),
    at_least: z.number().optional().describe('Absolute floor, judged with the interval of the value itself.'),
    at_most: z.number().optional().describe('Absolute ceiling, judged the same way.'),
    not_worse_than: z.enum(['champion', 'base']).optional().describe('Non-inferiority; needs `margin`.'),
    margin: z
      .number()
      .positive()
      .optional()
      .describe('How much worse is still acceptable, in the unit of the metric.'),
    better_than: z
      .enum(['champion', 'base'])
      .optional()
      .describe('Superiority: the whole interval must lie beyond `by`.'),
    by: z.number().nonnegative().optional().describe('For `better_than`. Default 0.'),
    slices: z
      .union([z.literal('all'), z.array(z.string()).min(1)])
      .optional()
      .describe('Ask the rule of every value of these columns, with Holm correction.'),
    min_rows: z.number().int().min(2).default(50).describe('A slice with fewer rows is "cannot judge".'),
    if_inconclusive: z
      .enum(['pass', 'fail'])
      .default('pass')
      .describe('Whether "cannot tell" fails the run.'),
  })
  .superRefine((gate, context) => {
    const rules = [gate.at_least, gate.at_most, gate.not_worse_than, gate.better_than].filter(
      rule => rule !== undefined,
    )
    if (rules.length !== 1)
      context.addIssue({
        code: 'custom',
        message: 'a gate has exactly one rule: `at_least`, `at_most`, `not_worse_than` or `better_than`',
      })
    if (gate.not_worse_than !== undefined && gate.margin === undefined)
      context.addIssue({
        code: 'custom',
        message:
          '`not_worse_than` needs `margin`: how much worse is still acceptable is your decision, never a default',
      })
    if (gate.margin !== undefined && gate.not_worse_than === undefined)
      context.addIssue({ code: 'custom', path: ['margin'], message: '`margin` belongs to `not_worse_than`' })
    if (gate.by !== undefined && gate.better_than === undefined)
      context.addIssue({ code: 'custom', path: ['by'], message: '`by` belongs to `better_than`' })
  })

const Waiver = z.strictObject({
  metric: MetricName.describe('The metric of the gates this waiver covers.'),
  gate: z.string().optional().describe('Only the gate of this name.'),
  reason: z.string().min(10, 'say why, in at least 10 characters').max(500),
  author: z.string().min(1).max(100),
  until: z.iso.date('a date such as 2026-12-31').describe('Last day it holds.'),
})

const Budget = z.strictObject({
  gpu_hour: z.number().positive().describe('Price of one GPU for one hour.'),
  currency: z.string().max(8).default('USD'),
  source: z
    .string()
    .max(200)
    .optional()
    .describe('Where the price is from and its date; shown in the report.'),
})

const Model = z.strictObject({
  paths: z
    .array(z.string().min(1))
    .default(['**'])
    .describe(
      'Globs this model depends on. In a pull request that touches none of them its check is completed as skipped.',
    ),
  train: Command.optional().describe('Command that trains the candidate.'),
  evaluate: Command.optional().describe('Command that writes the metric and predictions files.'),
  metrics: z
    .union([MetricsFile.transform(file => [file]), z.array(MetricsFile)])
    .default([])
    .describe('Metric files: JSON, YAML, CSV or TSV. Nested keys are joined by `/`.'),
  directions: z
    .record(MetricName, z.enum(['higher', 'lower']))
    .default({})
    .describe('Which way a metric from a file improves. The computed metrics know theirs.'),
  predictions: z
    .union([RelativePath.transform(file => PredictionsFile.parse({ file, score: 'score' })), PredictionsFile])
    .optional()
    .describe('Per-row predictions: the only way to a paired comparison.'),
  rows: z
    .number()
    .int()
    .positive()
    .optional()
    .describe(
      'Test rows behind the metric files, where there are no predictions: gives proportions an (unpaired) interval.',
    ),
  proportions: z.array(MetricName).default([]).describe('Metrics from files that are shares of `rows`.'),
  folds: z
    .strictObject({
      file: RelativePath.describe('CSV: one row per fold, one column per metric.'),
      train_rows: z.number().int().positive(),
      test_rows: z.number().int().positive(),
    })
    .optional(),
  metric_code: z
    .array(RelativePath)
    .default([])
    .describe(
      'Files that compute the metrics. If they differ between two versions, their metric files are not comparable.',
    ),
  data: z
    .array(RelativePath)
    .default([])
    .describe('Files that identify the data: `dvc.lock`, `data/train.csv.dvc`. Their hashes are shown.'),
  champion: Champion.optional(),
  seeds: z
    .array(z.number().int().nonnegative())
    .min(1)
    .max(50)
    .optional()
    .describe(
      'Train and evaluate once per seed, given as `ASSAY_SEED`. Five or more judge the noise of training.',
    ),
  budget: Budget.optional(),
  gates: z.array(Gate).default([]),
  waivers: z.array(Waiver).default([]),
  notes: RelativePath.optional().describe("A Markdown file of the team's own, added to the report."),
})

/** The whole file, after the one-model short form is unfolded. */
export const Config = z.strictObject({
  models: z
    .record(z.string().regex(MODEL_NAME, 'a model name is letters, digits, `.`, `_` and `-`'), Model)
    .refine(models => Object.keys(models).length > 0, 'at least one model')
    .describe(
      'The models of this repository. With one model, write `model: name` and its keys at the top instead.',
    ),
})

export type Config = z.infer<typeof Config>
export type ModelConfig = z.infer<typeof Model>
export type Gate = z.infer<typeof Gate>
export type Waiver = z.infer<typeof Waiver>
export type PredictionsConfig = z.infer<typeof PredictionsFile>

/** The schema of one model's keys: for documentation and the short form. */
export const ModelSchema = Model

/** `90s`, `45m`, `6h` → seconds. */
export function secondsOf(duration: string): number {
  const unit = duration.at(-1)
  return Number.parseFloat(duration) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1)
}

// --- internal ---

function isInside(path: string): boolean {
  if (/^([a-z]+:|[/\\~])/i.test(path) || path.includes('\0') || path.includes('\\')) return false
  return !path.split('/').includes('..')
}
