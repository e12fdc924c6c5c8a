import { AssayError } from '../core/errors.ts'
import { redactor } from '../core/secrets.ts'
import { shortened, visible } from '../core/visible-text.ts'

/** What a failed call leaves behind for code that decides what to do next. It holds no headers and no token. */
interface CallFailure {
  /** `POST /repos/octo/model/issues/7/comments` */
  call: string
  status?: number
}

export type ForgeErrorCode =
  | 'FORGE_UNREACHABLE'
  | 'FORGE_TIMEOUT'
  | 'FORGE_UNAVAILABLE'
  | 'FORGE_BAD_ANSWER'
  | 'FORGE_MOVED'
  | 'FORGE_RATE_LIMITED'
  | 'FORGE_UNAUTHORIZED'
  | 'FORGE_FORBIDDEN'
  | 'FORGE_NOT_FOUND'
  | 'FORGE_REJECTED'

export interface ForgeErrorDetails extends CallFailure {
  code: ForgeErrorCode
  /** What the forge or the network said; cut to one short line. */
  said: string
  fix: string
}

/** A failed call as an `AssayError`: `[POST] /repos/…: 502 Bad Gateway`, what to do, and nothing secret. */
export function forgeError({ code, call, status, said, fix }: ForgeErrorDetails): AssayError {
  const [method, path] = call.split(' ')
  const answer = [status, oneLine(said)].filter(part => part !== undefined && part !== '').join(' ')
  return new AssayError({
    code,
    title: 'The forge did not do what was asked',
    problems: [{ what: `[${method}] ${path}: ${answer}`, fix }],
    cause: { call, status } satisfies CallFailure,
  })
}

/** The forge answered that it will not: nothing has happened and repeating the call does not help. */
export function isForgeError(error: unknown, ...codes: ForgeErrorCode[]): error is AssayError {
  return error instanceof AssayError && (codes as string[]).includes(error.code)
}

/** The call failed in a way that leaves open whether the forge carried it out: look before creating again. */
export function mayHaveHappened(error: unknown): boolean {
  return isForgeError(error, 'FORGE_TIMEOUT', 'FORGE_UNREACHABLE', 'FORGE_UNAVAILABLE', 'FORGE_BAD_ANSWER')
}

/** The same error with better advice, from code that knows what the call was for. */
export function withFix(error: AssayError, fix: string): AssayError {
  return new AssayError({
    code: error.code,
    title: error.message,
    problems: error.problems.map(problem => ({ ...problem, fix })),
    worked: error.worked,
    cause: error.cause,
  })
}

/** An error in one sentence or two, for notes and refusals. */
export function inWords(error: unknown): string {
  if (!(error instanceof AssayError)) return oneLine(String(error))
  const problem = error.problems[0]
  return problem ? [problem.what, problem.fix].filter(part => part).join('. ') : error.message
}

// --- internal ---

const redact = redactor([])

/** What a server wrote ends up in logs: no control characters, no token it may have echoed, not endless. */
function oneLine(text: string): string {
  return shortened(visible(redact(text.replace(/\s+/g, ' ').trim())), 300)
}
