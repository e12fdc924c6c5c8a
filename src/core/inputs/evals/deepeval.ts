import * as z from 'zod'
import { parsedJson, Score, shapeOf } from './json.ts'
import type { Trial } from './trials.ts'

const FIX =
  'Write it with `DisplayConfig(results_folder=…)` or `DEEPEVAL_RESULTS_FOLDER`, or the JSON of what `evaluate()` returns.'

const Metric = z.object({
  name: z.string(),
  score: Score.optional(),
  success: z.boolean().nullish(),
  error: z.string().nullish(),
})
const Metrics = z.array(Metric).nullish()
const Case = z.object({
  name: z.string().nullish(),
  input: z.unknown().optional(),
  success: z.boolean().nullish(),
  metricsData: Metrics,
  metrics_data: Metrics,
  expectedOutput: z.unknown().optional(),
  expected_output: z.unknown().optional(),
  turns: z.unknown().optional(),
})

const File = z.union([
  z.object({
    testCases: z.array(Case),
    conversationalTestCases: z.array(Case).nullish(),
  }),
  z.object({ test_results: z.array(Case) }),
])

/** `test_run_<time>.json` of DeepEval, and the JSON of what it returns. The same input and expected output again is another try. */
export function deepevalTrials(text: string, file: string): Trial[] {
  const origin = { file, tool: 'DeepEval', fix: FIX }
  const read = shapeOf(File, parsedJson(text, origin), origin)
  const lists: Record<string, z.output<typeof Case>[]> =
    'testCases' in read
      ? { testCases: read.testCases, conversationalTestCases: read.conversationalTestCases ?? [] }
      : { test_results: read.test_results }
  return Object.entries(lists).flatMap(([list, cases]) =>
    cases.map((one, index): Trial => {
      const metrics = one.metricsData ?? one.metrics_data ?? []
      const expected = one.expectedOutput ?? one.expected_output
      const passed = one.success ?? metrics.every(({ success }) => success === true)
      return {
        // Without an input, as of a conversation, a case is known by its name.
        item: JSON.stringify(one.input === undefined ? [one.name] : [one.input, expected]),
        name: one.name ?? 'test case',
        place: `${list}[${index}]`,
        passed,
        scores: new Map(
          metrics.map(({ name, score, error }) => [name, error ? Number.NaN : (score ?? Number.NaN)]),
        ),
      }
    }),
  )
}
