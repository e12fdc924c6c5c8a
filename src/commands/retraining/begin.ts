import { AssayError } from '../../core/errors/errors.ts'
import { attemptRef, claimsPrefix, MOST_ATTEMPTS } from '../../core/promotion/retraining/branch.ts'
import { takeTurn } from '../../forges/ensure/turn.ts'
import type { DeployAccess } from '../command/context.ts'
import { noteEarlierRuns, type RetrainRuns } from './runs.ts'

export interface Beginning {
  branch: string
  /** Where its earlier life left it; undefined where it is not there. */
  forget: string | undefined
  /** Where it begins. */
  commit: string
  /** What it starts; undefined where that cannot be asked now. */
  runs: RetrainRuns | undefined
  /** Milliseconds since the epoch. */
  now: number
}

/**
 * Makes the branch that runs are started on, after it has taken away what an earlier life of it left: claims, which would keep the new
 * runs from theirs. Once the branch is there a claim may be that of a new run, and none is touched; so one at a time begins. Whoever is
 * killed at it leaves no branch, and the next begins anew.
 *
 * @returns where the branch is, whoever made it; undefined where another one is making it
 */
export async function beginRuns(access: DeployAccess, asked: Beginning): Promise<string | undefined> {
  const { claims, repository } = access
  const { branch, commit, now, runs } = asked
  const turn = claims && (await takeTurn(claims, { name: `begin ${branch}`, commit, now }))
  if (claims && !turn) return undefined
  try {
    const there = (await repository.readBranches([branch])).get(branch)?.commit
    if (there !== undefined && there !== asked.forget) return there
    await forgetClaims(access, branch)
    if (there !== undefined) await repository.moveBranch({ branch, from: there, to: undefined })
    if (runs) await noteEarlierRuns(access, runs, { branch, commit })
    return await begin(access, { branch, commit, forget: undefined })
  } finally {
    // One that cannot be given back ends by its time.
    await Promise.allSettled([turn?.end()])
  }
}

/** Begins where nothing is started. @returns where the branch is, whoever made it */
export async function begin(
  { repository }: DeployAccess,
  { branch, commit, forget }: Pick<Beginning, 'branch' | 'commit' | 'forget'>,
): Promise<string> {
  if (forget !== undefined) await repository.moveBranch({ branch, from: forget, to: undefined })
  const reply = await repository.moveBranch({ branch, from: undefined, to: commit })
  const head = reply.kind === 'done' ? commit : reply.head
  if (head !== undefined) return head
  throw new AssayError({
    code: 'BRANCH_MOVES',
    title: 'The repository does not come to rest',
    problems: [{ what: `the branch ${branch} came and went while it was looked at`, fix: 'Run again' }],
  })
}

// --- internal ---

/** Takes away the claims of its attempts. */
async function forgetClaims({ claims }: DeployAccess, branch: string): Promise<void> {
  const refs = Array.from({ length: MOST_ATTEMPTS }, (_, at) => attemptRef(branch, at + 1))
  const there = new Set(claims && (await claims.claimsBelow(claimsPrefix(branch))))
  for (const ref of refs) if (there.has(ref)) await claims!.forget(ref)
}
