import { AssayError } from '../../core/errors/errors.ts'
import { checkBranchNames } from '../../core/git/branches.ts'
import { type BranchHead, isSame, isUntouched } from '../../core/git/commit-seal.ts'
import { checkFileChanges, type FileChange } from '../../core/git/file-changes.ts'
import type { DeployRepository } from '../deploy-repository.ts'

export interface BranchRequest {
  branch: string
  /** The branch that the change is for. */
  base: string
  /** The files and the message for this state of the base. Called again when somebody was faster. */
  edit: (base: BranchHead) => Promise<Edit>
  /** Whether this may take the place of what we put on the branch before, told by its commit message; true for the same again. */
  replaces: (message: string) => boolean
}

export interface Edit {
  files: readonly FileChange[]
  message: string
}

export type EnsuredBranch =
  | { action: 'created' | 'updated' | 'unchanged'; commit: string; base: BranchHead }
  /** The base holds it already. */
  | { action: 'nothing_to_do'; base: BranchHead }
  | { action: 'skipped_older'; commit: string; reason: string }
  | { action: 'left_alone'; commit: string; reason: string }

/** The base and the branch as somebody has just seen them. */
export interface BranchHeads {
  base: BranchHead
  head: BranchHead | undefined
}

/**
 * One branch with one commit on the newest base, whatever happens: made, updated in place when there is something newer, left
 * alone when it holds a commit that is not ours. Where another run is faster, everything is read and decided anew.
 *
 * @param kept commits that are safe elsewhere (heads of closed pull requests): a branch at one of them may be written over
 * @throws AssayError when the repository cannot be read or written, or keeps changing
 */
export async function ensureBranch(
  repository: DeployRepository,
  request: BranchRequest,
  { kept = [], heads }: { kept?: readonly string[]; heads?: BranchHeads } = {},
): Promise<EnsuredBranch> {
  checkBranchNames([request.branch, request.base])
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = attempt === 0 ? heads : undefined
    const { base, head } = known ?? (await readHeads(repository, request))
    const stop = head && whyNot(request, base, head, kept)
    if (stop && !(await isMerged(repository, base, head))) return stop
    const { files, message } = await request.edit(base)
    checkFileChanges(files)
    if (head && isSame(head, base.commit, message, files))
      return { action: 'unchanged', commit: head.commit, base }

    const { branch } = request
    const change = { branch, expected: head?.commit, parent: base.commit, files, message }
    const reply = await repository.commitFiles(change)
    if (reply.kind === 'empty') return { action: 'nothing_to_do', base }
    if (reply.kind === 'committed')
      return { action: head ? 'updated' : 'created', commit: reply.commit, base }
  }
  throw restless(request.branch)
}

/**
 * For repositories without pull requests: the change on the base itself, in one push. A branch that held it, or something older
 * of ours, is gone afterwards. Where the base moved in between, the change is made anew on top of it.
 *
 * Both are asked for here, however lately the caller saw them: the push guards the base alone, and what a person pushed to the
 * branch while it was decided holds the landing.
 */
export async function landBranch(
  repository: DeployRepository,
  request: BranchRequest,
): Promise<EnsuredBranch | { action: 'landed'; commit: string }> {
  checkBranchNames([request.branch, request.base])
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { base, head } = await readHeads(repository, request)
    const stop = head && whyNot(request, base, head, [])
    if (stop && !(await isMerged(repository, base, head))) return stop
    const { files, message } = await request.edit(base)
    checkFileChanges(files)
    const change = { branch: request.base, expected: base.commit, parent: base.commit, files, message }
    const reply = await repository.commitFiles(change)
    if (reply.kind === 'moved') continue
    // What a crash leaves of it here, the next plan takes away: its release serves.
    if (head) await repository.moveBranch({ branch: request.branch, from: head.commit, to: undefined })
    if (reply.kind === 'empty') return { action: 'nothing_to_do', base }
    return { action: 'landed', commit: reply.commit }
  }
  throw restless(request.base)
}

// --- internal ---

/** With as many runs at once, each gets through: one of them always does. */
const ATTEMPTS = 20

async function readHeads(repository: DeployRepository, { branch, base: name }: BranchRequest) {
  const heads = await repository.readBranches([name, branch])
  const base = heads.get(name)
  if (base) return { base, head: heads.get(branch) }
  throw new AssayError({
    code: 'BRANCH_NOT_FOUND',
    title: 'The deploy repository has no such branch',
    problems: [{ what: `there is no branch ${JSON.stringify(name)}`, fix: 'Create it or name another one' }],
  })
}

function whyNot(
  { branch, replaces }: BranchRequest,
  base: BranchHead,
  head: BranchHead,
  kept: readonly string[],
): EnsuredBranch | undefined {
  const { commit } = head
  if (commit === base.commit || kept.includes(commit)) return undefined
  if (!isUntouched(head)) {
    const reason = `${branch} holds a commit that is not Assay's (${commit.slice(0, 7)}); it stays as it is until somebody merges it, or deletes the branch to have it made anew`
    return { action: 'left_alone', commit, reason }
  }
  if (replaces(head.message)) return undefined
  return { action: 'skipped_older', commit, reason: `${branch} holds something newer already` }
}

/**
 * A branch that stayed behind after its merge keeps nothing from anybody. Where there are pull requests, theirs say so (`kept`).
 */
async function isMerged(repository: DeployRepository, base: BranchHead, head: BranchHead): Promise<boolean> {
  return !repository.pullRequests && (await repository.contains(base.commit, head.commit))
}

function restless(branch: string): AssayError {
  const what = `the branch ${branch} was moved by somebody else ${ATTEMPTS} times in a row`
  return new AssayError({
    code: 'BRANCH_MOVES',
    title: 'The deploy repository does not come to rest',
    problems: [{ what, fix: 'Run again; see that not two bots own the branch' }],
  })
}
