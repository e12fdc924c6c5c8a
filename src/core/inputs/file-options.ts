import * as z from 'zod'
import { MetricName } from '../text/names.ts'
import { RelativePath } from '../text/relative-path.ts'

/** Files of `assay.yml` that commands leave behind: what is read, and how. */

const Rows = z.union([z.number().int().positive(), z.string().min(1).max(1000)])

export const MetricsFile = z
  .union([
    RelativePath,
    z.strictObject({
      file: RelativePath.describe(
        'Of a folder that is numbered anew with every run: `lightning_logs/version_*/metrics.csv`.',
      ),
      prefix: MetricName.optional().describe('Put before every name from this file, as `prefix/name`.'),
      at: z
        .string()
        .min(1)
        .max(1024)
        .optional()
        .describe(
          'JSON and YAML: the part to read, as keys joined by `/`: `results/arc_easy`. Default: all of it.',
        ),
      stderr: z
        .record(MetricName, z.string().min(1).max(1000))
        .optional()
        .describe(
          'The key that holds the standard error of a metric: `{ accuracy: accuracy_se }`. Without it: `acc_stderr` beside `acc`.',
        ),
      rows: z
        .union([Rows, z.record(MetricName, Rows)])
        .optional()
        .describe(
          'Of how many test rows the metrics of this file are, as a number or the key that holds it; or by the metric. Default: `rows` of the model.',
        ),
      row: z
        .string()
        .max(1024)
        .optional()
        .describe(
          'CSV and TSV: the rows to read, as `column=value`, `highest column` or `lowest column`. Default: all; of each column the last value counts.',
        ),
    }),
  ])
  .transform(entry => (typeof entry === 'string' ? { file: entry } : entry))

/** Tools whose result files are read. */
const EVAL_TOOLS = ['promptfoo', 'lm-eval', 'inspect', 'deepeval', 'ragas'] as const
export type EvalTool = (typeof EVAL_TOOLS)[number]

const CsvKeys = z.strictObject({
  separator: z
    .enum([',', ';', '\t', '|'])
    .optional()
    .describe('Default: the most frequent of the four in the header.'),
  decimal: z
    .enum(['.', ','])
    .optional()
    .describe(
      'What stands before the decimals. Default `.`; with `,` a number with a point is refused, for it may be one of thousands.',
    ),
})
export type CsvOptions = z.infer<typeof CsvKeys>

export const PredictionsFile = z.strictObject({
  file: RelativePath.describe(
    'CSV, JSON lines (either may be packed by gzip or zstd) or Parquet, one row per example; with `from` the result file of a tool. A `*` as in `metrics.file`.',
  ),
  from: z
    .enum(EVAL_TOOLS)
    .optional()
    .describe(
      'The tool whose [result file](llm-evals.md) it is: its items are the rows, their tries are taken together, its scores are metrics.',
    ),
  id: z
    .string()
    .default('id')
    .describe('Column that names the row; unique. Candidate and champion are joined by it.'),
  label: z.string().default('label').describe('Column with the truth.'),
  unlabelled: z
    .enum(['refuse', 'leave_out'])
    .optional()
    .describe(
      'Rows without a label: `leave_out` takes them out of everything and tells how many they are. Default `refuse`.',
    ),
  score: z
    .string()
    .optional()
    .describe('Column with the score of the positive class, for a binary classifier.'),
  probabilities: z
    .union([
      z.string().regex(/^[^*]*\*[^*]*$/, 'one `*` stands for the class, as in `proba_*`'),
      z
        .record(z.string(), z.string())
        .refine(
          columns => Object.keys(columns).length > 1,
          'it takes a column for each of two classes or more',
        ),
    ])
    .optional()
    .describe(
      'Columns with the probability of each class: `proba_*`, where `*` is the class, or `{ <class>: <column> }`. Without `prediction` the likeliest class is the answer; of two classes it stands in place of `score`.',
    ),
  prediction: z
    .string()
    .optional()
    .describe(
      'Column with the predicted class or number. Default for a binary classifier: score ≥ threshold; with `probabilities` of several classes: the likeliest.',
    ),
  values: z
    .record(MetricName, z.enum(['higher', 'lower']))
    .refine(values => Object.keys(values).length <= 50, 'at most 50 columns')
    .optional()
    .describe(
      "Columns with one score a row, and which way each improves: `{ ndcg: higher, latency_ms: lower }`. Each is a metric, the mean of its column; words of right and wrong (`true`, `yes`, `pass`, `correct` …) are 1 and 0. Where there is no `score` and no `prediction`, no truth is read. With `from`: those of the tool's scores that improve downwards.",
    ),
  passed: z
    .record(MetricName, z.number())
    .optional()
    .describe(
      'What counts as passed, by the least score (the most where lower is better): `{ faithfulness: 0.7 }`. Gives `passed`, and with it broken and mended items. Default with `from`: what the tool says.',
    ),
  csv: CsvKeys.optional().describe('How a CSV file is written, where that is not seen from it.'),
  quantile: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Which quantile of the truth `prediction` is, as 0.9, of a regression: gives `pinball`.'),
  threshold: z
    .number()
    .optional()
    .describe(
      'A score at or above it counts as positive. Default 0.5 where all scores lie within 0 to 1; beyond there is no default, and what needs answers has no value without it.',
    ),
  positive: z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .optional()
    .describe(
      'The label that counts as positive. Default: the one that is `1`, `true`, `yes`, `y`, `t`, `positive`, `pos` or `+`.',
    ),
  task: z
    .enum(['binary', 'multiclass', 'regression'])
    .optional()
    .describe(
      'Default: `binary` with a score column, two columns of `probabilities`, or where the truth has two classes, otherwise `multiclass`. More than 100 classes only where it is set, or with `probabilities`.',
    ),
  slices: z
    .array(z.string())
    .max(32)
    .default([])
    .describe('Columns whose every value is looked at on its own.'),
  allow_personal: z
    .array(z.string())
    .max(32)
    .default([])
    .describe(
      'Slice columns whose values may be shown although they look as if they named single people; those of others stand as `[masked 1]`, `[masked 2]`. With the `id` column some ids are shown where rows differ.',
    ),
  group: z
    .string()
    .optional()
    .describe('Column of a user, session or document: its rows are not independent and count together.'),
  weight: z
    .string()
    .optional()
    .describe(
      "Column of how much each row counts, as scikit-learn's `sample_weight`: [0 or above](statistics.md#rows-with-weights). Default: each once.",
    ),
})
export type PredictionsConfig = z.infer<typeof PredictionsFile>
