import * as z from 'zod'
import { ScannedFiles } from '../scan/scanned-file.ts'
import { Difference, Estimate, TestSet } from '../statistics/estimate.ts'
import { METRIC_NAME, MODEL_NAME, Renamed } from '../text/names.ts'
import { ChangedItems } from './changed-items.ts'
import { DataChanges } from './data-changes.ts'
import { ProfileFacts } from './profile-facts.ts'
import { TrackedRun } from './tracked-run.ts'
import { Usage } from './usage.ts'

/**
 * The result of weighing one model: all that a report shows and that is needed to recompute it. Written as `result.json`, from
 * which alone all reports are rendered. Re-running on the same inputs gives the same bytes, so it holds no clock of its own.
 *
 * A result that another job wrote is read back by this schema, so it is as strict as it can be without refusing one of our
 * own: names, commits and hashes by their grammar, every number finite, no text without an end.
 */

const MetricName = z.string().regex(METRIC_NAME)
const Commit = z.string().regex(/^[0-9a-f]{7,64}$/)
const Hash = z.string().regex(/^[0-9a-f]{8,64}$/)
const Count = z.int().nonnegative()
/** A slice value, a class, the name of a GPU. */
const Label = z.string().max(2000)
const Sentence = z.string().max(20_000)
/** A command, a log, notes: bounded by the files they come from. */
const Text = z.string().max(300_000)

const Verdict = z
  .enum(['pass', 'fail', 'inconclusive', 'not_comparable'])
  .describe('`inconclusive` means "cannot tell" and is never shown as green.')
export type Verdict = z.infer<typeof Verdict>

const Ending = z
  .enum([...Verdict.options, 'skipped'])
  .describe('The worst verdict of the gates; `skipped`, which is none, where nothing was judged on purpose.')

const Against = z.enum(['champion', 'base'])
export type Against = z.infer<typeof Against>

const MetricRow = z.object({
  metric: MetricName,
  direction: z.enum(['higher', 'lower']).optional(),
  candidate: Estimate.optional(),
  champion: Estimate.optional(),
  base: Estimate.optional(),
  differences: z.object({ champion: Difference.optional(), base: Difference.optional() }),
  judgement: z
    .enum(['better', 'worse', 'no_difference_shown', 'not_judged'])
    .describe('Against the champion, else the base. `not_judged`: no interval or no direction.'),
  gated: z.boolean(),
  part: Label.optional().describe('Of which part of the test set the candidate is: `all`, or in words.'),
  note: Sentence.optional().describe('E.g. "only in the candidate", "file says 0.91, predictions say 0.89".'),
})
export type MetricRow = z.infer<typeof MetricRow>

const SliceRow = z.object({
  metric: MetricName,
  direction: z.enum(['higher', 'lower']).optional(),
  column: Label,
  value: Label,
  rows: Count,
  against: Against.optional(),
  candidate: z.number().optional(),
  baseline: z.number().optional(),
  difference: Difference.optional(),
  adjustedP: z.number().nonnegative().optional().describe('Holm over all slices of the gate.'),
  together: Count.optional().describe('How many slices, each of too few rows, are judged together here.'),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'cannot_judge']),
})
export type SliceRow = z.infer<typeof SliceRow>

const GateResult = z.object({
  name: Sentence.describe('The rule in words: `accuracy not worse than champion by more than 0.005`.'),
  metric: MetricName,
  verdict: Verdict,
  blocks: z
    .boolean()
    .describe(
      'Whether this verdict fails the run: fails and not-comparables always, inconclusives where the gate says so, waived never.',
    ),
  reason: Sentence.describe('One sentence with the numbers that decided.'),
  waived: z.object({ reason: Sentence, author: Label, until: z.iso.date() }).optional(),
  slices: z
    .object({
      column: Sentence,
      judged: Count,
      cannotJudge: Count,
      failed: z.array(Sentence),
    })
    .optional(),
})
export type GateResult = z.infer<typeof GateResult>

const Version = z.object({
  source: Text,
  commit: Commit.optional(),
  data: z.array(Sentence).optional(),
  testSet: TestSet.optional(),
  metricCode: Hash.optional(),
  ageDays: z
    .number()
    .nonnegative()
    .optional()
    .describe('From the version being made to the candidate commit.'),
  seeds: z.array(z.int()).optional(),
  usage: Usage.optional(),
})
export type Version = z.infer<typeof Version>

const Confusion = z
  .object({
    classes: z.array(Label),
    candidate: z.array(z.array(Count)).describe('counts[actual][predicted]'),
    champion: z.array(z.array(Count)).optional(),
  })
  .refine(
    ({ classes, candidate, champion = candidate }) =>
      [candidate, champion].every(counts => [counts, ...counts].every(row => row.length === classes.length)),
    'one row and one column for every class',
  )
export type Confusion = z.infer<typeof Confusion>

