import { AssayError, type Problem } from '../errors/errors.ts'
import { formatCount } from '../text/numbers.ts'

/** Problems of one file as they are found: the first `limit` are kept, the rest are counted. */
export interface ProblemList {
  add(what: string, at?: { line?: number; column?: number }, fix?: string): void
  readonly count: number
  /** @throws AssayError when there is any problem */
  throwIfAny(code: string, title: string): void
}

export function problemList(file: string, limit: number): ProblemList {
  const kept: Problem[] = []
  let count = 0
  return {
    add(what, at, fix) {
      if (++count > limit) return
      kept.push({
        what,
        where: { file, line: at?.line, column: at?.column },
        ...(fix === undefined ? {} : { fix }),
      })
    },
    get count() {
      return count
    },
    throwIfAny(code, title) {
      if (count === 0) return
      const more = count > limit ? [{ what: `and ${formatCount(count - limit)} more`, where: { file } }] : []
      throw new AssayError({ code, title, problems: [...kept, ...more] })
    },
  }
}
