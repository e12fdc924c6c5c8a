import { maskPersonalData } from '../../secrets/secrets.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { unusable } from '../predictions/columns.ts'
import type { Origin } from './json.ts'
import { type Decided, passingDownwards } from './passing-downwards.ts'
import { type ReadTable, scoredColumns, scoreOf } from './score-table.ts'
import type { Trial, Tried } from './trials.ts'

/**
 * Tables that teams make of DeepEval's results, by the names of its fields: a row a case with a column a metric, or a row a case and
 * metric with the columns `metric` and `score`; and the predictions of its benchmarks (`Input`, `Expected Output`, `Correct`).
 *
 * @throws AssayError PREDICTIONS_INVALID where no column says what a case is, or metrics are objects that Python wrote as text
 */
export function deepevalTable(
  { columns: written, rows, placeOf }: ReadTable,
  origin: Origin,
  named: ReadonlySet<string>,
): Tried {
  const columns = new Map([...written].map(([name, cells]) => [fieldOf(name), { name, cells }]))
  const cellOf = (field: string, row: number) => columns.get(field)?.cells[row] ?? null
  const isLong = columns.has('score') && METRIC_NAMES.some(field => columns.has(field))
  const known = ITEMS.find(fields => fields.some(field => columns.has(field)))
  if (!known)
    throw unusable(origin.file, 'it is no result of DeepEval: there is no column `input`', origin.fix)
  const item = known.filter(field => columns.has(field))
  if (!isLong && columns.has('metrics_data'))
    throw unusable(origin.file, 'its metrics stand in one column, as Python prints them', ONE_ROW_EACH)
  const nameOfMetric = METRIC_NAMES.find(field => columns.has(field) && !item.includes(field))
  const trials = new Map<string, Trial & { scores: Map<string, number>; passes: number[] }>()
  const seen = new Map<string, number>()
  const others = scoredColumns(written, named).filter(
    ([name]) => !item.includes(fieldOf(name)) && !FIELDS.has(fieldOf(name)),
  )
  const metrics = others.filter(([name]) => !BESIDE_METRIC.test(fieldOf(name)))
  // Of a metric that is there, `faithfulness_cost` says something; of none, it may be one.
  const left = others.filter(one => !metrics.includes(one) && !isOfMetric(one[0], metrics))
  for (let row = 0; row < rows; row++) {
    const own = JSON.stringify(item.map(field => cellOf(field, row)))
    const metric = isLong ? String(cellOf(nameOfMetric!, row) ?? 'metric') : undefined
    // The same metric of the same case once more is another try.
    const again = JSON.stringify([own, metric])
    const attempt = seen.get(again) ?? 0
    seen.set(again, attempt + 1)
    const key = JSON.stringify([own, attempt])
    const trial = trials.get(key) ?? {
      item: own,
      name: String(cellOf('name', row) ?? cellOf('test_case_name', row) ?? 'test case'),
      place: placeOf(row),
      scores: new Map<string, number>(),
      passes: [],
    }
    trials.set(key, trial)
    trial.passes.push(...PASSES.filter(field => columns.has(field)).map(field => scoreOf(cellOf(field, row))))
    if (metric !== undefined) trial.scores.set(metric, scoreOf(cellOf('score', row)))
    else for (const [name, cells] of metrics) trial.scores.set(name, scoreOf(cells[row]))
  }
  return {
    trials: [...trials.values()].map(({ passes, ...trial }) => ({
      ...trial,
      ...(passes.length > 0 && { passed: passes.every(pass => pass === 1) }),
    })),
    ...(left.length > 0 && !isLong && { remarks: [leftOut(left.map(([name]) => name))] }),
    lower: passingDownwards(
      decidedIn(
        { columns: written, rows, placeOf },
        metrics.map(([name]) => name),
        isLong ? nameOfMetric : undefined,
      ),
    ),
  }
}

// --- internal ---

