import { isUntouched } from '../../../core/git/commit-seal.ts'
import { subjectWords } from '../../../core/promotion/canary/words.ts'
import type { OpenPromotion } from '../../../core/promotion/plan/facts.ts'
import { type Landing, landingWords } from '../../../core/promotion/plan/landing.ts'
import type { Plan, Proposed } from '../../../core/promotion/plan/plan.ts'
import { refuses } from '../../../core/promotion/plan/reasons.ts'
import { isRecorded, standingAdvice, standingWords } from '../../../core/promotion/plan/standing.ts'
import { othersWords, reasonsWords } from '../../../core/promotion/plan/waiting.ts'
import { promotionStatus } from '../../../core/promotion/status.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { landBranch } from '../../../forges/ensure/branch.ts'
import { sayOnce } from '../../../forges/ensure/say-once.ts'
import { placeIn, type SeenPlace } from '../read/state.ts'
import { branchRequestOf } from './promotion.ts'
import {
  type CarriedOut,
  type DeployWork,
  merge,
  ofBranch,
  proposalOf,
  propose,
  waitedFor,
} from './propose.ts'
import { rollbackModel } from './rollback-model.ts'
import { isStatusThere, writeStatus } from './write-status.ts'

/** Does what the plan says, and nothing where it is done already. What else waits in the place is told too. */
export async function carryOut(work: DeployWork, plan: Plan): Promise<CarriedOut> {
  const done = await carried(work, plan)
  return { ...done, words: `${done.words}${othersWords(plan)}` }
}

/** Whether carrying a plan out asks a forge with pull requests for nothing: what it would write stands there already. */
export function isSettled({ state, access }: DeployWork, plan: Plan): boolean {
  if (plan.action !== 'nothing' && plan.action !== 'hold') return false
  if (!plan.open) return true
  if (plan.action === 'nothing' && plan.lands === 'now') return false
  const there = placeIn(state, plan).promotion.pulls.open?.status
  return !access.forge || isStatusThere(there, promotionStatus(plan))
}

// --- internal ---

async function carried(work: DeployWork, plan: Plan): Promise<CarriedOut> {
  const { state } = work
  const place = placeIn(state, plan)
  const about = { environment: plan.environment, model: plan.model, notes: [] }
  if (plan.action === 'nothing' || plan.action === 'hold') await sweep(work, place, plan.open)
  switch (plan.action) {
    case 'update':
      if (plan.rollback) return renewRollback(work, place, plan)
      return propose(work, place, plan)
    case 'promote':
      return propose(work, place, plan)
    case 'leave':
      return leave(work, place, plan)
    case 'hold':
      if (plan.open) await setStatus(work, place, plan.open, plan)
      return {
        ...about,
        action: plan.reasons.some(refuses) ? 'rejected' : 'waits',
        version: plan.release.version,
        words: reasonsWords(plan.reasons),
        ...requestOf(place),
      }
    case 'close':
      return close(work, place, plan)
    case 'nothing':
      // On plain git it is written as it lands, with its hold.
      if (
        plan.open?.rollback &&
        plan.open.release &&
        plan.lands === 'now' &&
        !work.access.repository.pullRequests
      )
        return renewRollback(work, place, { release: plan.open.release, lands: plan.lands })
      if (plan.open) return finish(work, place, plan)
      return {
        ...about,
        action: isRecorded(plan.standing) ? 'nothing' : 'left_alone',
        words: servesWords(plan),
        notes: standingAdvice(plan.standing),
      }
  }
}

/** Rollbacks that are open, written anew where the branch has moved, or harm is to be ended by them. */
async function renewRollback(
  work: DeployWork,
  place: SeenPlace,
  { release: to, lands }: { release: ReleaseRecord; lands: Landing },
): Promise<CarriedOut> {
  return rollbackModel(work, place, {
    lands,
    isRenewed: true,
    version: to.version,
    key: releaseKey(to),
    reason: 'rolled back',
    by: 'Assay',
    since: EPOCH,
  })
}

/** Stands in where a branch has lost its hold: never written while the branch has one. */
const EPOCH = '1970-01-01T00:00:00Z'

/** A person pushed to the branch: said once where it is seen, and in the status of what they pushed. */
async function leave(
  work: DeployWork,
  place: SeenPlace,
  plan: Extract<Plan, { action: 'leave' }>,
): Promise<CarriedOut> {
  const { access, dryRun } = work
  const { open, environment, model } = plan
  const notes: string[] = []
  if (!dryRun && open.number !== undefined && access.forge) {
    await setStatus(work, place, open, plan)
    const changed = plan.championChanged
      ? ' What serves there has changed since, so the verdict above does not hold any more.'
      : ''
    await sayOnce(
      access.forge,
      open.number,
      plan.championChanged ? 'left-alone-changed' : 'left-alone',
      LEFT + changed,
    )
  }
  return {
    environment,
    model,
    action: 'left_alone',
    ...(open.release && { version: open.release.version }),
    words: `somebody pushed to ${place.branch}: it is theirs now`,
    ...requestOf(place),
    notes,
  }
}

