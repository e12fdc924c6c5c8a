import { setTimeout as sleep } from 'node:timers/promises'
import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { isPassing } from '../../core/errors/outside.ts'
import { LOCK_PAUSES_MS, reasonOf, waitingHelps } from '../../core/errors/refusals.ts'
import { branchBlocked, branchesAbove, checkBranchNames } from '../../core/git/branches.ts'
import type { BranchHead } from '../../core/git/commit-seal.ts'
import { isCommitSha } from '../../core/git/names.ts'
import type { GitClient } from '../../services/git/client.ts'
import { headReader } from '../../services/git/objects.ts'
import type { MoveReply } from '../deploy-repository.ts'

/** What a bare repository exchanges with its server. */
export interface PlainGitServer {
  /** The last commits of branches, by name. */
  heads(branches: readonly string[]): Promise<ReadonlyMap<string, BranchHead | undefined>>
  /** Commits that are here. */
  commits(ids: readonly string[]): Promise<BranchHead[]>
  /** Names of branches that begin so. */
  below(prefix: string): Promise<string[]>
  /** Commits and their trees, without history and files. */
  fetchCommits(commits: readonly string[]): Promise<void>
  /** All commits up to this one, with their trees. */
  fetchHistory(commit: string): Promise<void>
  fetchBlobs(ids: readonly string[]): Promise<void>
  /** Told of a commit and its objects that were written here: nothing of them has to come from the server. */
  keep(made: { commit: string; parent: string; objects: readonly string[] }): void
  /** Moves a branch from exactly this commit (undefined: from not being there) to another (undefined: away). */
  push(branch: string, from: string | undefined, to: string | undefined): Promise<MoveReply>
}

/**
 * @param patient for what takes long and prints nothing
 * @param prepare makes the repository, once it is known what kind of ids the server has
 */
export function plainGitServer(
  { git, patient }: { git: GitClient; patient: GitClient },
  url: string,
  prepare: (format: 'sha1' | 'sha256') => Promise<void>,
): PlainGitServer {
  const here = new Set<string>()
  const whole = new Set<string>()
  let prepared: Promise<void> | undefined
  const commits = headReader(git)
  return { heads, commits, below, fetchCommits, fetchHistory, fetchBlobs, keep, push }

  async function heads(branches: readonly string[]): Promise<ReadonlyMap<string, BranchHead | undefined>> {
    return again(async () => {
      checkBranchNames(branches)
      const listed = await (branches.length > MOST_NAMES ? list(['*'], true) : list(branches))
      const present = branches.flatMap(branch => listed.get(branch) ?? [])
      await fetchCommits(present)
      const read = await commits(present)
      const heads = new Map(read.map(head => [head.commit, head]))
      return new Map(branches.map(branch => [branch, heads.get(listed.get(branch) ?? '')]))
    })
  }

  async function list(branches: readonly string[], isPattern = false): Promise<Map<string, string>> {
    if (!isPattern) checkBranchNames(branches)
    const patterns = branches.map(branch => `refs/heads/${branch}`)
    const text = await git.text('ls-remote', '--quiet', '--refs', '--end-of-options', url, ...patterns)
    const refs = [...text.matchAll(/^([0-9a-f]+)\trefs\/heads\/(.+)$/gm)]
    return new Map(refs.map(([, id, branch]) => [branch!, id!]))
  }

  async function below(prefix: string): Promise<string[]> {
    checkBranchNames([`${prefix}x`])
    const listed = await again(() => list([`${prefix}*`], true))
    // git holds a pattern against the end of a name: a branch may be called `other/refs/heads/assay/…`.
    return [...listed.keys()].filter(name => name.startsWith(prefix)).sort()
  }

  /** What kind of ids there are is told by any of them; a list that holds nothing tells nothing. */
  function preparedFor(id: string): Promise<void> {
    prepared ??= prepare(id.length === 64 ? 'sha256' : 'sha1')
    return prepared
  }

  async function fetchCommits(ids: readonly string[]): Promise<void> {
    for (const commit of ids) if (!isCommitSha(commit)) throw new RangeError(`${commit} is no commit`)
    // Where a whole history is here, a depth would cut it off at these commits.
    await fetch(whole.size > 0 ? undefined : '--depth=1', ids)
  }

  async function fetchHistory(commit: string): Promise<void> {
    if (whole.has(commit)) return
    if (!isCommitSha(commit)) throw new RangeError(`${commit} is no commit`)
    await preparedFor(commit)
    // The greatest depth that git knows: all of it, also where less was fetched before.
    const all = [...FETCH, '--depth=2147483647']
    await again(() => patient.text('fetch', ...all, '--end-of-options', 'origin', commit))
    here.add(commit)
    whole.add(commit)
  }

  async function fetchBlobs(ids: readonly string[]): Promise<void> {
    await fetch(undefined, ids)
  }

  function keep({ commit, parent, objects }: Parameters<PlainGitServer['keep']>[0]): void {
    for (const id of [commit, ...objects]) here.add(id)
    if (whole.has(parent)) whole.add(commit)
  }

  async function fetch(depth: string | undefined, ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter(id => !here.has(id))
    if (missing.length === 0) return
    await preparedFor(missing[0]!)
    const options = depth === undefined ? FETCH : [...FETCH, depth]
    for (let from = 0; from < missing.length; from += MOST_IDS) {
      const some = missing.slice(from, from + MOST_IDS)
      await again(() => git.text('fetch', ...options, '--end-of-options', 'origin', ...some))
      for (const id of some) here.add(id)
    }
  }

  async function push(branch: string, from: string | undefined, to: string | undefined): Promise<MoveReply> {
    checkBranchNames([branch])
    const known = to ?? from
    if (known !== undefined) await preparedFor(known)
    const ref = `refs/heads/${branch}`
    const lease = `--force-with-lease=${ref}:${from ?? ''}`
    const refspec = `${to ?? ''}:${ref}`
    for (let attempt = 0; ; attempt++)
      try {
        await git.text('push', '--no-verify', lease, '--end-of-options', 'origin', refspec)
        if (to !== undefined) here.add(to)
        return { kind: 'done' }
      } catch (error) {
        // Refused, or done and the answer lost: the branch itself knows.
        const head = (await again(() => list([branch]))).get(branch)
        if (head === to) return { kind: 'done' }
        if (head !== from) return { kind: 'moved', head }
        if (attempt < LOCK_PAUSES_MS.length && waitingHelps(reasonOf(error)))
          await sleep(LOCK_PAUSES_MS[attempt])
        else throw (from === undefined && (await blocked(branch))) || error
      }
  }

  async function blocked(branch: string): Promise<AssayError | undefined> {
    const above = await list(branchesAbove(branch))
    const blocking = branchesAbove(branch).find(name => above.has(name)) ?? (await below(`${branch}/`))[0]
    return blocking === undefined ? undefined : branchBlocked(branch, blocking)
  }
}

// --- internal ---

/** So many branches are asked for by name, and more in a list of all. */
const MOST_NAMES = 100
/** Of 64 digits each: what the arguments of a process may hold on every system. */
const MOST_IDS = process.platform === 'win32' ? 400 : 5_000

const FETCH = [
  '--quiet',
  '--filter=blob:none',
  '--no-tags',
  '--no-recurse-submodules',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
]

/** Reads are repeated once, unless the server has said why not: networks fail. */
async function again<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!isAssayError(error, 'GIT_FAILED') || !isPassing(error)) throw error
    return read()
  }
}
