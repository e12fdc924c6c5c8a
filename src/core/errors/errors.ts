/**
 * Everything a user's mistake or a failing outside can end in. One shape: what happened, where, what still
 * worked, what to do, a link. A failed gate is a result, not an error; a bug of ours is any other exception.
 */

export interface Problem {
  /** What is wrong, one sentence. */
  what: string
  /** Where: a file, with line and column where known, or a call such as `POST /repos/…`. */
  where?: { file: string; line?: number; column?: number }
  /** What to do about it. */
  fix?: string
}

export interface AssayErrorDetails {
  /** Stable code, e.g. `CONFIG_INVALID`: the anchor in docs/troubleshooting.md. */
  code: string
  /** One line: what could not be done. */
  title: string
  problems: Problem[]
  /** What did work before this, so that nobody believes all is lost. */
  worked?: string
  cause?: unknown
}

const TROUBLESHOOTING = 'https://github.com/assay-ml/assay/blob/main/docs/troubleshooting.md'

/** A problem the user (or the outside world) must fix: exit code 2. Carries all problems found, not the first. */
export class AssayError extends Error {
  readonly code: string
  readonly problems: Problem[]
  readonly worked: string | undefined

  constructor(details: AssayErrorDetails) {
    super(details.title, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AssayError'
    this.code = details.code
    this.problems = details.problems
    this.worked = details.worked
  }

  /** The same error with something of it said otherwise; code and cause stay. */
  with(said: Partial<Pick<AssayErrorDetails, 'title' | 'problems' | 'worked'>>): AssayError {
    const { code, message: title, problems, worked, cause } = this
    return new AssayError({ code, title, problems, ...(worked !== undefined && { worked }), cause, ...said })
  }

  get link(): string {
    return `${TROUBLESHOOTING}#${this.code.toLowerCase()}`
  }
}

/** Whether it is an error of this shape, with one of the codes where some are named. Whoever lets an error pass names them. */
export function isAssayError(error: unknown, ...codes: string[]): error is AssayError {
  return error instanceof AssayError && (codes.length === 0 || codes.includes(error.code))
}

/** `file:line:column`, as far as known. */
export function positionWords(where: Problem['where']): string {
  if (!where) return ''
  return [where.file, where.line, where.line === undefined ? undefined : where.column]
    .filter(part => part !== undefined)
    .join(':')
}
