import * as z from 'zod'
import { MetricsFile, PredictionsFile } from '../inputs/file-options.ts'
import { ENVIRONMENT_NAME, MetricName, MODEL_NAME, Renamed } from '../text/names.ts'
import { RelativePath } from '../text/relative-path.ts'
import { Command, Seconds } from './commands.ts'
import { Drift } from './drift.ts'
import { Dvc } from './dvc.ts'
import { Gate, Waiver } from './gates.ts'
import { Mlflow } from './mlflow.ts'
import { Package } from './package.ts'
import { Profile } from './profile.ts'
import { BaselinesPlace, Deploy } from './release.ts'
import { Retrain } from './retrain.ts'
import { ScanConfig } from './scan.ts'

export type { Gate, Waiver } from './gates.ts'

/**
 * `assay.yml`: one schema gives the type, the validation, `schema/assay.schema.json` and the table in
 * `docs/configuration.md`. Unknown keys are errors. Parsing lives in `read-config.ts`.
 */

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
  z.strictObject({
    environment: z
      .string()
      .regex(ENVIRONMENT_NAME)
      .describe('The release that serves in this environment of the deploy repository.'),
    run: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Beside `environment`: command that evaluates it; `ASSAY_CHAMPION_COMMIT`, `_VERSION`, `_IMAGE` and `_URI` say which. Without it: its files in git at its commit, else the metrics of its record.',
      ),
    timeout: Seconds.default('6h'),
  }),
])

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
      'Globs this model depends on; a folder means all that is in it. In a pull request that touches none of them its check is completed as skipped.',
    ),
  train: Command.optional().describe('Command that trains the candidate.'),
  dvc: Dvc.optional().describe(
    'Steps of [DVC](dvc.md): which data is pulled before training, and which stages train.',
  ),
  evaluate: Command.optional().describe('Command that writes the metric and predictions files.'),
  metrics: z
    .union([MetricsFile.transform(file => [file]), z.array(MetricsFile)])
    .default([])
    .describe(
      '[Metric files](metric-files.md) as tools write them: JSON, JSON lines, YAML, CSV or TSV. Nested keys are joined by `/`.',
    ),
  directions: z
    .record(MetricName, z.enum(['higher', 'lower']))
    .default({})
    .describe('Which way a metric from a file improves. The computed metrics know theirs.'),
  renamed: Renamed.default({}).describe(
    'Metrics from files that are called something else now, as `old: new`. Files that have the old name, and gates of the base, are read by the new one; gates here have the new name; see [renaming a metric](living-with-it.md#renaming-a-metric).',
  ),
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
  proportions: z
    .array(MetricName)
    .default([])
    .describe(
      'Metrics from files that are shares of all `rows`, such as accuracy: never AUC, F1, a loss, precision or recall.',
    ),
  folds: z
    .strictObject({
      file: RelativePath.describe(
        'CSV: one row per fold, one column per metric. A `*` as in `metrics.file`.',
      ),
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
  deploy: Deploy.optional().describe(
    'The deploy repository that releases go to: `owner/name` on the same forge, or the address of a git repository.',
  ),
  package: Package.optional().describe(
    'What is deployed: the command that packages and pushes the model, the files that Assay makes an image of, or where to look it up. See [packaging](packaging.md).',
  ),
  scan: ScanConfig.optional().describe(
    'Files of the model that must be safe to load: [`assay scan`](commands/scan.md) looks at them without loading them.',
  ),
  baselines: BaselinesPlace.optional().describe(
    'Where the rows of each release are kept, so that candidates are compared with the champion row by row and nothing is run again: `oci://ghcr.io/acme/churn-rows`, `dvc://<remote>`, `mlflow://<experiment>`, or a folder. Needs the variable `ASSAY_BASELINES_KEY`.',
  ),
  mlflow: Mlflow.optional().describe(
    'The MLflow server that runs and releases are logged at: its address, or keys. See [MLflow](mlflow.md).',
  ),
  retrain: Retrain.optional().describe(
    'How the model is trained anew when live data asks for it, or `assay retrain`: by a file that says which data, or by a workflow, a pipeline or a job that is started.',
  ),
  drift: Drift.optional().describe(
    'How live traffic is held against what the model was accepted on: which false alarms are allowed, over which windows.',
  ),
  profile: Profile.optional().describe(
    'What live traffic is held against once this is released: the data that is counted, and its columns. Default: the columns of the predictions.',
  ),
  parameters: RelativePath.optional().describe(
    'JSON or YAML file of what it is trained with, such as `params.yaml`; kept in the release record.',
  ),
  owner: z.string().min(1).max(200).optional().describe('Whom to ask about the model.'),
  seeds: z
    .array(z.number().int().nonnegative())
    .min(1)
    .max(50)
    .optional()
    .describe(
      'Train and evaluate once per seed, given as `ASSAY_SEED`. The first one is trained last: its rows are compared, and its files are what is scanned and packaged. Five or more on both sides judge the noise of training: the champion has them in folders `seed-1`, `seed-2` … below its path, or by a command that uses `ASSAY_SEED`.',
    ),
  budget: Budget.optional(),
  gates: z.array(Gate).default([]),
  waivers: z.array(Waiver).default([]),
  notes: RelativePath.optional().describe("A Markdown file of the team's own, added to the report."),
})

/** The whole file, after the one-model short form is unfolded. */
export const Config = z.strictObject({
  models: z
    .record(z.string().regex(MODEL_NAME, { error: ({ input }) => nameWords(input) }), Model)
    .refine(models => Object.keys(models).length > 0, 'at least one model')
    .describe(
      'The models of this repository. With one model, write `model: name` and its keys at the top instead.',
    ),
})

export type Config = z.infer<typeof Config>
export type ModelConfig = z.infer<typeof Model>

/** The schema of one model's keys: for documentation and the short form. */
export const ModelSchema = Model

// --- internal ---

function nameWords(name: unknown): string {
  return name === ''
    ? '`model` is missing: write `model: <name>`, as the check and the comment are to call it'
    : 'a model name is letters, digits, `.`, `_` and `-`'
}
