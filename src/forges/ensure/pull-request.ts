import { setTimeout as sleep } from 'node:timers/promises'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { reasonOf } from '../../core/errors/refusals.ts'
import type { DeployRepository } from '../deploy-repository.ts'
import { mayHaveHappened } from '../forge-error.ts'
import type {
  BranchPullRequests,
  PullRequest,
  PullRequestState,
  PullRequests,
  PullRequestText,
} from '../pull-requests.ts'
import { type BranchHeads, type BranchRequest, ensureBranch } from './branch.ts'
import { noted } from './noted.ts'

export interface PullRequestRequest extends BranchRequest {
  /** Title and body once the commit is made, beside those that stand there: people write into them too. */
  render: (made: { commit: string; base: string }, there?: PullRequestText) => PullRequestText
  labels?: readonly string[]
  reviewers?: readonly string[]
  /** Whether a pull request proposed just this. One that somebody closed unmerged is not proposed again. */
  proposed: (text: PullRequestText) => boolean
}

export interface EnsuredPullRequest {
  action:
    | 'created'
    | 'updated'
    | 'unchanged'
    /** The base holds it already: merged, or written by somebody else. */
    | 'nothing_to_do'
    /** Somebody closed the pull request for it unmerged. */
    | 'rejected'
    /** Somebody pushed to the branch. */
    | 'left_alone'
    /** A newer one is there. */
    | 'skipped_older'
  pullRequest?: { number: number; url: string }
  commit?: string
  /** Why it is not there. */
  reason?: string
  /** What a person should know although it is: labels or reviewers that the forge did not take. */
  notes: string[]
}

/** What was read a moment ago: it saves the first look, and no decision rests on it that is not checked by the write. */
export interface Seen extends BranchHeads {
  pulls: BranchPullRequests
}

/**
 * One pull request for one branch, whatever happens: `ensureBranch`, then its pull request found by branch and base, created
 * or updated. A creation whose answer was lost is looked for before it is repeated; a run that a newer one has overtaken says
 * so. Every crash in between is healed by the next run.
 *
 * The text belongs to the newest run: one that was overtaken between its look at the head and its write leaves an older text,
 * which the newer run sees and writes again; at the latest its next run does. The files and the text name the same commit
 * when all is well, so whoever merges by machine compares both.
 */
export async function ensurePullRequest(
  { repository, pullRequests }: { repository: DeployRepository; pullRequests: PullRequests },
  request: PullRequestRequest,
  { wait = sleep, seen }: { wait?: (milliseconds: number) => Promise<unknown>; seen?: Seen } = {},
): Promise<EnsuredPullRequest> {
  const before = seen?.pulls ?? (await pullRequests.ofBranch(request.branch, request.base))
  const rejected = rejection(before, request)
  if (rejected) return rejected

  const kept = before.open ? [] : before.closed.map(({ head }) => head)
  const branch = await ensureBranch(repository, request, { kept, ...(seen && { heads: seen }) })
  const known = before.open && { pullRequest: addressOf(before.open) }
  if (!('commit' in branch)) return { action: branch.action, ...known, notes: [] }
  const { action, commit } = branch
  if (!('base' in branch)) return { action, commit, reason: branch.reason, ...known, notes: [] }

  const made = { commit, base: branch.base.commit }
  const textBeside = (there?: PullRequestText) => request.render(made, there)
  const work: Work = { pullRequests, request, commit, textBeside, wait, notes: [] }
  try {
    // One that is new by now is found when its creation is refused.
    const known = action === 'unchanged' || !before.open ? before.open : await openOne(work)
    return await publish(work, known)
  } catch (error) {
    throw withBranch(error, request.branch, commit)
  }
}

// --- internal ---

interface Work {
  pullRequests: PullRequests
  request: PullRequestRequest
  commit: string
  textBeside: (there?: PullRequestText) => PullRequestText
  wait: (milliseconds: number) => Promise<unknown>
  notes: string[]
}

/** How long a forge may know a branch or a pull request in one answer and not yet in another. */
const REPLICATION = [500, 1500, 3000]
/** How often two runs may write over each other's text before one gives in. */
const TEXT_ATTEMPTS = 4

function rejection(
  { open, closed }: BranchPullRequests,
  { proposed }: PullRequestRequest,
): EnsuredPullRequest | undefined {
  const refused = closed.find(pull => pull.state === 'closed' && proposed(pull))
  // Whoever opened it again has thought better of it.
  if (!refused || (open && proposed(open))) return undefined
  const reason = `#${refused.number} proposed just this and was closed without a merge; reopen it to have it after all`
  return { action: 'rejected', pullRequest: addressOf(refused), reason, notes: [] }
}

