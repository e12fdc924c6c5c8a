import * as z from 'zod'
import { formatCount } from '../../text/numbers.ts'
import { jsonLines, type Origin, parsedJson, refusePartial, Score, shapeOf } from './json.ts'
import type { Tried } from './trials.ts'

const FIX = 'Write it with `promptfoo eval --output results.json`.'

/** A failure that is the provider's or the tool's, not an assertion's. */
const DIED = 2

const Named = z.union([z.string(), z.looseObject({ id: z.string().nullish(), label: z.string().nullish() })])

const Result = z.object({
  promptIdx: z.int().nonnegative().nullish(),
  testIdx: z.int().nonnegative().nullish(),
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
  config: z
    .object({ tests: z.array(z.unknown()).nullish() })
    .nullish()
    .catch(undefined),
  runtimeOptions: z.object({ repeat: z.int().positive().nullish() }).nullish().catch(undefined),
})

/**
 * A result is a try of a test by a prompt and a provider, which `promptIdx` tells together. Repeats of a test are numbered as
 * if they were other tests, so it is known by what it is: its description, variables and assertions.
 */
export function promptfooTrials(text: string, file: string): Tried {
  const origin = { file, tool: 'promptfoo', fix: FIX }
  const lines = jsonLines(text, origin)
  const whole = lines ? undefined : shapeOf(File, parsedJson(text, origin), origin)
  const read = whole
    ? resultsIn(whole, origin)
    : lines!.map(({ value, line }) => [shapeOf(Result, value, origin, line), `line ${line}`] as const)
  const arms = armsIn(read.map(([result]) => result))
  const numbers = new Map([...arms.keys()].map((arm, at) => [arm, at]))
  const trials = read.map(([result, place]) => {
    const { vars, testCase, success, score, namedScores } = result
    const description = testCase?.description ?? 'test'
    const named = Object.entries(namedScores ?? {}).map(([name, one]) => [name, one ?? Number.NaN] as const)
    return {
      // Of the variables those of the test: a run adds what earlier answers were.
      item: JSON.stringify([0, description, testCase?.vars ?? vars, testCase?.assert]),
      ...(arms.size > 1 && { arm: numbers.get(armOf(result))! }),
      name: description,
      place,
      passed: success,
      scores: new Map([['score', score], ...named]),
      ...(hasDied(result) && { died: true as const }),
    }
  })
  return { trials, remarks: whole && partOf(whole), ...(arms.size > 1 && { arms: [...arms.values()] }) }
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

/** Prompts with their providers in the order that they are numbered in: what tells each apart, and what it is called. */
function armsIn(results: readonly OneResult[]): Map<string, string> {
  const numbered = results.toSorted((a, b) => (a.promptIdx ?? 0) - (b.promptIdx ?? 0))
  const arms = new Map<string, string>()
  const called = new Map<string, number>()
  for (const result of numbered) {
    if (arms.has(armOf(result))) continue
    const name = armName(result)
    const same = called.get(name) ?? 0
    called.set(name, same + 1)
    arms.set(armOf(result), same === 0 ? name : `${name} ${same + 1}`)
  }
  return arms
}

/** Which prompt and provider it is of. Summaries before version 3 do not number them. */
function armOf(result: OneResult): string {
  return typeof result.promptIdx === 'number' ? String(result.promptIdx) : armName(result)
}

/** The label of a prompt is the team's or its template; `raw` has the variables of the test in it. */
function armName({ provider, prompt }: OneResult): string {
  const called = typeof provider === 'string' ? [provider] : [provider?.id, provider?.label]
  return JSON.stringify([...called, typeof prompt === 'object' ? prompt?.label : undefined])
}

/** A filter such as `--filter-first-n` leaves no trace but the tests that the configuration has besides. */
function partOf({ results, config, runtimeOptions }: z.output<typeof File>): string[] {
  const list = Array.isArray(results) ? results : results.results
  const all = (config?.tests?.length ?? 0) * (runtimeOptions?.repeat ?? 1)
  const has = new Set(list.map(({ testIdx }) => testIdx))
  if (has.has(undefined) || has.has(null) || has.size >= all) return []
  return [
    `The results are of a part of the tests: ${formatCount(has.size)} of ${formatCount(all)} that its configuration has, repeats among them (a filter such as \`--filter-first-n\`).`,
  ]
}

/** Summaries before version 3 have no reason of a failure: an error without a grading is none of an assertion. */
function hasDied({ failureReason, error, gradingResult }: OneResult): boolean {
  if (typeof failureReason === 'number') return failureReason === DIED
  return Boolean(error) && !gradingResult
}
