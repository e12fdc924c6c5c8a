import { unusable } from '../predictions/columns.ts'
import { scoredColumns, scoreOf, scoreTable } from './score-table.ts'
import type { Tried } from './trials.ts'

const FIX =
  "Write it with `result.to_pandas()` and `.to_csv(…, index=False)` or `.to_json(…, orient='records')`."

/** What makes an item: question and right answer, by their names of now and before 0.2. */
const ITEM = ['user_input', 'reference', 'question', 'ground_truth', 'ground_truths']

/** What else a row has that is no score, also where it is a number: fields of its samples, of now and of before, and the index of pandas. */
const NO_SCORES = [
  'response', 'answer', 'multi_responses', 'retrieved_contexts', 'reference_contexts', 'contexts', 'retrieved_context_ids',
  'reference_context_ids', 'reference_tool_calls', 'reference_topics', 'rubric', 'rubrics', 'persona_name', 'query_style',
  'query_length', 'synthesizer_name', 'evolution_type', 'episode_done', 'metadata', 'id', '', 'index', 'Unnamed: 0', 'level_0',
] // biome-ignore format: one list

/**
 * What ragas' `to_pandas()` gives, as CSV or as JSON: a column of numbers, or of `pass` and `fail`, is a metric, whatever its name, and
 * of other such words where it is `named`; a cell without a number is a score that could not be had. The same question and reference again is another try.
 */
export function ragasTrials(text: string, file: string, named: ReadonlySet<string>): Tried {
  const { columns, rows, placeOf } = scoreTable(text, { file, tool: 'ragas', fix: FIX })
  const known = ITEM.filter(name => columns.has(name))
  if (known.length === 0)
    throw unusable(file, 'it is no result of ragas: there is no column `user_input`', FIX)
  const metrics = scoredColumns(columns, named).filter(([name]) => ![...ITEM, ...NO_SCORES].includes(name))
  const trials = Array.from({ length: rows }, (_, row) => ({
    item: JSON.stringify(known.map(name => columns.get(name)![row] ?? null)),
    name: 'question',
    place: placeOf(row),
    scores: new Map(metrics.map(([name, cells]) => [name, scoreOf(cells[row])])),
  }))
  return { trials }
}
