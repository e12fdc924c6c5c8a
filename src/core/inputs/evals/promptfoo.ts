import * as z from 'zod'
import { jsonLines, type Origin, parsedJson, refusePartial, Score, shapeOf } from './json.ts'
import type { Trial } from './trials.ts'

const FIX = 'Write it with `promptfoo eval --output results.json`.'

/** A failure that is the provider's or the tool's, not an assertion's. */
const DIED = 2

const Named = z.union([z.string(), z.looseObject({ id: z.string().nullish(), label: z.string().nullish() })])

const Result = z.object({
  promptIdx: z.int().nonnegative().nullish(),
  provider: Named.nullish(),
  prompt: z
    .union([z.string(), z.looseObject({ raw: z.unknown().optional(), label: z.unknown().optional() })])
    .nullish(),
  success: z.boolean(),
  score: Score.default(Number.NaN),
  namedScores: z.record(z.string(), z.number().nullable()).nullish(),
  failureReason: z.number().nullish(),
  error: z.unknown().optional(),
  gradingResult: z.unknown().optional(),
  vars: z.unknown().optional(),
  testCase: z
    .object({
      description: z.string().nullish(),
      vars: z.unknown().optional(),
      assert: z.unknown().optional(),
    })
    .nullish(),
})
type OneResult = z.output<typeof Result>

/** `promptfoo eval --output results.json` (summaries of version 1 to 3), and the summary alone as its library gives it. */
const Count = z.int().nonnegative().default(0).catch(0)
const Stats = z.object({ successes: Count, failures: Count, errors: Count }).nullish().catch(undefined)
const File = z.object({
  results: z.union([z.array(Result), z.object({ results: z.array(Result), stats: Stats })]),
  stats: Stats,
})

/**
 * A result is a try of a test by a prompt and a provider, which `promptIdx` tells together. Repeats of a test are numbered as
 * if they were other tests, so it is known by what it is: its description, variables and assertions.
 */
export function promptfooTrials(text: string, file: string): Trial[] {
  const origin = { file, tool: 'promptfoo', fix: FIX }
  const lines = jsonLines(text, origin)
  const read = lines
    ? lines.map(({ value, line }) => [shapeOf(Result, value, origin, line), `line ${line}`] as const)
    : resultsIn(shapeOf(File, parsedJson(text, origin), origin), origin)
  const arms = [...new Set(read.map(([result]) => armOf(result)))]
  return read.map(([result, place]) => {
    const { vars, testCase, success, score, namedScores } = result
    const arm = arms.indexOf(armOf(result))
    const description = testCase?.description ?? 'test'
    const named = Object.entries(namedScores ?? {}).map(([name, one]) => [name, one ?? Number.NaN] as const)
    return {
      // Of the variables those of the test: a run adds what earlier answers were.
      item: JSON.stringify([
        arms.length > 1 ? (result.promptIdx ?? arm) : 0,
        description,
        testCase?.vars ?? vars,
        testCase?.assert,
      ]),
      name: arms.length > 1 ? `${description} · prompt ${(result.promptIdx ?? arm) + 1}` : description,
      place,
      passed: success,
      scores: new Map([['score', score], ...named]),
      ...(hasDied(result) && { died: true }),
    }
  })
}

// --- internal ---

function resultsIn(file: z.output<typeof File>, origin: Origin): (readonly [OneResult, string])[] {
  const { results, stats } = Array.isArray(file.results) ? file : file.results
  const list = results as OneResult[]
  const counted = stats ? stats.successes + stats.failures + stats.errors : undefined
  refusePartial(
    { has: list.length, of: counted, what: 'results' },
    origin,
    'Let `promptfoo eval` run to its end.',
  )
  const key = Array.isArray(file.results) ? 'results' : 'results.results'
  return list.map((one, at) => [one, `${key}[${at}]`])
}

/** Which prompt and provider it is of. Summaries before version 3 do not number them. */
function armOf({ promptIdx, provider, prompt }: OneResult): string {
  if (typeof promptIdx === 'number') return String(promptIdx)
  const called = typeof provider === 'string' ? provider : [provider?.id, provider?.label]
  // The label is the template; `raw` has the variables of the test in it.
  return JSON.stringify([called, typeof prompt === 'object' ? prompt?.label : undefined])
}

/** Summaries before version 3 have no reason of a failure: an error without a grading is none of an assertion. */
function hasDied({ failureReason, error, gradingResult }: OneResult): boolean {
  if (typeof failureReason === 'number') return failureReason === DIED
  return Boolean(error) && !gradingResult
}
