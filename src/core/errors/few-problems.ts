import type { AssayError } from './errors.ts'

/**
 * The first problems of several errors, and in place of the rest how many they are: what anybody may have written has as many as they
 * like, and fills neither a log nor a page. Those of one file of ours are all shown.
 */
export function fewProblems(errors: readonly AssayError[], most = MOST): AssayError[] {
  const few = collectFew(most)
  for (const error of errors) few.add(error)
  return few.list()
}

/** The same of errors that come one by one: the rest is counted, and neither held nor gone through at the end. */
export function collectFew(most = MOST): { add(error: AssayError): void; list(): AssayError[] } {
  const first: AssayError[] = []
  let held = 0
  let total = 0
  return {
    add(error) {
      const { length } = error.problems
      total += length
      if (held > most) return
      held += length
      first.push(error)
    },
    list() {
      if (total <= most) return [...first]
      const few: AssayError[] = []
      let left = most - 1
      for (const error of first) {
        const problems = error.problems.slice(0, left)
        left -= problems.length
        if (left > 0) few.push(error)
        else
          return [...few, error.with({ problems: [...problems, { what: `and ${total - most + 1} more` }] })]
      }
      return few
    },
  }
}

// --- internal ---

/** What a reader of ours says of one file, which is twenty and how many more, and a few beside them. */
const MOST = 25
