import { isAssayError } from '../../../core/errors/errors.ts'
import { isUntouched } from '../../../core/git/commit-seal.ts'
import type {
  Hold,
  OpenPromotion,
  PromotionFacts,
  RejectedPromotion,
  Stay,
} from '../../../core/promotion/plan/facts.ts'
import { isRecorded, type Standing } from '../../../core/promotion/plan/standing.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { parsePromotionMarker } from '../../../core/promotion/text/marker.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { parseRelease } from '../../../core/release/record-file.ts'
import type { DeployRepository, FileVersion } from '../../../forges/deploy-repository.ts'
import type { BranchPullRequests, ClosedPullRequest, PullRequest } from '../../../forges/pull-requests.ts'
import { holdsOf } from './holds.ts'
import { restartSoaks, standingIn } from './standing-stays.ts'
import type { EnvironmentPlace, ModelState, SeenPlace } from './state.ts'

/** Health of what serves in an environment now, since when, and why it is not known or not good. */
export type AskLive = (
  place: EnvironmentPlace,
  stay: { release: ReleaseRecord; commit: string },
) => Promise<Pick<Stay, 'health' | 'healthySince' | 'why'>>

/** What the plan of a model needs to know, from what was read. */
export async function factsOf(
  repository: DeployRepository,
  state: ModelState,
  given: {
    now: number
    candidates: ReleaseRecord[]
    askLive: AskLive
    verdicts?: PromotionFacts['verdicts']
  },
): Promise<PromotionFacts> {
  const { places, config } = state
  const stays: Stay[] = []
  const open: OpenPromotion[] = []
  const rejected: RejectedPromotion[] = []
  const holds: Hold[] = []
  const waitedFor = new Set(config.environments.flatMap(({ after }) => after))
  for (const place of places) {
    const { pulls } = place.promotion
    const own = staysOf(place, place.history, pulls.closed)
    const standing = await standingIn(repository, state, place, own.at(-1))
    stays.push(
      ...(await withHealth(own, place, waitedFor.has(place.environment.name), given.askLive, standing)),
    )
    const promotion = await openOne(repository, state, place)
    if (promotion) open.push(promotion)
    rejected.push(...rejectionsOf(place, state.model, pulls))
    holds.push(...(await holdsOf(repository, state, place)))
  }
  await restartSoaks(repository, state, stays, given.now)
  const { now, candidates, verdicts } = given
  return { config, now, candidates, stays, open, rejected, holds, ...(verdicts && { verdicts }) }
}

/** A record that can be read and is of this model. What a person wrote into the file is no release. */
export function readRecord(text: string | undefined, file: string, model: string): ReleaseRecord | undefined {
  if (text === undefined) return undefined
  try {
    const record = parseRelease(text, file)
    return record.model === model ? record : undefined
  } catch (error) {
    if (isAssayError(error, 'RELEASE_INVALID')) return undefined
    throw error
  }
}

/** A stay with the commit that began it. */
export interface KnownStay extends Omit<Stay, 'health' | 'healthySince'> {
  commit: string
  /** What was found out about it while it served, where that was written down. */
  live?: FileVersion['live']
}

/** Stays of a model in one environment, oldest first, from the versions of its record. */
export function staysOf(
  { environment, recordFile }: { environment: { name: string }; recordFile: string },
  versions: readonly FileVersion[],
  merged: readonly ClosedPullRequest[],
): KnownStay[] {
  const stays: KnownStay[] = []
  for (const version of [...versions].reverse()) {
    const release = versionRecord(version, recordFile)
    const last = stays.at(-1)
    // The history knows the order; clocks of those who commit may not.
    const from = Math.max(mergeOf(version, release, merged)?.mergedAt ?? version.at, last?.from ?? 0)
    if (last && last.until === undefined && release && releaseKey(last.release) === releaseKey(release))
      continue
    if (last && last.until === undefined) last.until = from
    if (release)
      stays.push({ environment: environment.name, release, from, commit: version.commit, live: version.live })
  }
  return stays
}

/**
 * The merge that brought a version of a record: a merge commit hides the commit that it brings, which may be older than its
 * merge by days. Where a person's commits came on top of ours, only the marker tells the pull request; with it a stay can
 * only begin later.
 */
