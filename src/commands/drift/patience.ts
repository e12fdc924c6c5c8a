import { isAssayError, type Problem } from '../../core/errors/errors.ts'

/** What a server cannot tell is a verdict; what keeps it from being asked is an error, and so is a token that it does not take. */
export const CANNOT_TELL = ['SOURCE_SILENT', 'SOURCE_UNREADABLE']

export type Asking = <T>(ask: () => Promise<T>) => Promise<T | { failed: string }>

/**
 * What does not answer, or not to this, is no error, but something that is not known. Where many ask, a server that hangs keeps each of them only
 * from its own answer. Words of theirs come into reports and issues: what is in front of a server may repeat the token in them.
 *
 * @param now milliseconds
 * @param cannotTell codes of errors that are no more than that
 */
export function patience(
  now: () => number,
  mask: (text: string) => string,
  cannotTell: readonly string[] = CANNOT_TELL,
): Asking {
  let misses = 0
  let spared: { words: string; until: number } | undefined
  return async ask => {
    if (spared && now() < spared.until) return { failed: spared.words }
    try {
      const answer = await ask()
      misses = 0
      return isFailed(answer) ? { ...answer, failed: mask(answer.failed) } : answer
    } catch (error) {
      if (!isAssayError(error, ...cannotTell)) throw error
      const words = mask(error.problems.map(problemWords).join('; '))
      // Whatever answers keeps nobody waiting.
      misses = error.code === 'SOURCE_SILENT' ? misses + 1 : 0
      if (misses >= MISSES) spared = { words, until: now() + SPARED_MS }
      return { failed: words }
    }
  }
}

// --- internal ---

/** Of a server that does not answer, so many are asked for nothing before the others are spared it for a while. */
const MISSES = 3
const SPARED_MS = 30_000

function isFailed(answer: unknown): answer is { failed: string } {
  return typeof answer === 'object' && answer !== null && 'failed' in answer
}

/** With what is to be done: of a verdict nobody is told it elsewhere. */
function problemWords({ what, fix }: Problem): string {
  return fix === undefined ? what : `${what} (${fix[0]!.toLowerCase()}${fix.slice(1)})`
}
