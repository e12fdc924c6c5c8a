import type { z } from 'zod'
import { AssayError } from '../errors/errors.ts'
import { jsonTree } from '../inputs/metrics-file/json.ts'
import { MetricSyntaxError, tooDeep } from '../inputs/metrics-file/tree.ts'
import { schemaProblem, withUnknown } from '../text/newer-file.ts'
import { shortened, visible } from '../text/visible-text.ts'
import { issueWords } from '../yaml/issue-words.ts'
import { isDeeper, isEndless, valuesIn } from './endless.ts'
import { withNamesOfNow } from './old-names.ts'
import { Result } from './result.ts'

/** What 5,000 metrics and 2,000 slices take, many times over. */
const MOST_BYTES = 64 * 1024 * 1024
/**
 * A schema has named all faults of so few numbers, texts, lists and maps before anybody waits: they are not counted first, which would
 * read a result twice. One of ten metrics and ten slices has a third of them.
 */
const FEW_VALUES = 1000
const MOST_PROBLEMS = 20
/** No result of ours nests a tenth as deep. */
const MOST_LEVELS = 100
const FIX =
  'write it again with `assay evaluate`; where it lies somewhere else, name the folder that Assay wrote with --output'

/**
 * Bytes of a result.json → result. What a newer version added within the same `schema` is kept, and counts for nothing; what
 * an older one called otherwise has its name of now.
 *
 * @param mostValues numbers, texts, lists and maps in all, for whoever has to answer others meanwhile
 * @throws AssayError `RESULT_INVALID` when it is not what Assay writes: a result from elsewhere is data, not trusted.
 */
export function parseResult(bytes: Uint8Array, file: string, mostValues = Number.POSITIVE_INFINITY): Result {
  if (bytes.length > MOST_BYTES) throw invalid(file, [`larger than ${MOST_BYTES / 1024 / 1024} MiB`])
  const values = valuesIn(bytes)
  if (values > mostValues) throw invalid(file, [`more than ${mostValues} numbers, texts, lists and maps`])
  const raw = jsonOf(bytes, file)
  const other = schemaProblem(raw, 1)
  if (other)
    throw new AssayError({
      code: 'RESULT_INVALID',
      title: `${file} is not a result that this version reads`,
      problems: [{ ...other, where: { file } }],
    })
  if (isDeeper(raw, MOST_LEVELS)) throw invalid(file, [`nested deeper than ${MOST_LEVELS} levels`])
  if (values > FEW_VALUES && isEndless(Result, raw))
    throw invalid(file, ['nearly nothing in it is what a result has'])
  // Read once a run: functions made for each of its schemas would cost more than they save.
  const parsed = Result.safeParse(raw, { jitless: true })
  if (parsed.success) {
    const result = withNamesOfNow(withUnknown(parsed.data, raw))
    return result.state === 'skipped' ? { ...result, verdict: 'skipped' } : result
  }
  throw invalid(file, problemsIn(parsed.error.issues, raw))
}

// --- internal ---

type Issues = readonly z.core.$ZodIssue[]

/** What is missing in one sentence, then what is there and wrong, each with its place. */
function problemsIn(issues: Issues, raw: unknown): string[] {
  const isMissing = ({ path }: Issues[number]) => valueAt(raw, path) === undefined
  if (issues.some(issue => issue.path.length === 0 && issue.code === 'invalid_type'))
    return ['it is no object of JSON, as a result is']
  const missing = issues.filter(isMissing).map(placeOf)
  const wrong = issues.filter(issue => !isMissing(issue))
  const more = wrong.length - MOST_PROBLEMS
  return [
    ...(missing.length > 0
      ? [`it has no ${shortened(missing.map(key => `\`${key}\``).join(', '), 400)}, which every result has`]
      : []),
    ...wrong.slice(0, MOST_PROBLEMS).map(issue => `${placeOf(issue)}: ${shown(issueWords(issue))}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? value[key as keyof typeof value]
        : undefined,
    raw,
  )
}

function placeOf({ path }: Issues[number]): string {
  return shown(path.map(String).join('.')) || 'the file'
}

function jsonOf(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw invalid(file, [`not JSON${endOfJson(bytes)}`])
  }
}

/** Where it stops being JSON, and not what stands there, as the engine says it: that is somebody's file. Empty where nobody can tell. */
function endOfJson(bytes: Uint8Array): string {
  try {
    jsonTree(new TextDecoder().decode(bytes))
  } catch (error) {
    if (error instanceof MetricSyntaxError && error.position && error.message !== tooDeep().message)
      return `, near line ${error.position.line}, column ${error.position.column}`
  }
  return ''
}

function invalid(file: string, problems: string[]): AssayError {
  return new AssayError({
    code: 'RESULT_INVALID',
    title: `${file} is not a result of Assay`,
    problems: problems.map(what => ({ what, where: { file }, fix: FIX })),
  })
}

function shown(text: string): string {
  return shortened(visible(text), 120)
}
