import * as z from 'zod'
import { formatCount } from '../../text/numbers.ts'
import { markOf } from '../predictions/cells/marks.ts'
import { unusable } from '../predictions/columns.ts'
import { parsedJson, refusePartial, Score, shapeOf } from './json.ts'
import type { Tried } from './trials.ts'

const FIX =
  'Write it with `inspect eval … --log-format json`, or `inspect log convert <log> --to json --output-dir <folder>`.'

/** Correct, partly correct, incorrect, no answer: what `value_to_float` of Inspect makes of the letters of scorers. */
const LETTERS = new Map([
  ['C', 1],
  ['P', 0.5],
  ['I', 0],
  ['N', 0],
])

const One = z.union([
  Score,
  z.string().transform(text => LETTERS.get(text) ?? markOf(text) ?? numberIn(text)),
])
const Value = z.union([One, z.record(z.string(), One), z.array(One)])

const Sample = z.object({
  id: z.union([z.string(), z.number()]),
  epoch: z.int().default(1),
  input: z.unknown().optional(),
  target: z.unknown().optional(),
  scores: z.record(z.string(), z.object({ value: Value })).nullish(),
  /** Of the first logs, which knew one scorer. */
  score: z.object({ value: Value }).nullish(),
  /** Somebody has said since that it does not count. */
  invalidation: z.unknown().optional(),
  error: z.unknown().optional(),
})

/** What is not as it should be here is not known, and keeps nothing from being read. */
const Known = z.int().positive().optional().catch(undefined)

const File = z.object({
  status: z.enum(['started', 'success', 'cancelled', 'error']),
  results: z.object({ total_samples: Known }).nullish().catch(undefined),
  eval: z
    .object({
      dataset: z.object({ samples: Known }).nullish(),
      config: z
        .object({ epochs: Known, limit: z.unknown().optional(), sample_id: z.unknown().optional() })
        .nullish(),
    })
    .nullish()
    .catch(undefined),
  samples: z.array(Sample),
})

/** A log of Inspect (UK AI Security Institute) in JSON: an epoch of a sample is a try, a scorer a metric, of several values several. */
export function inspectTrials(text: string, file: string): Tried {
  const origin = { file, tool: 'Inspect', fix: FIX }
  const log = shapeOf(File, parsedJson(text, origin), origin)
  const { samples, status } = log
  if (status !== 'success') throw unusable(file, `the run did not end: its status is \`${status}\``, AGAIN)
  refusePartial({ has: samples.length, of: samplesOf(log), what: 'samples' }, origin, AGAIN)
  const trials = samples.map(
    ({ id, input, target, score, scores = score && { score }, error, invalidation }, index) => {
      const values = Object.entries(scores ?? {}).flatMap(([scorer, one]) => valuesOf(scorer, one.value))
      return {
        item: JSON.stringify([id, input, target]),
        name: `sample ${id}`,
        place: `samples[${index}]`,
        scores: new Map(values),
        ...([error, invalidation].some(one => one !== undefined && one !== null) && { died: true as const }),
      }
    },
  )
  return { trials, remarks: partOf(log) }
}

// --- internal ---

const AGAIN = 'Finish it with `inspect eval-retry <log>`, or run the evaluation again.'

/** How many samples times epochs the run was to have: as it counted them, else as many as its data set has, where it takes all. */
function samplesOf({ results, eval: spec }: z.output<typeof File>): number | undefined {
  const { epochs = 1, limit, sample_id } = spec?.config ?? {}
  const takesAll = [limit, sample_id].every(one => one === undefined || one === null)
  const all = takesAll ? spec?.dataset?.samples : undefined
  return results?.total_samples ?? (all === undefined ? undefined : all * epochs)
}

/** A part that was asked for is a run to its end, and is not the data set. */
function partOf({ samples, eval: spec }: z.output<typeof File>): string[] {
  const all = spec?.dataset?.samples
  const has = new Set(samples.map(({ id }) => JSON.stringify(id))).size
  if (all === undefined || has >= all) return []
  return [
    `The log is of ${formatCount(has)} of the ${formatCount(all)} samples of its data set (\`--limit\` or \`--sample-id\`).`,
  ]
}

function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function valuesOf(scorer: string, value: z.output<typeof Value>): (readonly [string, number])[] {
  if (typeof value === 'number') return [[scorer, value]]
  return Object.entries(value).map(([name, one]) => [`${scorer}/${name}`, one] as const)
}
