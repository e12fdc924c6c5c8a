import { AssayError, isAssayError } from './errors.ts'

/** A fault of ours that is met at one of many things: told there, while the others go on. */

/** Whether it is one. What ended because somebody stopped the run is none, nor is what a user or the outside must put right. */
export function isFault(error: unknown): boolean {
  return !isAssayError(error) && (error as { name?: unknown } | undefined)?.name !== 'AbortError'
}

/** What it says of itself: it may hold anything, so make it visible and short, and mask it. */
export function faultWords(error: unknown): string {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `a fault of Assay, ${said}`
}

/** The same as a problem of what it was met at, which asks for a report. @param at follows "at", such as the name of a model */
export function faultAt(at: string, error: unknown): AssayError {
  return new AssayError({
    code: 'ASSAY_FAULT',
    title: `A fault of Assay at ${at}`,
    problems: [
      {
        what: faultWords(error),
        fix: `Please report it, with what the command prints with --debug for ${at} alone: ${ISSUES}`,
      },
    ],
    cause: error,
  })
}

// --- internal ---

const ISSUES = 'https://github.com/assay-ml/assay/issues'
