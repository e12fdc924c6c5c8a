import * as z from 'zod'

/** What MLflow answers, as far as it is read. Whatever else stands in an answer is left alone. */

/** What it says no with: `RESOURCE_DOES_NOT_EXIST` and the like. */
export interface MlflowRefusal {
  code: string
  words: string
}

export function refusalIn(answer: unknown): MlflowRefusal | undefined {
  const parsed = Refusal.safeParse(answer)
  return parsed.success ? { code: parsed.data.error_code, words: parsed.data.message } : undefined
}

/** 64-bit numbers are text in some answers. */
const Whole = z
  .union([z.number(), z.string().regex(/^-?\d{1,16}$/)])
  .transform(Number)
  .refine(Number.isSafeInteger)

/** `NaN` and `Infinity` are text, and an infinite number that went through a database is the largest there is. */
const Value = z
  .union([z.number(), z.string().max(40)])
  .transform(value => (typeof value === 'number' ? value : Number.NaN))
  .transform(value => (Math.abs(value) >= Number.MAX_VALUE ? Number.NaN : value))

const Id = z.string().regex(/^[\w-]{1,64}$/)
const KeyValue = z.object({ key: z.string(), value: z.string().default('') })
const Metric = z.object({
  key: z.string(),
  value: Value,
  timestamp: Whole.optional(),
  step: Whole.default(0),
})
const Dataset = z.object({
  dataset: z.object({ name: z.string(), digest: z.string(), source: z.string().default('') }),
  tags: z.array(KeyValue).default([]),
})

const Run = z.object({
  info: z.object({
    run_id: Id,
    experiment_id: Id,
    start_time: Whole.optional(),
    artifact_uri: z.string().default(''),
    status: z.string().max(40).optional(),
  }),
  data: z
    .object({
      metrics: z.array(Metric).default([]),
      params: z.array(KeyValue).default([]),
      tags: z.array(KeyValue).default([]),
    })
    .default({ metrics: [], params: [], tags: [] }),
  inputs: z.object({ dataset_inputs: z.array(Dataset).default([]) }).default({ dataset_inputs: [] }),
})
/** A run: empty lists are left out of an answer, and are empty here. A value that is not finite is NaN. */
export type MlflowRun = z.infer<typeof Run>

export const ExperimentAnswer = z.object({ experiment: z.object({ experiment_id: Id }) })
export const NewExperimentAnswer = z.object({ experiment_id: Id })
export const RunAnswer = z.object({ run: Run })
export const RunsAnswer = z.object({ runs: z.array(Run).default([]) })
export const Anything = z.object({})
export const Bytes = z.instanceof(Uint8Array)

const ModelVersion = z.object({
  version: z
    .union([z.string(), z.number()])
    .transform(String)
    .refine(text => /^\d{1,12}$/.test(text)),
  tags: z.array(KeyValue).default([]),
  aliases: z.array(z.string()).default([]),
})
export const VersionAnswer = z.object({ model_version: ModelVersion })
export const VersionsAnswer = z.object({ model_versions: z.array(ModelVersion).default([]) })
export const LoggedModelAnswer = z.object({
  model: z.object({ info: z.object({ model_id: z.string().regex(/^[\w-]{1,64}$/) }) }),
})

/** The value of a tag; undefined where there is none. */
export function tagIn(tags: readonly { key: string; value: string }[], key: string): string | undefined {
  return tags.find(tag => tag.key === key)?.value
}

// --- internal ---

const Refusal = z.object({ error_code: z.string().max(100), message: z.string().default('') })
