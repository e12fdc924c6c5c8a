import { isAssayError } from '../../core/errors/errors.ts'
import { isCommitSha, isRefName } from '../../core/git/names.ts'
import { type GitClient, gitReason } from './client.ts'

/** The commits of a pull request, as far as the CI knows them. */
export interface PullRequestCommits {
  /** Branch it wants to merge into. */
  baseRef?: string
  /** Tip of that branch, or the merge base itself. */
  baseSha?: string
  /** Its own last commit, which need not be the one that is checked out. */
  headSha?: string
}

export type FoundBase = { commit: string } | { missing: string }

/**
 * What the checked-out commit is to be compared with. Where a merge of base and pull request is checked out, its parent on
 * the base's side: what CI really built on. Otherwise the merge base with the target branch. A shallow clone is deepened in
 * steps, 2,520 commits at most.
 *
 * @param parents those that a commit names, `parentsOf`
 */
export async function findBase(
  git: GitClient,
  pullRequest: PullRequestCommits,
  parents: (commit: string) => Promise<string[]>,
): Promise<FoundBase> {
  try {
    const { baseRef, baseSha, headSha } = checkedCommits(pullRequest)
    const head = (await git.maybe('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'))?.trim()
    if (!head) return { missing: 'nothing is checked out yet' }
    const parent = baseParent(await parents(head), { baseSha, headSha })
    if (parent) return await present(git, parent)
    const tip = baseSha ?? (baseRef && (await tipOf(git, baseRef)))
    if (!tip) return { missing: noTip(baseRef) }
    return await mergeBase(git, tip, head, headSha)
  } catch (error) {
    if (isAssayError(error, 'GIT_FAILED')) return { missing: `git failed: ${gitReason(error)}` }
    throw error
  }
}

/** Undefined once the commit is there, else why it could not be fetched. Only the commit and its files: the history is not. */
export async function fetchCommit(git: GitClient, commit: string): Promise<string | undefined> {
  return (await has(git, commit)) ? undefined : fetched(git, commit)
}

/** The parents as the commit names them: where the history was cut off, git itself says there are none. */
export async function parentsOf(git: GitClient, commit: string): Promise<string[]> {
  const text = await git.text('cat-file', 'commit', commit)
  const [headers] = text.split('\n\n', 1)
  return [...headers!.matchAll(/^parent ([0-9a-f]+)$/gm)].map(match => match[1]!)
}

/** Where a branch of the remote was when it was last fetched; the name has passed `isRefName`. */
export async function remoteBranch(git: GitClient, branch: string): Promise<string | undefined> {
  const ref = `refs/remotes/${await remoteName(git)}/${branch}^{commit}`
  return (await git.maybe('rev-parse', '--verify', '--quiet', '--end-of-options', ref))?.trim()
}

/** Named by the remote when it was cloned, else what is checked out. */
export async function defaultBranch(git: GitClient): Promise<string | undefined> {
  const remote = await git.maybe('symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD')
  const own = remote ?? (await git.maybe('symbolic-ref', '--quiet', '--short', 'HEAD'))
  return own?.trim().replace(/^origin\//, '')
}

// --- internal ---

const STEPS = [20, 500, 2_000]
const WHOLE_HISTORY = 'check out the whole history (`fetch-depth: 0`, `GIT_DEPTH: 0`)'

/** Facts of a CI are chosen by others: what is no commit id and no branch name is as if it was not there. */
function checkedCommits({ baseRef, baseSha, headSha }: PullRequestCommits): PullRequestCommits {
  return {
    baseRef: baseRef !== undefined && isRefName(baseRef) ? baseRef : undefined,
    baseSha: baseSha !== undefined && isCommitSha(baseSha) ? baseSha : undefined,
    headSha: headSha !== undefined && isCommitSha(headSha) ? headSha : undefined,
  }
}

function baseParent(parents: string[], { baseSha, headSha }: PullRequestCommits): string | undefined {
  if (parents.length !== 2) return undefined
  if (headSha !== undefined && parents.includes(headSha)) return parents.find(parent => parent !== headSha)
  return parents.find(parent => parent === baseSha)
}

async function present(git: GitClient, commit: string): Promise<FoundBase> {
  if (await has(git, commit)) return { commit }
  const failed = await fetched(git, commit)
  return failed === undefined ? { commit } : { missing: notFetched(commit, failed) }
}

async function mergeBase(
  git: GitClient,
  tip: string,
  head: string,
  headSha: string | undefined,
): Promise<FoundBase> {
  const there = await present(git, tip)
  if ('missing' in there) return there
  for (const depth of [0, ...STEPS]) {
    if (depth > 0) {
      if (!(await isShallow(git))) break
      // A merge made for testing exists on this machine only: the server knows the pull request's own commit.
      const failed = await fetch(git, `--deepen=${depth}`, tip, headSha ?? head)
      if (failed !== undefined) return { missing: notFetched(tip, failed) }
    }
    const found = (await git.maybe('merge-base', tip, head))?.trim()
    if (found) return { commit: found }
  }
  const short = tip.slice(0, 7)
  return (await isShallow(git))
    ? {
        missing: `the last ${STEPS.at(-1)} commits and the base ${short} have none in common; ${WHOLE_HISTORY}`,
      }
    : { missing: `this commit and the base ${short} have no history in common` }
}

async function has(git: GitClient, commit: string): Promise<boolean> {
  return (await git.maybe('cat-file', '-e', `${commit}^{tree}`)) !== undefined
}

async function isShallow(git: GitClient): Promise<boolean> {
  return (await git.text('rev-parse', '--is-shallow-repository')).trim() === 'true'
}

/** In a whole clone the history comes along: to cut it off would make the clone a shallow one. */
async function fetched(git: GitClient, commit: string): Promise<string | undefined> {
  return (await isShallow(git)) ? fetch(git, '--depth=1', commit) : fetch(git, commit)
}

/** Why it could not be fetched, in git's words; undefined when it was. Tried twice: networks fail. */
async function fetch(git: GitClient, ...what: string[]): Promise<string | undefined> {
  const quiet = [
    '--progress',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
  ]
  const options = what.filter(part => part.startsWith('--'))
  const commits = what.filter(part => !part.startsWith('--'))
  let failed: string | undefined
  for (let attempt = 0; attempt < 2; attempt++)
    try {
      await git.text('fetch', ...quiet, ...options, '--end-of-options', await remoteName(git), ...commits)
      return undefined
    } catch (error) {
      if (!isAssayError(error)) throw error
      failed = gitReason(error)
    }
  return failed
}

async function remoteName(git: GitClient): Promise<string> {
  const remotes = (await git.text('remote')).split('\n').filter(name => isRefName(name))
  return remotes.includes('origin') ? 'origin' : (remotes[0] ?? 'origin')
}

/** The branch as it is here, else as the server has it now. */
async function tipOf(git: GitClient, branch: string): Promise<string | undefined> {
  const here = await remoteBranch(git, branch)
  if (here) return here
  const there = await git.maybe(
    'ls-remote',
    '--end-of-options',
    await remoteName(git),
    `refs/heads/${branch}`,
  )
  return /^[0-9a-f]{40,64}(?=\t)/.exec(there ?? '')?.[0]
}

function noTip(baseRef: string | undefined): string {
  return baseRef === undefined
    ? 'the CI does not say which branch this pull request wants to merge into'
    : `the branch ${baseRef} is neither in this clone nor on its remote`
}

function notFetched(commit: string, reason: string): string {
  return `the base commit ${commit.slice(0, 7)} is not in this clone and could not be fetched (${reason}); ${WHOLE_HISTORY}`
}
