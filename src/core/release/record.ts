import { createHash } from 'node:crypto'
import * as z from 'zod'
import { MOST_SCANNED, ScanCovers, ScannedFile } from '../scan/scanned-file.ts'
import { TestSet } from '../statistics/estimate.ts'
import { METRIC_NAME, MODEL_NAME, VERSION_NAME } from '../text/names.ts'
import { RunPlace } from '../verdict/tracked-run.ts'
import { Image, ModelUri } from './image.ts'

/**
 * The release record, `model-release.yaml`: what one version of one model is and what it was made from. Written once, beside
 * the manifests of every environment the release enters, and never changed: the history of that file is the ledger.
 *
 * It is read back from the history of a repository that many may write to, so it is as strict as the result it comes from.
 */

const Sentence = z.string().min(1).max(2000)
const Line = z.string().min(1).max(300)
const Commit = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a whole commit id')
  .describe('The whole commit id: 40 or 64 hex digits.')
const Hash = z.string().regex(/^[0-9a-f]{8,64}$/, 'a hash in hex')
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hex')
/** What DVC calls a file. */
const Md5 = z.string().regex(/^[0-9a-f]{32}$/, 'an md5 in hex')
const Instant = z.iso.datetime('an instant in UTC, such as 2026-05-20T10:00:00Z')
const Verdict = z.enum(['pass', 'fail', 'inconclusive', 'not_comparable'])
const Figure = z.number()
const Interval = z.tuple([Figure, Figure])
const Level = z.number().positive().max(1).describe('Confidence level of the interval, e.g. 0.95.')
const WebAddress = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~%/?=&:+,;#-]*)?$/, 'a plain http(s) address')

export const TrainingImage = z
  .string()
  .max(400)
  .refine(text => {
    const [name, digest, ...more] = text.split('@')
    return more.length === 0 && Image.safeParse({ name, digest }).success
  }, 'an image by its digest: `name@sha256:…`')

const Change = z.strictObject({
  value: Figure.describe('Candidate minus baseline.'),
  interval: Interval,
  level: Level,
  p: z.number().nonnegative(),
  method: z.string().max(100),
  paired: z.boolean(),
})

const RecordMetric = z.strictObject({
  value: Figure,
  interval: Interval.optional(),
  level: Level.optional(),
  direction: z.enum(['higher', 'lower']).optional(),
  gated: z.boolean().optional(),
  part: Line.optional().describe(
    'Of which part of its test set the value is: `all`, or in words. Absent: not known.',
  ),
  judgement: z.enum(['better', 'worse', 'no_difference_shown', 'not_judged']).optional(),
  baseline: Figure.optional().describe('The same metric of the version in `weighed`.'),
  change: Change.optional(),
})
export type RecordMetric = z.infer<typeof RecordMetric>

const RecordGate = z.strictObject({
  name: Sentence,
  verdict: Verdict,
  waived: z
    .strictObject({ reason: Sentence, by: Line, until: z.iso.date() })
    .optional()
    .describe('Who let it pass all the same, why and until when.'),
})

const RecordSlice = z.strictObject({
  metric: z.string().regex(METRIC_NAME),
  column: z.string().max(300),
  value: z.string().max(300),
  rows: z.int().nonnegative(),
  candidate: Figure,
  baseline: Figure,
  change: Change,
  direction: z.enum(['higher', 'lower']).optional(),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'cannot_judge']),
})
export type RecordSlice = z.infer<typeof RecordSlice>

const Tracked = z.strictObject({
  ...RunPlace.shape,
  experiment: RunPlace.shape.experiment.optional(),
  run: RunPlace.shape.run.optional().describe('Where its parameters and metrics are logged.'),
  model: z
    .string()
    .regex(/^[^/:\p{Cc}]{1,200}$/u, 'the name of a registered model')
    .optional(),
  version: z
    .string()
    .regex(/^\d{1,12}$/, 'the number of a version')
    .optional(),
})

