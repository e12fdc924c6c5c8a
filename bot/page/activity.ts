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
    if (done.length > MOST_DONE) done.splice(oldestOfMost(done), 1)
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
      if (stuck.size > MOST_STUCK) stuck.delete(stuck.keys().next().value!)
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

/** Where one repository is told of more than the others, it loses its own and not theirs. */
function oldestOfMost(done: readonly Done[]): number {
  const nameOf = ({ repository: { forge, name } }: Done) => `${forge} ${name.toLowerCase()}`
  const counts = new Map<string, number>()
  for (const one of done) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return done.findLastIndex(one => counts.get(nameOf(one)) === most)
}
