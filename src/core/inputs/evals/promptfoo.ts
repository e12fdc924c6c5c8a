import * as z from 'zod'
import { parsedJson, shapeOf } from './json.ts'
import type { Trial } from './trials.ts'

const FIX = 'Write it with `promptfoo eval --output results.json`.'

/** A failure that is the provider's or the tool's, not an assertion's. */
const DIED = 2

const Result = z.object({
  promptIdx: z.int().nonnegative().default(0),
  success: z.boolean(),
  score: z.number(),
  namedScores: z.record(z.string(), z.number().nullable()).nullish(),
  failureReason: z.number().optional(),
  vars: z.unknown().optional(),
  testCase: z.object({ description: z.string().nullish(), assert: z.unknown().optional() }).nullish(),
})

/** `promptfoo eval --output results.json` (schema version 3), and the summary alone as its library gives it. */
const File = z.object({
  results: z.union([z.array(Result), z.object({ results: z.array(Result) })]),
})

/**
 * A result is a try of a test by a prompt and a provider, which `promptIdx` tells together. Repeats of a test are numbered as
 * if they were other tests, so it is known by what it is: its description, variables and assertions.
 */
export function promptfooTrials(text: string, file: string): Trial[] {
  const origin = { file, tool: 'promptfoo', fix: FIX }
  const read = shapeOf(File, parsedJson(text, origin), origin)
  const nested = !Array.isArray(read.results)
  const results = Array.isArray(read.results) ? read.results : read.results.results
  const several = results.some(({ promptIdx }) => promptIdx !== results[0]!.promptIdx)
  return results.map((result, index) => {
    const { promptIdx, vars, testCase, success, score, namedScores } = result
    const description = testCase?.description ?? 'test'
    const named = Object.entries(namedScores ?? {}).map(([name, one]) => [name, one ?? Number.NaN] as const)
    return {
      item: JSON.stringify([several ? promptIdx : 0, description, vars, testCase?.assert]),
      name: several ? `${description} · prompt ${promptIdx + 1}` : description,
      place: `${nested ? 'results.' : ''}results[${index}]`,
      passed: success,
      scores: new Map([['score', score], ...named]),
      ...(result.failureReason === DIED && { died: true }),
    }
  })
}