export const ReleaseRecord = z.strictObject({
  schema: z.literal(1),
  model: z.string().regex(MODEL_NAME),
  version: z.string().regex(VERSION_NAME, 'a version is letters, digits and `.`, `_`, `+`, `-`'),
  commit: Commit,
  committed: Instant.describe(
    'When the commit was made: of two releases, the newer is the one with the newer commit.',
  ),
  subject: z.string().max(300).optional().describe('First line of the commit message.'),
  repository: WebAddress.describe('Where the commit is: the model repository.'),
  created: Instant.describe('When this record was made.'),
  by: Line.describe('Who merged the change, or ran the release.'),
  owner: Line.optional().describe('Whom to ask about the model.'),
  verdict: Verdict,
  image: Image.optional(),
  uri: ModelUri.optional(),
  trained_in: TrainingImage.optional().describe(
    'The image of the job that trained it, where the CI says so.',
  ),
  run: WebAddress.optional().describe('The CI run that made it.'),
  mlflow: Tracked.optional().describe('Its run and its version in MLflow.'),
  data: z.array(Line).max(100).optional().describe('Versions of the data, one line for each piece.'),
  test_set: z.strictObject(TestSet.shape).optional(),
  metric_code: Hash.optional(),
  profile: z
    .strictObject({
      hash: Sha256,
      rows: z.int().nonnegative(),
      features: z.int().nonnegative(),
    })
    .optional()
    .describe('`model-profile.yaml` beside it: its sha256, and what it was counted on.'),
  rows: z
    .strictObject({ hash: Sha256, md5: Md5.optional(), rows: z.int().positive() })
    .optional()
    .describe('Its rows, where `baselines` keeps them: sha256 of the file (md5 for DVC), and how many.'),
  seeds: z.array(z.int()).max(50).optional(),
  parameters: z
    .record(z.string().min(1).max(200), z.union([z.string().max(2000), Figure, z.boolean(), z.null()]))
    .optional()
    .describe('What it was trained with.'),
  gpus: z.array(Line).max(64).optional().describe('What it was trained on, one name for each GPU.'),
  cost: z
    .strictObject({ amount: z.number().nonnegative(), currency: z.string().max(8), source: Line.optional() })
    .optional(),
  weighed: z
    .strictObject({
      against: z.enum(['champion', 'base']),
      commit: z
        .string()
        .regex(/^[0-9a-f]{7,64}$/)
        .optional(),
    })
    .optional()
    .describe('What the verdict was made against.'),
  gates: z.array(RecordGate).max(500),
  scanned: z
    .array(ScannedFile)
    .max(MOST_SCANNED)
    .optional()
    .describe('The files of the model, as `assay scan` found them.'),
  more_scanned: z.int().positive().optional().describe('How many files had no room; none is worse.'),
  scan_covers: ScanCovers.optional(),
  metrics: z.record(z.string().regex(METRIC_NAME), RecordMetric),
  more_metrics: z
    .int()
    .positive()
    .optional()
    .describe('How many had no room; they are in the result of the run.'),
  worst_slices: z.array(RecordSlice).max(10).optional(),
  assay: z
    .string()
    .regex(/^[\w.+-]{1,40}$/)
    .describe('Version of Assay that wrote this.'),
})
export type ReleaseRecord = z.infer<typeof ReleaseRecord>

/** The name of the file, beside the manifests of an environment. */
export const RECORD_FILE = 'model-release.yaml'

/**
 * What makes two records the same release, as 32 hex digits: the commit it was made from, its version, and what is deployed.
 */
export function releaseKey({ model, commit, version, image, uri }: ReleaseRecord): string {
  const parts = [model, commit, version, image?.name ?? '', image?.digest ?? '', uri ?? '']
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** What decides which of two releases is newer. */
export type ReleaseAge = Pick<ReleaseRecord, 'committed' | 'created'> & { key: string }

export function ageOf(record: ReleaseRecord): ReleaseAge {
  return { committed: record.committed, created: record.created, key: releaseKey(record) }
}

/**
 * Newest last: by the commit, then by when the record was made. Two releases of one commit differ in what is deployed, so the
 * last built is the newer.
 */
export function compareAge(a: ReleaseAge, b: ReleaseAge): number {
  return (
    Date.parse(a.committed) - Date.parse(b.committed) ||
    Date.parse(a.created) - Date.parse(b.created) ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  )
}

/** Whether `a` is a newer release than `b`. The same release is not newer than itself, whenever it was recorded. */
export function isNewer(a: ReleaseRecord, b: ReleaseRecord): boolean {
  const [one, other] = [ageOf(a), ageOf(b)]
  return one.key !== other.key && compareAge(one, other) > 0
}