const LEFT =
  'Somebody pushed to this branch, so Assay leaves it alone: newer releases do not take its place and it is not merged automatically. Merge it, or close it and delete the branch to have it made anew.'

/** What it proposes serves already, or something newer does. */
async function close(
  { access, dryRun }: DeployWork,
  { branch, promotion }: SeenPlace,
  plan: Extract<Plan, { action: 'close' }>,
): Promise<CarriedOut> {
  const { open, environment, model } = plan
  const { repository } = access
  const words = `${open.release?.version ?? 'what it proposes'} serves there already, or something newer does`
  const done: CarriedOut = { environment, model, action: 'closed', words, notes: [] }
  if (dryRun) return { ...done, action: 'waits', words: `would be closed: ${words}` }
  if (open.number !== undefined && repository.pullRequests) {
    if (access.forge) await sayOnce(access.forge, open.number, 'closed', `Closed by Assay: ${words}.`)
    await repository.pullRequests.close(open.number)
    return { ...done, pullRequest: { number: open.number, url: '' } }
  }
  // Only the commit that was judged: what somebody has pushed since stays.
  const { head } = promotion
  if (head) await repository.moveBranch({ branch, from: head.commit, to: undefined })
  return done
}

/** Without pull requests, a branch of ours that the base holds is a promotion that has landed: it goes. */
async function sweep(
  { access: { repository }, dryRun }: DeployWork,
  { branch, promotion: { head } }: SeenPlace,
  open: OpenPromotion | undefined,
): Promise<void> {
  if (repository.pullRequests || dryRun || open || !head || !isUntouched(head)) return
  await repository.moveBranch({ branch, from: head.commit, to: undefined })
}

/** An open promotion that is as it should be: its status is set where it is missing, and it is merged where nobody approves. */
async function finish(
  work: DeployWork,
  place: SeenPlace,
  plan: Extract<Plan, { action: 'nothing' }> & Proposed,
): Promise<CarriedOut> {
  const { access, dryRun } = work
  const { open, environment, model } = plan
  const { head, pulls } = place.promotion
  const subject = subjectWords(open.release?.version ?? 'a release', open.step)
  const done: CarriedOut = {
    environment,
    model,
    action: 'unchanged',
    ...(open.release && { version: open.release.version }),
    words: `${subject} ${landingWords(plan)}`,
    ...requestOf(place),
    notes: [],
  }
  if (dryRun || !head) return done
  const { pullRequests } = access.repository
  if (!pullRequests) {
    return plan.lands === 'now' ? landOnGit(work, place, plan, done) : done
  }
  if (open.number === undefined) return done
  await writeStatus(work, head.commit, promotionStatus(plan), pulls.open?.status, done.notes)
  if (plan.lands !== 'now') return done
  return merge(pullRequests, open.number, head.commit, done, { subject, waitsFor: waitedFor(plan.canary) })
}

/** The branch is written anew on the newest base and lands there. */
async function landOnGit(
  work: DeployWork,
  place: SeenPlace,
  plan: Extract<Plan, { action: 'nothing' }> & Proposed,
  done: CarriedOut,
): Promise<CarriedOut> {
  const { state, access } = work
  const { release, rollback } = plan.open
  if (!release) return done
  const request = branchRequestOf(access, proposalOf(work, place, { ...plan, release, rollback }))
  const landed = await landBranch(access.repository, request)
  if (landed.action !== 'landed') return ofBranch(done, request.branch, landed)
  return {
    ...done,
    action: 'merged',
    commit: landed.commit,
    words: `${subjectWords(release.version, plan.open.step)} is on ${state.branch}`,
  }
}

async function setStatus(
  work: DeployWork,
  { promotion: { head, pulls } }: SeenPlace,
  open: OpenPromotion,
  plan: Plan,
): Promise<void> {
  if (work.dryRun || open.number === undefined) return
  await writeStatus(work, head?.commit, promotionStatus(plan), pulls.open?.status, [])
}

function requestOf({ promotion: { head, pulls } }: SeenPlace): Pick<CarriedOut, 'pullRequest' | 'commit'> {
  const { open } = pulls
  return {
    ...(open && { pullRequest: { number: open.number, url: open.url } }),
    ...(open && head && { commit: head.commit }),
  }
}

function servesWords({ serving, standing }: Plan): string {
  if (!serving) return 'nothing serves yet'
  const more = standing ? `: ${standingWords(standing)}` : ''
  return isRecorded(standing) ? `${serving.version} serves${more}` : `${serving.version} is recorded${more}`
}
