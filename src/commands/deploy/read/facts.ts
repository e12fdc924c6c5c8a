import { isAssayError } from '../../../core/errors/errors.ts'
import { isUntouched } from '../../../core/git/commit-seal.ts'
import { entryShare, frozenIn } from '../../../core/promotion/canary/canary-plan.ts'
import type { WayBack } from '../../../core/promotion/canary/way-back.ts'
import type {
  CanaryInPlace,
  Hold,
  OpenPromotion,
  PromotionFacts,
  RejectedPromotion,
  Stay,
} from '../../../core/promotion/plan/facts.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { parsePromotionMarker } from '../../../core/promotion/text/marker.ts'
import type { CanaryFile } from '../../../core/release/canary-file.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { parseRelease } from '../../../core/release/record-file.ts'
import type { DeployRepository, FileVersion } from '../../../forges/deploy-repository.ts'
import type { BranchPullRequests, ClosedPullRequest, PullRequest } from '../../../forges/pull-requests.ts'
import { type AskCanary, type AskController, besideIn, canaryIn, canaryOrNone, mergeOf } from './canaries.ts'
import { holdsOf } from './holds.ts'
import { type ModelSites, placesIn } from './model-state.ts'
import { type AskLive, type KnownStay, restartSoaks, standingIn, withHealth } from './standing-stays.ts'
import { type ModelState, promotedFiles, type SeenPlace, triedIn } from './state.ts'

/** Whether a release that harms can be taken back without anybody. Undefined where there are no pull requests: there it is pushed. */
export type AskWayBack = () => Promise<WayBack | undefined>

/** Who is asked for what no file tells. Of what nobody is asked for, nobody knows: a canary stays as it is. */
export interface Asked {
  askLive: AskLive
  askCanary?: AskCanary
  askController?: AskController
  /** Whether a release that harms can be taken back without anybody. */
  askWayBack?: AskWayBack
}

/** What the plan of a model needs to know, from what was read. */
export async function factsOf(
  sites: ModelSites,
  given: Asked & {
    now: number
    candidates: ReleaseRecord[]
    verdicts?: PromotionFacts['verdicts']
  },
): Promise<PromotionFacts> {
  const { config } = sites[0].state
  const stays: Stay[] = []
  const open: OpenPromotion[] = []
  const rejected: RejectedPromotion[] = []
  const holds: Hold[] = []
  const canaries: CanaryInPlace[] = []
  const waitedFor = new Set(config.environments.flatMap(({ after }) => after))
  for (const { place, ...site } of placesIn(sites)) {
    const { access, state } = site
    const { repository } = access
    const { pulls } = place.promotion
    const own = staysOf(place, place.history, pulls.closed)
    const standing = await standingIn(repository, state, place, own.at(-1))
    const isAwaited = waitedFor.has(place.environment.name)
    const beside = besideIn(state, place)
    stays.push(...(await withHealth(own, site, place, isAwaited, given.askLive, { standing, beside })))
    const promotion = await openOne(repository, state, place)
    if (promotion) open.push(promotion)
    rejected.push(...rejectionsOf(place, state.model, pulls))
    holds.push(...(await holdsOf(repository, state, place)))
    const before = new Set(place.environment.after)
    const canary = await canaryIn(repository, state, place, {
      ...{ stays: own, ...given },
      isAwaited: champion =>
        champion !== undefined &&
        [
          ...given.candidates,
          ...stays.filter(one => before.has(one.environment)).map(one => one.release),
          ...(promotion?.release ? [promotion.release] : []),
        ].some(one => isNewer(one, champion)),
    })
    if (canary) canaries.push(canary)
  }
  for (const { access, state } of sites) await restartSoaks(access.repository, state, stays, given.now)
  const { now, candidates, verdicts } = given
  const wayBack = isPromised(sites[0].state, { canaries, open }) && (await given.askWayBack?.())
  return {
    ...{ config, now, candidates, stays, open, rejected, holds, canaries },
    ...(wayBack && { wayBack }),
    ...(verdicts && { verdicts }),
  }
}

/** A record that can be read and is of this model. What a person wrote into the file is no release. */
export function readRecord(text: string | undefined, file: string, model: string): ReleaseRecord | undefined {
  const record = recordIn(text, file)
  return record?.model === model ? record : undefined
}

/** Stays of a model in one environment, oldest first, from the versions of its record. */
export function staysOf(
  { environment, recordFile }: { environment: { name: string }; recordFile: string },
  versions: readonly FileVersion[],
  merged: readonly ClosedPullRequest[],
): KnownStay[] {
  const stays: KnownStay[] = []
  for (const version of [...versions].reverse()) {
    const release = recordIn(version.text, recordFile)
    const last = stays.at(-1)
    // The history knows the order; clocks of those who commit may not.
    const from = Math.max(mergeOf(version, release, merged)?.mergedAt ?? version.at, last?.from ?? 0)
    if (last && last.until === undefined && release && releaseKey(last.release) === releaseKey(release))
      continue
    if (last && last.until === undefined) last.until = from
    if (version.text === undefined) for (const stay of stays) stay.isWithdrawn = true
    if (release)
      stays.push({ environment: environment.name, release, from, commit: version.commit, live: version.live })
  }
  return stays
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
    const { release, step } = marker
    return [{ environment: environment.name, model, number, release, ...(step !== undefined && { step }) }]
  })
}