const ONE_ROW_EACH =
  'Write a row for each metric: `pd.DataFrame([{"input": t.input, "expected_output": t.expected_output, "metric": m.name, "score": m.score, "success": m.success} for t in result.test_results for m in t.metrics_data])`.'

/** What makes a case, the first of these that there are. */
const ITEMS = [
  ['input', 'expected_output', 'expected'],
  ['scenario', 'expected_outcome'],
  ['test_case_id', 'test_case_name', 'test_case', 'test_name'],
  ['id'],
  ['name'],
]

const METRIC_NAMES = ['metric', 'metric_name', 'name']
const PASSES = ['success', 'passed', 'test_success']

/** Fields of cases and metrics that are no scores, also where they are numbers, and the index of pandas. */
const FIELDS = new Set([
  'name', 'metric', 'metric_name', 'test_case', 'test_case_id', 'test_case_name', 'test_name', 'id', 'index', '', 'unnamed:_0', 'level_0',
  'order', 'actual_output', 'output', 'expected_output', 'context', 'retrieval_context', 'tools_called', 'expected_tools', 'turns', 'task',
  'prediction', 'conversational', 'multimodal', 'success', 'passed', 'test_success', 'threshold', 'reason', 'error', 'strict_mode',
  'flaky', 'evaluation_model', 'evaluation_cost', 'token_cost', 'completion_time', 'run_duration', 'input_tokens', 'output_tokens',
  'input_token_count', 'output_token_count', 'verbose_logs', 'tags', 'comments', 'metadata', 'additional_metadata',
  'custom_column_key_values', 'source_file', 'user_description', 'chatbot_role',
]) // biome-ignore format: one list

/** What stands beside a metric, by the name of the metric. */
const BESIDE_METRIC = /_(?:reason|threshold|success|passed|error|cost|verbose_logs)$/

function isOfMetric(name: string, metrics: readonly (readonly [string, unknown])[]): boolean {
  const of = fieldOf(name).replace(BESIDE_METRIC, '')
  return metrics.some(([metric]) => fieldOf(metric).replace(/_score$/, '') === of)
}

function leftOut(names: readonly string[]): string {
  const shown = names.map(name => maskPersonalData(visible(name)))
  return `Columns that by their names say something of a metric, and of none that is there, are left out: ${shortened(shown.join(', '), 300)}.`
}

/** What decided over each score: of a row a metric by its own columns, of a column a metric by those that bear its name. */
function decidedIn(
  { columns, rows }: ReadTable,
  metrics: readonly string[],
  long: string | undefined,
): Decided[] {
  const fields = new Map([...columns].map(([name, cells]) => [fieldOf(name), cells]))
  const numberAt = (field: string, row: number) => {
    const cell = fields.get(field)?.[row]
    return typeof cell === 'number' ? cell : undefined
  }
  // What ended in an error was decided by it, whatever the score.
  const scoreAt = (field: string, row: number, error: string) =>
    (fields.get(error)?.[row] ?? null) === null ? numberAt(field, row) : undefined
  const markAt = (field: string, row: number) => {
    const mark = scoreOf(fields.get(field)?.[row])
    return Number.isNaN(mark) ? undefined : mark === 1
  }
  return Array.from({ length: rows }, (_, row) => row).flatMap(row =>
    long === undefined
      ? metrics.map(name => {
          const of = fieldOf(name).replace(/_score$/, '')
          return {
            name,
            score: scoreAt(fieldOf(name), row, `${of}_error`),
            threshold: numberAt(`${of}_threshold`, row),
            success: markAt(`${of}_success`, row) ?? markAt(`${of}_passed`, row),
          }
        })
      : {
          name: String(fields.get(long)?.[row] ?? 'metric'),
          score: scoreAt('score', row, 'error'),
          threshold: numberAt('threshold', row),
          success: markAt('success', row) ?? markAt('passed', row),
        },
  )
}

/** `Expected Output`, `expectedOutput` and `expected_output` are one field. */
function fieldOf(name: string): string {
  return name
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase()
}
