import { AssayError, isAssayError } from '../core/errors/errors.ts'
import {
  REFUSALS,
  type RefusalCause,
  type RefusalReason,
  reasonOf,
  refusalIn,
} from '../core/errors/refusals.ts'
import { redactor } from '../core/secrets/secrets.ts'
import { shortened, visible } from '../core/text/visible-text.ts'

/** What a failed call leaves behind for code that decides what to do next. It holds no headers and no token. */
interface CallFailure extends RefusalCause {
  /** `POST /repos/octo/model/issues/7/comments` */
  call: string
  status?: number
  /** Until when a limit holds, in milliseconds since the epoch. */
  until?: number
}

export const FORGE_ERROR_CODES = [
  'FORGE_UNREACHABLE',
  'FORGE_TIMEOUT',
  'FORGE_UNAVAILABLE',
  'FORGE_BAD_ANSWER',
  'FORGE_MOVED',
  'FORGE_RATE_LIMITED',
  'FORGE_UNAUTHORIZED',
  'FORGE_FORBIDDEN',
  'FORGE_NOT_FOUND',
  'FORGE_REJECTED',
] as const
export type ForgeErrorCode = (typeof FORGE_ERROR_CODES)[number]

export interface ForgeErrorDetails extends Omit<CallFailure, 'reason'> {
  code: ForgeErrorCode
  /** What the forge or the network said; cut to one short line. */
  said: string
  fix: string
}

/** A failed call as an `AssayError`: `[POST] /repos/…: 502 Bad Gateway`, what to do, and nothing secret. */
export function forgeError({ code, call, status, said, fix, until }: ForgeErrorDetails): AssayError {
  const reason = REFUSED.has(code) ? refusalIn(said) : undefined
  const [method, path] = call.split(' ')
  const answer = [status, oneLine(said)].filter(part => part !== undefined && part !== '').join(' ')
  return new AssayError({
    code,
    title: 'The forge did not do what was asked',
    problems: [
      { what: `[${method}] ${path}: ${answer}`, fix: isTelling(reason) ? REFUSALS[reason].advice : fix },
    ],
    cause: { call, status, reason, ...(until !== undefined && { until }) } satisfies CallFailure,
  })
}

/** An answer that is none: a proxy wrote it, or the forge was changed. `call` as in `GET /repos/…`. */
export function badAnswer(call: string, said: string): AssayError {
  return forgeError({ code: 'FORGE_BAD_ANSWER', call, said, fix: 'Run again' })
}

/** The forge answered that it will not: nothing has happened and repeating the call does not help. */
export function isForgeError(error: unknown, ...codes: ForgeErrorCode[]): error is AssayError {
  return isAssayError(error, ...codes)
}

/** Until when the forge takes no more of whoever asks, in milliseconds since the epoch; undefined of other errors. */
export function limitedUntil(error: unknown): number | undefined {
  if (!isForgeError(error, 'FORGE_RATE_LIMITED')) return undefined
  return (error.cause as CallFailure | undefined)?.until
}

/** The call failed in a way that leaves open whether the forge carried it out: look before creating again. */
export function mayHaveHappened(error: unknown): boolean {
  return isForgeError(error, 'FORGE_TIMEOUT', 'FORGE_UNREACHABLE', 'FORGE_UNAVAILABLE', 'FORGE_BAD_ANSWER')
}

/**
 * The same error with better advice, from code that knows what the call was for. Where the forge itself has said why, that
 * is better still: no permission helps against an archived repository.
 */
export function withFix(error: AssayError, fix: string): AssayError {
  if (isTelling(reasonOf(error))) return error
  return error.with({ problems: error.problems.map(problem => ({ ...problem, fix })) })
}

/** An error in one sentence or two, for notes and refusals. */
export function inWords(error: unknown): string {
  if (!isAssayError(error)) return oneLine(String(error))
  const problem = error.problems[0]
  return problem ? [problem.what, problem.fix].filter(part => part).join('. ') : error.message
}

/** A branch is moved ahead or not at all: `to` does not descend from `from`, where the branch is. */
export function notAhead(branch: string, from: string, to: string): AssayError {
  const what = `${to.slice(0, 7)} does not come after ${from.slice(0, 7)}, where ${branch} is`
  return new AssayError({
    code: 'BRANCH_NOT_AHEAD',
    title: 'The branch would lose commits',
    problems: [{ what, fix: 'Run again' }],
  })
}

// --- internal ---

/** The forge has read the request and does not do it. */
const REFUSED: ReadonlySet<ForgeErrorCode> = new Set([
  'FORGE_UNAUTHORIZED',
  'FORGE_FORBIDDEN',
  'FORGE_NOT_FOUND',
  'FORGE_REJECTED',
])

/** Reasons that are true of any call: whoever made this one knows better what it needs. */
const OF_ANY_CALL: readonly (RefusalReason | undefined)[] = [
  undefined,
  'no_permission',
  'bad_credentials',
  'not_found',
]

function isTelling(reason: RefusalReason | undefined): reason is RefusalReason {
  return !OF_ANY_CALL.includes(reason)
}

const redact = redactor([])

/** What a server wrote ends up in logs: no control characters, no token it may have echoed, not endless. */
function oneLine(text: string): string {
  return shortened(visible(redact(text.replace(/\s+/g, ' ').trim())), 300)
}
