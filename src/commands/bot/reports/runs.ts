import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { isHopeless, isPassing } from '../../../core/errors/outside.ts'
import { baseMark, isOlder } from '../../../core/text/marker.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import { isLastOfRun, orderOfCheck } from '../../../forges/check-order.ts'
import type { CiRun } from '../../../forges/ci-runs.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import type { Forge } from '../../../forges/forge.ts'
import type { HeadKey, RepositoryName, RunsKey } from '../keys.ts'
import type { LookResult } from '../look.ts'
import type { BotWorld } from '../world.ts'
import { orderOf, REPORT_RIGHTS, reportRun } from './reports.ts'
import { isOfRun, type TriedRun, takeBack, verdictsOf } from './taken-back.ts'

/**
 * Posts what runs have found that nobody told of. A commit is asked once whether it has its checks; a repository that has given
 * no right to look is left alone, and the log says so.
 */
export async function lookAtRuns(world: BotWorld, { repository }: RunsKey): Promise<LookResult> {
  return inRepository(world, repository, access => reportAll(world, access))
}

/**
 * Judges once more what is judged already, where the branch that the pull request is for is another one since, and its rules with it.
 * What cannot be judged again is taken back: a verdict by the rules of another branch is none. Where the pull request is closed, or
 * has moved on, this is done for the others with this head: what stands there may be of all of them together.
 */
export async function lookAtHead(world: BotWorld, { repository, ...key }: HeadKey): Promise<LookResult> {
  return inRepository(world, repository, async access => {
    const pull = await access.people?.pullRequest(key.pullRequest)
    const isThere = pull?.state === 'open' && pull.head === key.commit
    const pulls = isThere
      ? [{ number: key.pullRequest, base: pull.base }]
      : (await access.forge.pullsAt(key.commit)).filter(({ isOpen }) => isOpen)
    const did: string[] = []
    const problems: AssayError[] = []
    for (const { number, base } of pulls.slice(0, MOST_PULLS)) {
      const judged = await judgeFor(world, access, { pullRequest: number, commit: key.commit, base })
      did.push(...judged.did)
      problems.push(...judged.problems)
    }
    return { did, problems }
  })
}

// --- internal ---

async function inRepository(
  world: BotWorld,
  repository: RepositoryName,
  look: (access: RepositoryConnection) => Promise<LookResult>,
): Promise<LookResult> {
  let access: RepositoryConnection
  try {
    access = await world.open(repository, REPORT_RIGHTS)
  } catch (error) {
    if (!isAssayError(error, 'BOT_NO_PERMISSION')) throw error
    return { did: [], why: error.problems.map(({ what }) => what).join('; ') }
  }
  try {
    return await look(access)
  } finally {
    await access.close()
  }
}

/** Anybody may open many with one head. */
const MOST_PULLS = 10

/** The verdicts that stand in a pull request, each from what its own run left, by the rules of a branch. */
async function judgeFor(
  world: BotWorld,
  access: RepositoryConnection,
  { base, ...at }: Pick<HeadKey, 'pullRequest' | 'commit'> & { base: string },
): Promise<{ did: string[]; problems: AssayError[] }> {
  const { forge } = access
  const isOfBase = (mark: string) => mark === baseMark(base)
  const verdicts = await verdictsOf(forge, at)
  const moved = verdicts.filter(({ marks }) => marks.length === 0 || !marks.every(isOfBase))
  const isSettled = verdicts.length > 0 ? moved.length === 0 : await isUntold(forge, at.commit)
  if (isSettled) return { did: [], problems: [] }
  const runs = (await access.runs?.ofHead(at.commit, at.pullRequest)) ?? []
  const tried: TriedRun[] = []
  for (const run of newestFirst(runs)) {
    // The newest that left something counts, and of what it says nothing the run of the verdict that stands.
    const hasNewest = tried.some(({ why }) => why === undefined)
    if (hasNewest && !moved.some(({ order }) => isOfRun(order, run))) continue
    tried.push({ ...(await reportRun(world, access, run)), run })
  }
  const standing = tried.length > 0 ? await verdictsOf(forge, at) : verdicts
  const left = standing.filter(({ marks }) => !marks.every(isOfBase))
  const isUnderWay = left.length > 0 && (await hasUnended(access, at))
  const taken = await takeBack(forge, { ...at, runs, tried, isUnderWay }, left)
  return {
    did: [...tried.flatMap(({ did }) => did), ...taken],
    problems: tried.flatMap(({ problems = [] }) => problems),
  }
}