const State = z
  .enum(['judged', 'training_failed', 'evaluation_failed', 'skipped'])
  .describe('`skipped`: nothing this model depends on was touched, or the pull request removes it.')
export type State = z.infer<typeof State>

const ResultObject = z.object({
  schema: z.literal(1),
  assay: z
    .string()
    .regex(/^[\w.+-]{1,40}$/)
    .describe('Version of Assay that computed this.'),
  model: z.string().regex(MODEL_NAME),
  state: State,
  verdict: Ending,
  blocks: z.boolean().describe('true: the run exits 1.'),
  removed: z
    .literal(true)
    .optional()
    .describe('The pull request takes the model out of the configuration; its state is `skipped`.'),
  failure: z
    .object({
      command: Text.optional(),
      exitCode: z.int().optional(),
      signal: z
        .string()
        .regex(/^SIG[A-Z0-9]{1,12}$/)
        .optional(),
      timedOut: z.boolean().optional(),
      tail: Text,
    })
    .optional()
    .describe('What failed, and the end of its output; without `command` where none wrote the files.'),
  candidate: Version,
  champion: Version.optional(),
  base: Version.optional(),
  unavailable: z
    .object({ champion: Sentence.optional(), base: Sentence.optional() })
    .optional()
    .describe('Why a champion or base that there should be could not be had. Absent where none is expected.'),
  notCompared: z
    .object({ champion: Sentence.optional(), base: Sentence.optional() })
    .optional()
    .describe('Why no metric was weighed against a champion or base that is there: another test set, say.'),
  unmeasured: Sentence.optional().describe(
    'Which outputs the commands of the run did not write. Where there are any, no gate passes.',
  ),
  untold: Sentence.optional().describe(
    'Why MLflow told no metrics, where it should. A gate on a metric that nothing else tells does not pass.',
  ),
  metrics: z.array(MetricRow),
  gates: z.array(GateResult),
  slices: z.array(SliceRow).describe('Worst first.'),
  items: ChangedItems.optional().describe(
    'Which items broke, were mended or are flaky, where something says what passed.',
  ),
  confusion: Confusion.optional(),
  seeds: z
    .array(
      z.object({
        metric: MetricName,
        scores: z.array(
          z.object({
            seed: z.int(),
            candidate: z.number().optional(),
            champion: z.number().optional(),
          }),
        ),
      }),
    )
    .optional(),
  warnings: z.array(Sentence).describe('Anything a reader must know before believing the numbers.'),
  configuration: z.object({
    source: z.enum(['base', 'candidate', 'file']).describe('Where the gates were read from.'),
    commit: Commit.optional(),
    changes: z
      .array(Sentence)
      .describe(
        'Changes to gates, waivers or settings in this pull request, in words. They take effect after the merge.',
      ),
    evaluation: z
      .array(Sentence)
      .optional()
      .describe('How this pull request changes its own evaluation: command, files. In force in this result.'),
    commands: z
      .array(Sentence)
      .optional()
      .describe('Other commands and files that it changes, such as training. In force in this result.'),
  }),
  renamed: Renamed.optional().describe('Metrics that have another name now, by the old one.'),
  dataChanges: DataChanges.optional().describe(
    'What changed within folders of DVC and in the parameters of `dvc.lock`, against the champion, else the base.',
  ),
  files: ScannedFiles.optional().describe('The files of the model that were scanned.'),
  mlflow: TrackedRun.optional().describe('Where the run is logged, and what could not be.'),
  profile: ProfileFacts.optional().describe('What live traffic can be held against.'),
  notes: Text.optional().describe("The team's own Markdown; addresses and numbers of people are masked."),
  reproduce: Text.optional().describe('One command that reproduces this result.'),
  run: z.object({
    url: Label.optional(),
    order: z
      .string()
      .regex(/^\d{1,15}\.\d{1,15}$/)
      .optional()
      .describe('`<run id>.<attempt>`: which of two runs is newer.'),
    pullRequest: z.int().positive().optional(),
    fork: z
      .literal(true)
      .optional()
      .describe(
        "The commit is a fork's: its own code wrote all of this. Never the word of a result, but of who posts it.",
      ),
  }),
})

/** A result that was skipped has no verdict, and none but such a one; `pass` beside `skipped` is how it was written once. */
export const Result = ResultObject.refine(
  ({ state, verdict }) =>
    state === 'skipped' ? ['skipped', 'pass'].includes(verdict) : verdict !== 'skipped',
  { path: ['verdict'], message: 'it does not fit the state' },
)
export type Result = z.infer<typeof Result>

/** The verdict of a result where one must be had: what was skipped tells nothing, and is not green. */
export function countedVerdict({ verdict }: Pick<Result, 'verdict'>): Verdict {
  return verdict === 'skipped' ? 'inconclusive' : verdict
}
