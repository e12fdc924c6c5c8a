import * as z from 'zod'
import { jsonLines, type Origin, parsedJson, Score, shapeOf } from './json.ts'
import type { Trial, Tried } from './trials.ts'

const FIX = 'Write it with `lm_eval … --log_samples --output_path …`: the file `samples_<task>_<time>.jsonl`.'

const Sample = z
  .object({
    doc_id: z.union([z.int(), z.string()]),
    filter: z.string().optional(),
    metrics: z.array(z.string()).max(100).optional(),
    filtered_resps: z.unknown().optional(),
    doc_hash: z.string().optional(),
    target_hash: z.string().optional(),
  })
  .loose()
  .refine(
    ({ metrics, filtered_resps }) => metrics !== undefined || filtered_resps !== undefined,
    'it has neither `metrics` nor `filtered_resps`',
  )
type OneSample = z.output<typeof Sample>

/**
 * `samples_<task>_<time>.jsonl` of lm-evaluation-harness: a line a document and filter, whose metrics it names. A filter is a
 * way of reading the answer, so its metrics are metrics of their own: `exact_match/strict-match`. The first versions wrote one list, and
 * named neither metrics nor filters.
 */
export function lmEvalTrials(text: string, file: string): Tried {
  const samples = samplesIn(text, { file, tool: 'lm-evaluation-harness', fix: FIX })
  const trials = new Map<string, Trial & { scores: Map<string, number> }>()
  const seen = new Map<string, number>()
  const several = areOfFirstVersions(samples) && areFiltered(samples)
  for (const { sample, place } of samples) {
    const item = itemOf(sample)
    const count = seen.get(JSON.stringify([item, sample.filter])) ?? 0
    seen.set(JSON.stringify([item, sample.filter]), count + 1)
    // The same document by another filter is the same try, and by the same filter another one.
    const filter = sample.filter ?? (several ? `filter-${count + 1}` : 'none')
    const key = JSON.stringify([item, several ? 0 : count])
    const trial = trials.get(key) ?? { item, name: `document ${sample.doc_id}`, place, scores: new Map() }
    trials.set(key, trial)
    for (const metric of sample.metrics ?? Object.keys(sample).filter(name => !NO_METRICS.has(name))) {
      const score = Score.safeParse(sample[metric])
      // Of metrics such as perplexity a document has parts of a sum, and no score.
      if (score.success) trial.scores.set(filter === 'none' ? metric : `${metric}/${filter}`, score.data)
    }
  }
  return { trials: [...trials.values()] }
}

// --- internal ---

interface Placed {
  sample: OneSample
  place: string
}

/** What a sample has beside its metrics. */
const NO_METRICS = new Set([
  'doc_id', 'doc', 'target', 'arguments', 'resps', 'filtered_resps', 'filter', 'metrics', 'doc_hash', 'prompt_hash', 'target_hash',
]) // biome-ignore format: one list

function samplesIn(text: string, origin: Origin): Placed[] {
  const lines = jsonLines(text, origin)
  if (lines)
    return lines.map(({ value, line }) => ({
      sample: shapeOf(Sample, value, origin, line),
      place: `line ${line}`,
    }))
  const whole = parsedJson(text, origin)
  if (!Array.isArray(whole)) return [{ sample: shapeOf(Sample, whole, origin, 1), place: 'line 1' }]
  return shapeOf(z.array(Sample), whole, origin).map((sample, at) => ({ sample, place: `[${at}]` }))
}

function itemOf({ doc_id, doc_hash, target_hash }: OneSample): string {
  return JSON.stringify([doc_id, doc_hash, target_hash])
}

function areOfFirstVersions(samples: readonly Placed[]): boolean {
  return samples.every(({ sample }) => sample.filter === undefined && sample.metrics === undefined)
}

/** Whether every document stands there as often, more than once: a file has one run of the task, so that is a filter each. */
function areFiltered(samples: readonly Placed[]): boolean {
  const counts = new Map<string, number>()
  for (const { sample } of samples) counts.set(itemOf(sample), (counts.get(itemOf(sample)) ?? 0) + 1)
  const [first = 1] = counts.values()
  return first > 1 && [...counts.values()].every(count => count === first)
}
