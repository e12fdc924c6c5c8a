import { AssayError } from '../errors/errors.ts'
import { schemaProblem, withUnknown } from '../text/newer-file.ts'
import { shortened, visible } from '../text/visible-text.ts'
import { withNamesOfNow } from './old-names.ts'
import { Result } from './result.ts'

/** What 5,000 metrics and 2,000 slices take, many times over. */
const MOST_BYTES = 64 * 1024 * 1024
const MOST_PROBLEMS = 20

/**
 * Bytes of a result.json → result. What a newer version added within the same `schema` is kept, and counts for nothing; what
 * an older one called otherwise has its name of now.
 *
 * @throws AssayError `RESULT_INVALID` when it is not what Assay writes: a result from elsewhere is data, not trusted.
 */
export function parseResult(bytes: Uint8Array, file: string): Result {
  if (bytes.length > MOST_BYTES) throw invalid(file, [`larger than ${MOST_BYTES / 1024 / 1024} MiB`])
  const raw = jsonOf(bytes, file)
  const other = schemaProblem(raw, 1)
  if (other)
    throw new AssayError({
      code: 'RESULT_INVALID',
      title: `${file} is not a result that this version reads`,
      problems: [{ ...other, where: { file } }],
    })
  const parsed = Result.safeParse(raw)
  if (parsed.success) {
    const result = withNamesOfNow(withUnknown(parsed.data, raw))
    return result.state === 'skipped' ? { ...result, verdict: 'skipped' } : result
  }
  const { issues } = parsed.error
  const more = issues.length - MOST_PROBLEMS
  throw invalid(file, [
    ...issues.slice(0, MOST_PROBLEMS).map(issue => {
      const position = issue.path.map(String).join('.')
      return `${position === '' ? 'the file' : shown(position)}: ${shown(issue.message)}`
    }),
    ...(more > 0 ? [`and ${more} more`] : []),
  ])
}

// --- internal ---

function jsonOf(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw invalid(file, [`not JSON: ${cause instanceof Error ? shown(cause.message) : ''}`])
  }
}

function invalid(file: string, problems: string[]): AssayError {
  return new AssayError({
    code: 'RESULT_INVALID',
    title: `${file} is not a result of Assay`,
    problems: problems.map(what => ({ what, where: { file }, fix: 'write it again with `assay evaluate`' })),
  })
}

function shown(text: string): string {
  return shortened(visible(text), 120)
}