async function openOne({ pullRequests, request }: Work): Promise<PullRequest | undefined> {
  return (await pullRequests.ofBranch(request.branch, request.base)).open
}

async function publish(work: Work, open: PullRequest | undefined): Promise<EnsuredPullRequest> {
  if (open) return write(work, open)
  const { created, found } = await create(work)
  if (found) return write(work, found)
  if (created.head !== work.commit) return overtaken(work, created)
  await announce(work, created.number, { labels: [], reviewers: [] })
  return ensured(work, 'created', created)
}

/** Creates it, or finds the one that another run, or a call whose answer was lost, has created. */
async function create(
  work: Work,
): Promise<{ created: PullRequestState; found?: undefined } | { created?: undefined; found: PullRequest }> {
  const { branch, base } = work.request
  let failure: unknown
  for (const pause of [...REPLICATION, undefined]) {
    try {
      const created = await work.pullRequests.create({ branch, base, ...work.textBeside() })
      if (created) return { created }
    } catch (error) {
      // A branch that has just been made is "invalid" for a moment; what else a forge refuses, it refuses again.
      if (!mayHaveHappened(error) && reasonOf(error) !== 'ref_not_seen_yet') throw error
      failure = error
    }
    const found = await openOne(work)
    if (found) return { found }
    if (pause !== undefined) await work.wait(pause)
  }
  throw failure ?? invisible(branch)
}

/** Writes the text, and again where an older run has written over it in between. */
async function write(work: Work, pull: PullRequest): Promise<EnsuredPullRequest> {
  let changed = false
  let current: PullRequest | undefined = pull
  for (let attempt = 0; current && attempt < TEXT_ATTEMPTS; attempt++) {
    if (current.head !== work.commit && !(await caughtUp(work))) return overtaken(work, current)
    const text = work.textBeside(current)
    if (sameText(current, text)) break
    const updated = await work.pullRequests.update(current.number, text)
    changed = true
    if (updated.head !== work.commit) return overtaken(work, updated)
    current = await openOne(work)
  }
  // Gone by now: somebody merged or closed it.
  if (current) await announce(work, pull.number, current)
  return ensured(work, changed ? 'updated' : 'unchanged', pull)
}

/** A pull request may follow its branch with a delay: whether it does, or has another head for good. */
async function caughtUp(work: Work): Promise<boolean> {
  for (const pause of REPLICATION) {
    await work.wait(pause)
    if ((await openOne(work))?.head === work.commit) return true
  }
  return false
}

/**
 * Asks only where there is none of them: whoever took a label off again meant it, and who has reviewed is not asked again.
 * What the forge does not take is no reason to stop.
 */
async function announce(
  { pullRequests, request, notes }: Work,
  number: number,
  has: { labels: readonly string[]; reviewers: readonly string[] },
): Promise<void> {
  const { labels = [], reviewers = [] } = request
  if (labels.length > 0 && !labels.some(name => has.labels.includes(name)))
    await noted(notes, `labels ${labels.join(', ')}`, () => pullRequests.addLabels(number, labels))
  if (reviewers.length > 0 && has.reviewers.length === 0)
    await noted(notes, `reviewers ${reviewers.join(', ')}`, () =>
      pullRequests.requestReviewers(number, reviewers),
    )
}

function ensured(
  { commit, notes }: Work,
  action: 'created' | 'updated' | 'unchanged',
  pull: PullRequestState,
): EnsuredPullRequest {
  return { action, commit, pullRequest: addressOf(pull), notes }
}

function overtaken({ commit, notes }: Work, pull: PullRequestState): EnsuredPullRequest {
  const reason = `#${pull.number} has moved on to ${pull.head.slice(0, 7)} while this run wrote ${commit.slice(0, 7)}`
  return { action: 'skipped_older', commit: pull.head, pullRequest: addressOf(pull), reason, notes }
}

function addressOf({ number, url }: PullRequestState): { number: number; url: string } {
  return { number, url }
}

/** Forges may change line ends and drop white space at the end. */
function sameText(a: PullRequestText, b: PullRequestText): boolean {
  const normal = (text: string) => text.replaceAll('\r\n', '\n').trimEnd()
  return normal(a.title) === normal(b.title) && normal(a.body) === normal(b.body)
}

function invisible(branch: string): AssayError {
  const what = `the forge says that ${branch} has an open pull request, and lists none`
  return new AssayError({
    code: 'PULL_REQUEST_NOT_FOUND',
    title: 'The pull request could not be found',
    problems: [{ what, fix: 'Run again' }],
  })
}

function withBranch(error: unknown, branch: string, commit: string): unknown {
  if (!isAssayError(error)) return error
  const worked = `the branch ${branch} holds the commit ${commit.slice(0, 7)}; running again goes on from there`
  return error.with({ worked })
}