export function mergeOf(
  { commit, at }: Pick<FileVersion, 'commit' | 'at'>,
  release: ReleaseRecord | undefined,
  pulls: readonly ClosedPullRequest[],
): ClosedPullRequest | undefined {
  const merged = pulls.filter(({ state }) => state === 'merged')
  const direct = merged.find(pull => pull.head === commit || pull.mergeCommit === commit)
  if (direct || !release) return direct
  const key = releaseKey(release)
  return merged.findLast(
    ({ body, mergedAt = 0 }) => mergedAt >= at && parsePromotionMarker(body)?.release === key,
  )
}

/** Promotions of a model into an environment that were closed unmerged. */
export function rejectionsOf(
  { environment }: { environment: { name: string } },
  model: string,
  { closed }: BranchPullRequests,
): RejectedPromotion[] {
  return closed.flatMap(({ state, body, number }) => {
    const marker = state === 'closed' ? parsePromotionMarker(body) : undefined
    if (!marker || marker.environment !== environment.name || marker.model !== model) return []
    return [{ environment: environment.name, model, number, release: marker.release }]
  })
}

// --- internal ---

function versionRecord({ text }: FileVersion, file: string): ReleaseRecord | undefined {
  if (text === undefined) return undefined
  try {
    return parseRelease(text, file)
  } catch (error) {
    if (isAssayError(error, 'RELEASE_INVALID')) return undefined
    throw error
  }
}

const UNKNOWN = { health: 'unknown' } as const

async function withHealth(
  stays: KnownStay[],
  place: EnvironmentPlace,
  isWaitedFor: boolean,
  askLive: AskLive,
  standing: Standing | undefined,
): Promise<Stay[]> {
  const healthy: Stay[] = []
  for (const { commit, live, ...stay } of stays) {
    const isNow = stay.until === undefined
    // What was merged before anybody watched is known by nobody.
    const ended = live === undefined || live.health === 'not_watched' ? UNKNOWN : live
    if (isNow && standing && !isRecorded(standing)) healthy.push({ ...stay, health: 'unknown', standing })
    else if (!place.environment.argocd) healthy.push({ ...stay, health: 'not_watched' })
    else if (stay.until !== undefined || !isWaitedFor) healthy.push({ ...stay, ...ended })
    else healthy.push({ ...stay, ...(await askLive(place, { release: stay.release, commit })) })
    if (isNow && standing?.kind === 'options') healthy.at(-1)!.standing = standing
  }
  return healthy
}

async function openOne(
  repository: DeployRepository,
  { model, head: base, files }: ModelState,
  { environment, recordFile, manifests, promotion: { head, text, pulls } }: SeenPlace,
): Promise<OpenPromotion | undefined> {
  const number = pulls.open?.number
  // Without pull requests the branch is the promotion, until the base holds its commit.
  const isOpen = repository.pullRequests
    ? pulls.open !== undefined
    : head !== undefined &&
      head.commit !== base.commit &&
      !(await repository.contains(base.commit, head.commit))
  if (!isOpen || !head) return undefined
  const paths = [recordFile, ...manifests]
  const [parent] = head.parents
  // A commit without a parent has taken nothing's place.
  const isRoot = parent === undefined
  const before =
    parent === base.commit ? files : isRoot ? new Map() : await repository.readFiles(parent, paths)
  const champion = readRecord(before.get(recordFile), recordFile, model)
  const untouched = isUntouched(head)
  const release = readRecord(text, recordFile, model)
  const told = untouched ? parseCommitMessage(head.message) : undefined
  return {
    environment: environment.name,
    model,
    ...(number !== undefined && { number }),
    ...(release && { release }),
    ...(champion && { champion: releaseKey(champion) }),
    ...(told?.verdict && { verdict: told.verdict }),
    foreign: !untouched,
    behind: !isRoot && paths.some(path => before.get(path) !== files.get(path)),
    ...(pulls.open && { checks: pulls.open.checks }),
    ...(untouched && pulls.open && isUnfinished(pulls.open, release, champion) && { unfinished: true }),
    rollback: told?.kind === 'rollback',
  }
}

/**
 * Commit, text, labels, reviewers and status are written one after the other. A text of another release than that on the
 * branch, or a head without a status, means that a run was stopped in between.
 */
function isUnfinished(
  { body, status }: PullRequest,
  release: ReleaseRecord | undefined,
  champion: ReleaseRecord | undefined,
): boolean {
  const marker = parsePromotionMarker(body)
  const isTold =
    marker?.release === (release && releaseKey(release)) &&
    marker?.champion === (champion && releaseKey(champion))
  return !isTold || status === 'none'
}
