import { keyName, type RepositoryName, repositoryOf } from '../../src/commands/bot/keys.ts'
import { type AssayError, isAssayError, type Problem } from '../../src/core/errors/errors.ts'
import { fewProblems } from '../../src/core/errors/few-problems.ts'
import type { Activity } from '../../src/core/page/activity.ts'
import { isFound, type LookEnd } from '../look-end.ts'

/** What the bot did of late, and what keeps it from its work: kept in memory, and no more of it than is shown. */
export interface Activities {
  looked(end: LookEnd): void
  /** Newest first. */
  done(): readonly Done[]
  problems(): readonly Stuck[]
}

export interface Done extends Omit<Activity, 'repository'> {
  repository: RepositoryName
}

export interface Stuck {
  at: number
  repository: RepositoryName
  problem: Problem
}

/** @param redact takes secrets out of a text */
export function activitiesOf(now: () => number, redact: (text: string) => string): Activities {
  const done: Done[] = []
  const stuck = new Map<string, Stuck[]>()

  function tell(one: Done): void {
    done.unshift({ ...one, words: redact(one.words) })
    if (done.length > MOST_DONE) done.splice(done.indexOf(oldestOfMost(done)), 1)
  }

  return {
    looked(end) {
      const [name, repository, at] = [keyName(end.key), repositoryOf(end.key), now()]
      const problems = problemsOf(end).map(({ what, fix }) => ({
        what: redact(what),
        ...(fix !== undefined && { fix: redact(fix) }),
      }))
      const before = stuck.get(name)
      stuck.delete(name)
      if (problems.length > 0)
        stuck.set(
          name,
          problems.map(problem => ({ at, repository, problem })),
        )
      if (stuck.size > MOST_STUCK) {
        const newestFirst = [...stuck].toReversed().map(([name, [first]]) => ({ ...first!, name }))
        stuck.delete(oldestOfMost(newestFirst).name)
      }
      for (const words of 'result' in end ? end.result.did : [])
        tell({ at, repository, words, end: 'written', isFound: isFound(end) })
      for (const { what } of problems)
        if (!before?.some(({ problem }) => problem.what === what))
          tell({ at, repository, words: what, end: 'failed', isFound: false })
    },
    done: () => done,
    problems: () => [...stuck.values()].flat(),
  }
}

// --- internal ---

const MOST_DONE = 1000
const MOST_STUCK = 500

/** In words of ours: what a fault says may be anything. */
function problemsOf(end: LookEnd): Problem[] {
  const errors: unknown[] = 'error' in end ? [end.error] : (end.result.problems ?? [])
  const ours = errors.filter((error): error is AssayError => isAssayError(error))
  return fewProblems(ours).flatMap(({ problems }) => problems)
}

/** Of the account that is told of most, the repository that is loses its oldest: what goes on in one pushes out nothing of another. */
function oldestOfMost<T extends { repository: RepositoryName }>(newestFirst: readonly T[]): T {
  const account = mostOf(newestFirst, ({ forge, name }) => `${forge} ${name.split('/')[0]!.toLowerCase()}`)
  return mostOf(account, ({ forge, name }) => `${forge} ${name.toLowerCase()}`).at(-1)!
}

/** Those of the name that most have; where several have as many, of the one with the oldest. */
function mostOf<T extends { repository: RepositoryName }>(
  newestFirst: readonly T[],
  nameOf: (repository: RepositoryName) => string,
): T[] {
  const all = [...newestFirst.entries()]
  const groups = [...Map.groupBy(all, ([, { repository }]) => nameOf(repository)).values()]
  const oldestAt = (group: typeof all) => group.at(-1)![0]
  const most = groups.reduce((a, b) =>
    b.length > a.length || (b.length === a.length && oldestAt(b) > oldestAt(a)) ? b : a,
  )
  return most.map(([, one]) => one)
}
