import * as z from 'zod'
import { deepevalTable } from './deepeval-table.ts'
import { jsonLines, type Origin, parsedJson, refusePartial, Score, shapeOf } from './json.ts'
import { passingDownwards } from './passing-downwards.ts'
import { isJson, scoreTable } from './score-table.ts'
import type { Trial, Tried } from './trials.ts'

const FIX =
  'Write it with `DisplayConfig(results_folder=…)` or `DEEPEVAL_RESULTS_FOLDER`, the JSON of what `evaluate()` returns, or a table of the cases and their scores (docs/llm-evals.md).'

/** `metric` is its name before 1.0. */
const Metric = z.object({
  name: z.string().optional(),
  metric: z.string().optional(),
  score: Score.optional(),
  threshold: z.number().nullish().catch(undefined),
  success: z.boolean().nullish(),
  flaky: z.boolean().nullish(),
  error: z.string().nullish(),
})
const Metrics = z.array(Metric).nullish()
const Case = z.object({
  name: z.string().nullish(),
  input: z.unknown().optional(),
  success: z.boolean().nullish(),
  metricsData: Metrics,
  metrics_data: Metrics,
  metricsMetadata: Metrics,
  expectedOutput: z.unknown().optional(),
  expected_output: z.unknown().optional(),
})
const Cases = z.array(Case)

const Count = z.int().nonnegative().nullish().catch(undefined)
const Run = z.object({
  testCases: Cases,
  conversationalTestCases: Cases.nullish(),
  testPassed: Count,
  testFailed: Count,
})
const Returned = z.object({ test_results: Cases })
/** As `deepeval test run` leaves it in `.deepeval/`. */
const Wrapped = z.object({ testRunData: Run })
const File = z.union([Run, Returned, Wrapped])

/**
 * `test_run_<time>.json` of DeepEval, the JSON of what it returns, and tables that are made of it: DeepEval itself writes no table of
 * scores. The same input and expected output again is another try.
 */
export function deepevalTrials(text: string, file: string, named: ReadonlySet<string>): Tried {
  const origin = { file, tool: 'DeepEval', fix: FIX }
  const cases = isJson(text) ? casesIn(text, origin) : undefined
  if (!cases) return deepevalTable(scoreTable(text, origin), origin, named)
  const judged = cases.flatMap(([, own]) => own.flatMap(metricsOf))
  return {
    trials: cases.flatMap(([list, own]) => own.map((one, at) => trialOf(one, `${list}[${at}]`))),
    lower: passingDownwards(judged.filter(({ error }) => !error).map(one => ({ ...one, name: nameOf(one) }))),
  }
}

// --- internal ---

type OneCase = z.output<typeof Case>

/** The lists of cases by name; undefined where it is a table. */
function casesIn(text: string, origin: Origin): [string, OneCase[]][] | undefined {
  const lines = jsonLines(text, origin)
  const value = lines ? lines.map(line => line.value) : parsedJson(text, origin)
  const first = Array.isArray(value) ? value[0] : value
  if (Array.isArray(value) && METRICS.some(key => Object.hasOwn(Object(first), key)))
    return [['', shapeOf(Cases, value, origin)]]
  if (LISTS.every(key => !Object.hasOwn(Object(first), key))) return undefined
  const read = shapeOf(File, value, origin)
  if ('test_results' in read) return [['test_results', read.test_results]]
  const run = 'testRunData' in read ? read.testRunData : read
  const talks = run.conversationalTestCases ?? []
  const counted = (run.testPassed ?? 0) + (run.testFailed ?? 0)
  const has = run.testCases.length + talks.length
  refusePartial({ has, of: counted, what: 'test cases' }, origin, 'Let the evaluation run to its end.')
  return [
    ['testCases', run.testCases],
    ['conversationalTestCases', talks],
  ]
}

const METRICS = ['metricsData', 'metrics_data', 'metricsMetadata']
const LISTS = ['testCases', 'test_results', 'testRunData']

type OneMetric = z.output<typeof Metric>

function metricsOf(one: OneCase): OneMetric[] {
  return one.metricsData ?? one.metrics_data ?? one.metricsMetadata ?? []
}

function nameOf({ name, metric }: OneMetric): string {
  return name ?? metric ?? 'metric'
}

function trialOf(one: OneCase, place: string): Trial {
  const metrics = metricsOf(one)
  const expected = one.expectedOutput ?? one.expected_output
  // A metric that is said to be flaky never decides, and where nothing was judged nothing passed.
  const deciding = metrics.filter(({ flaky }) => flaky !== true)
  const passed = one.success ?? (deciding.length > 0 && deciding.every(({ success }) => success === true))
  return {
    // Without an input, as of a conversation, a case is known by its name.
    item: JSON.stringify(one.input === undefined ? [one.name] : [one.input, expected]),
    name: one.name ?? 'test case',
    place,
    passed,
    scores: new Map(
      metrics.map(metric => [nameOf(metric), metric.error ? Number.NaN : (metric.score ?? Number.NaN)]),
    ),
  }
}
