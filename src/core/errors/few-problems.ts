import type { AssayError } from './errors.ts'

/**
 * The first problems of several errors, and in place of the rest how many they are: what anybody may have written has as many as they
 * like, and fills neither a log nor a page. Those of one file of ours are all shown.
 */
export function fewProblems(errors: readonly AssayError[], most = MOST): AssayError[] {
  const total = errors.reduce((sum, { problems }) => sum + problems.length, 0)
  if (total <= most) return [...errors]
  const few: AssayError[] = []
  let left = most - 1
  for (const error of errors) {
    const problems = error.problems.slice(0, left)
    left -= problems.length
    if (left > 0) few.push(error)
    else return [...few, error.with({ problems: [...problems, { what: `and ${total - most + 1} more` }] })]
  }
  return few
}

// --- internal ---

/** What a reader of ours says of one file, which is twenty and how many more, and a few beside them. */
const MOST = 25
