import { AssayError } from '../errors.ts'
import { Result } from './result.ts'

/**
 * Bytes of a result.json → result.
 *
 * @throws AssayError `RESULT_INVALID` when it is not what Assay writes: a result from elsewhere is data, not trusted.
 */
export function parseResult(bytes: Uint8Array, file: string): Result {
  const parsed = Result.safeParse(jsonOf(bytes, file))
  if (parsed.success) return parsed.data
  throw invalid(
    file,
    parsed.error.issues.slice(0, 20).map(issue => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
  )
}

// --- internal ---

function jsonOf(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw invalid(file, [`not JSON: ${cause instanceof Error ? cause.message.slice(0, 80) : ''}`])
  }
}

function invalid(file: string, problems: string[]): AssayError {
  return new AssayError({
    code: 'RESULT_INVALID',
    title: `${file} is not a result of Assay`,
    problems: problems.map(what => ({ what, where: { file }, fix: 'write it again with `assay evaluate`' })),
  })
}
