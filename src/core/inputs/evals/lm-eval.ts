import * as z from 'zod'
import { parsedJson, Score, shapeOf } from './json.ts'
import type { Trial } from './trials.ts'

const FIX = 'Write it with `lm_eval … --log_samples --output_path …`: the file `samples_<task>_<time>.jsonl`.'

const Line = z
  .object({
    doc_id: z.union([z.int(), z.string()]),
    filter: z.string().default('none'),
    metrics: z.array(z.string()).max(100),
    doc_hash: z.string().optional(),
    target_hash: z.string().optional(),
  })
  .loose()

/**
 * `samples_<task>_<time>.jsonl` of lm-evaluation-harness: a line a document and filter, whose metrics it names. A filter is a
 * way of reading the answer, so its metrics are metrics of their own: `exact_match/strict-match`.
 */
export function lmEvalTrials(text: string, file: string): Trial[] {
  const origin = { file, tool: 'lm-evaluation-harness', fix: FIX }
  const trials = new Map<string, Trial & { scores: Map<string, number> }>()
  const seen = new Map<string, number>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const one = shapeOf(Line, parsedJson(line, origin, index + 1), origin, index + 1)
    const item = JSON.stringify([one.doc_id, one.doc_hash, one.target_hash])
    const ofFilter = JSON.stringify([item, one.filter])
    // The same document by another filter is the same try, and by the same filter another one.
    const attempt = seen.get(ofFilter) ?? 0
    seen.set(ofFilter, attempt + 1)
    const key = JSON.stringify([item, attempt])
    const trial = trials.get(key) ?? {
      item,
      name: `document ${one.doc_id}`,
      place: `line ${index + 1}`,
      scores: new Map(),
    }
    trials.set(key, trial)
    for (const metric of one.metrics) {
      const score = Score.safeParse(one[metric])
      // Of metrics such as perplexity a document has parts of a sum, and no score.
      if (score.success)
        trial.scores.set(one.filter === 'none' ? metric : `${metric}/${one.filter}`, score.data)
    }
  }
  return [...trials.values()]
}