// --- internal ---

/** Whether a step of a canary may be due by whose rules harm is merged by itself: one that only waits is asked about nothing. */
function isPromised(
  { places }: ModelState,
  { canaries, open }: Pick<PromotionFacts, 'canaries' | 'open'> & { canaries: readonly CanaryInPlace[] },
): boolean {
  return places.some(({ environment: { name, canary: rules } }) => {
    const { file, fact } = canaries.find(({ environment }) => environment === name) ?? {}
    if (!file) return rules?.on_harm === 'merge'
    const isDue = fact !== undefined && 'verdict' in fact && fact.verdict !== 'inconclusive'
    return file.on_harm === 'merge' && (isDue || open.some(({ environment }) => environment === name))
  })
}

function recordIn(text: string | undefined, file: string): ReleaseRecord | undefined {
  if (text === undefined) return undefined
  try {
    return parseRelease(text, file)
  } catch (error) {
    if (isAssayError(error, 'RELEASE_INVALID')) return undefined
    throw error
  }
}

async function openOne(
  repository: DeployRepository,
  { model, head: base, files }: ModelState,
  place: SeenPlace,
): Promise<OpenPromotion | undefined> {
  const { environment, recordFile, triedFiles, promotion } = place
  const { head, text, pulls } = promotion
  const number = pulls.open?.number
  // Without pull requests the branch is the promotion, until the base holds its commit.
  const isOpen = repository.pullRequests
    ? pulls.open !== undefined
    : head !== undefined &&
      head.commit !== base.commit &&
      !(await repository.contains(base.commit, head.commit))
  if (!isOpen || !head) return undefined
  const isTried = triedIn(place, path => files.get(path)) !== undefined
  const paths = [...new Set([...promotedFiles(place), ...(isTried ? triedFiles : [])])]
  const [parent] = head.parents
  // A commit without a parent has taken nothing's place.
  const isRoot = parent === undefined
  const before =
    parent === base.commit ? files : isRoot ? new Map() : await repository.readFiles(parent, paths)
  const champion = readRecord(before.get(recordFile), recordFile, model)
  const untouched = isUntouched(head)
  const told = untouched ? parseCommitMessage(head.message) : undefined
  const inSteps = triedFiles.some(path => paths.includes(path)) && told?.kind !== 'rollback'
  const proposed = inSteps ? await repository.readFiles(head.commit, triedFiles) : new Map()
  const { release, step, slow } = proposedBy(
    {
      record: readRecord(text, recordFile, model),
      canary: canaryOrNone(place, path => proposed.get(path), model),
    },
    { champion, canary: inSteps ? canaryOrNone(place, path => before.get(path), model) : undefined },
  )
  return {
    environment: environment.name,
    model,
    ...(number !== undefined && { number }),
    ...(release && { release }),
    ...(step !== undefined && { step }),
    ...(slow && { slow }),
    ...(told?.because && { because: told.because }),
    ...(champion && { champion: releaseKey(champion) }),
    ...(told?.verdict && { verdict: told.verdict }),
    foreign: !untouched,
    behind: !isRoot && paths.some(path => before.get(path) !== files.get(path)),
    ...(pulls.open && { checks: pulls.open.checks }),
    ...(untouched &&
      pulls.open &&
      isUnfinished(pulls.open, { release, champion, step }) && { unfinished: true }),
    rollback: told?.kind === 'rollback',
  }
}

/** What a branch brings, by both files on it and below it: a release that is tried, one that is tried no more, or all of the traffic. */
function proposedBy(
  { record, canary }: { record: ReleaseRecord | undefined; canary: CanaryFile | undefined },
  before: { champion: ReleaseRecord | undefined; canary: CanaryFile | undefined },
): Pick<OpenPromotion, 'release' | 'step' | 'slow'> {
  if (canary) {
    const slow = frozenIn(canary)
    return { release: canary.challenger, step: entryShare(canary), ...(slow && { slow }) }
  }
  const { champion } = before
  const isSame = record && champion && releaseKey(record) === releaseKey(champion)
  if (isSame && before.canary) return { release: before.canary.challenger, step: 'back' }
  return record ? { release: record } : {}
}

/**
 * Commit, text, labels, reviewers and status are written one after the other. A text of another release than that on the
 * branch, or a head without a status, means that a run was stopped in between.
 */
function isUnfinished(
  { body, status }: PullRequest,
  {
    release,
    champion,
    step,
  }: Pick<OpenPromotion, 'release' | 'step'> & { champion: ReleaseRecord | undefined },
): boolean {
  const marker = parsePromotionMarker(body)
  const isTold =
    marker?.release === (release && releaseKey(release)) &&
    marker?.champion === (champion && releaseKey(champion)) &&
    marker?.step === step
  return !isTold || status === 'none'
}