/** Whether a run of a head has still to tell what it finds. */
async function hasUnended(
  { reruns }: RepositoryConnection,
  { commit, pullRequest }: Pick<HeadKey, 'pullRequest' | 'commit'>,
): Promise<boolean> {
  return ((await reruns?.ofHead(commit, pullRequest)) ?? []).some(({ ended }) => !ended)
}

/** Where nothing at all stands, not even what could not be read, a run that ends is told of by itself. */
async function isUntold(forge: Forge, commit: string): Promise<boolean> {
  return (await forge.listChecks?.(commit))?.length === 0
}

/** Artifacts live longer; but whoever waits for a verdict for days has run it again. */
const LATELY_MS = 3 * 86_400_000
/** Where no model is merged yet, a pull request may bring the first: what ended since the last look, and somewhat more. */
const SINCE_LAST_MS = 2 * 3_600_000

async function reportAll(world: BotWorld, access: RepositoryConnection): Promise<LookResult> {
  const { runs, forge } = access
  const all: Required<Pick<LookResult, 'did' | 'problems'>> = { did: [], problems: [] }
  if (!runs) return all
  const hasModels = (await forge.readFile(CONFIG_FILE, await access.defaultBranch())) !== undefined
  const since = world.now() - (hasModels ? LATELY_MS : SINCE_LAST_MS)
  const ended = (await runs.ended(since)).filter(({ event }) => event !== 'other')
  let passing: AssayError | undefined
  for (const [commit, ofCommit] of Map.groupBy(ended, ({ headSha }) => headSha)) {
    try {
      const { did, problems = [] } = await reportCommit(world, access, commit, ofCommit)
      all.did.push(...did)
      all.problems.push(...problems)
    } catch (error) {
      // What keeps one commit from its verdict keeps no other.
      if (!isAssayError(error) || isHopeless(error)) throw error
      if (isPassing(error)) passing ??= error
      else all.problems.push(error)
    }
  }
  if (passing) throw passing
  return all
}

async function reportCommit(
  world: BotWorld,
  access: RepositoryConnection,
  commit: string,
  runs: readonly CiRun[],
): Promise<LookResult> {
  const last = await lastOrder(access.forge, commit)
  return reportNewest(world, access, runs, last)
}

/** @param last runs that are no newer are reported already */
async function reportNewest(
  world: BotWorld,
  access: RepositoryConnection,
  runs: readonly CiRun[],
  last?: string,
): Promise<LookResult> {
  let why: string | undefined
  for (const run of newestFirst(runs)) {
    if (last !== undefined && !isOlder(last, orderOf(run))) break
    const reported = await reportRun(world, access, run)
    // The newest that left something is the one that counts.
    if (reported.why === undefined) return reported
    why ??= reported.why
  }
  return { did: [], ...(why !== undefined && { why }) }
}

/** Of the runs that have all their checks on a commit, the newest one's order. */
async function lastOrder(forge: Forge, commit: string): Promise<string | undefined> {
  const ids = ((await forge.listChecks?.(commit)) ?? []).map(({ externalId }) => externalId)
  const orders = ids.filter(isLastOfRun).map(orderOfCheck)
  return orders.reduce<string | undefined>(
    (last, order) => (last === undefined || isOlder(last, order) ? order : last),
    undefined,
  )
}

function newestFirst(runs: readonly CiRun[]): CiRun[] {
  return runs.toSorted((a, b) => b.id - a.id || b.attempt - a.attempt)
}
