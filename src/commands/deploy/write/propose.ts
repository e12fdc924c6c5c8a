import { type CanaryMove, shareOf } from '../../../core/promotion/canary/canary-plan.ts'
import { askedWords, unkeptWords } from '../../../core/promotion/canary/way-back.ts'
import type { PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import { unweighedWords } from '../../../core/promotion/plan/landing.ts'
import type { Plan } from '../../../core/promotion/plan/plan.ts'
import { proposedWords, subjectOf } from '../../../core/promotion/plan/proposed-words.ts'
import { isRecorded, standingWords } from '../../../core/promotion/plan/standing.ts'
import { promotionStatus } from '../../../core/promotion/status.ts'
import { renderPromotionTitle } from '../../../core/promotion/text/body.ts'
import { parsePromotionMarker } from '../../../core/promotion/text/marker.ts'
import { releaseKey } from '../../../core/release/record.ts'
import { PLAIN_DIALECT } from '../../../core/report/words/dialect.ts'
import { countedVerdict } from '../../../core/verdict/result.ts'
import { ensureBranch, landBranch } from '../../../forges/ensure/branch.ts'
import { mergePromotion } from '../../../forges/ensure/merge-promotion.ts'
import { ensurePullRequest } from '../../../forges/ensure/pull-request.ts'
import type { PullRequests } from '../../../forges/pull-requests.ts'
import type { DeployAccess } from '../../command/context.ts'
import type { ModelState, SeenPlace } from '../read/state.ts'
import { branchRequestOf, type Proposal } from './promotion.ts'
import { promotionText } from './promotion-text.ts'
import { writeStatus } from './write-status.ts'

/** What became of a model in one environment. */
export interface CarriedOut {
  environment: string
  model: string
  /** `waits`: nothing is to be done now; `words` say for what. */
  action:
    | 'proposed'
    | 'updated'
    | 'unchanged'
    | 'merged'
    | 'closed'
    | 'left_alone'
    | 'rejected'
    | 'waits'
    | 'nothing'
  /** Version of the release that it is about. */
  version?: string
  /** One sentence for people. */
  words: string
  pullRequest?: { number: number; url: string }
  /** The commit of the promotion, or of its merge. */
  commit?: string
  /** What a person should know although all went well. */
  notes: string[]
}

export interface DeployWork {
  access: DeployAccess
  state: ModelState
  facts: PromotionFacts
  dryRun: boolean
  /** Adds what only the command knows: a verdict made anew, a renderer. */
  complete: (proposal: Proposal) => Proposal
}

/** Proposes a release: its branch, its pull request, its status, and the merge where nobody has to approve. */
export async function propose(
  work: DeployWork,
  place: SeenPlace,
  plan: Extract<Plan, { action: 'promote' | 'update' }>,
  more: Pick<Proposal, 'reason' | 'restore'> = {},
): Promise<CarriedOut> {
  const { state, access, dryRun } = work
  const { environment, model, release, canary } = plan
  const step = canary && shareOf(canary)
  const proposal = work.complete({
    ...proposalOf(work, place, plan),
    ...(plan.action === 'update' &&
      plan.because === 'withdrawn' &&
      plan.open.release && { withdrawn: releaseKey(plan.open.release) }),
    ...more,
  })
  const request = branchRequestOf(access, proposal)
  const replaced =
    plan.standing && !isRecorded(plan.standing) ? [`It replaces: ${standingWords(plan.standing)}`] : []
  const unkept = canary && 'file' in canary ? unkeptWords(canary.wayBack) : undefined
  const notes = unkept === undefined ? replaced : [...replaced, unkept]
  const about = { environment, model, version: release.version, notes }
  if (dryRun) {
    await request.edit(state.head)
    return { ...about, action: 'waits', words: `would be proposed: ${renderPromotionTitle(request.text())}` }
  }
  const { repository } = access
  const { pullRequests } = repository
  if (!pullRequests) return proposeOnGit(work, request, plan, about)
  const { head, pulls } = place.promotion
  const ensured = await ensurePullRequest(
    { repository, pullRequests },
    {
      ...request,
      render: (_, there) =>
        promotionText(request.text(), access.forge?.dialect ?? PLAIN_DIALECT, there, about.notes),
      labels: place.environment.labels,
      reviewers: place.environment.reviewers,
      proposed: ({ body }) => {
        const marker = parsePromotionMarker(body)
        return (
          proposal.kind === 'promotion' && marker?.release === releaseKey(release) && marker.step === step
        )
      },
    },
    { seen: { pulls, base: state.head, head } },
  )
  about.notes.push(...ensured.notes)
  const done = { ...about, ...pick(ensured) }
  switch (ensured.action) {
    case 'nothing_to_do':
      return { ...done, action: 'nothing', words: `${release.version} is there already` }
    case 'rejected':
      return { ...done, action: 'rejected', words: ensured.reason ?? 'closed unmerged' }
    case 'left_alone':
      return { ...done, action: 'left_alone', words: ensured.reason ?? 'somebody pushed to its branch' }
    case 'skipped_older':
      return { ...done, action: 'waits', words: ensured.reason ?? 'a newer one is there' }
    default: {
      const status = promotionStatus(plan, proposal.result && countedVerdict(proposal.result))
      const unchanged = ensured.action === 'unchanged'
      await writeStatus(work, ensured.commit, status, unchanged ? pulls.open?.status : undefined, about.notes)
      const action = ensured.action === 'created' ? 'proposed' : ensured.action
      const proposed: CarriedOut = { ...done, action, words: proposedWords(plan, action === 'updated') }
      if (plan.lands !== 'now') return proposed
      const { number } = ensured.pullRequest!
      const naming = { subject: subjectOf(plan), waitsFor: waitedFor(canary) }
      return merge(pullRequests, number, ensured.commit!, proposed, naming)
    }
  }
}

export function ofBranch(
  about: About,
  branch: string,
  ensured: Exclude<Awaited<ReturnType<typeof landBranch>>, { action: 'landed' }>,
): CarriedOut {
  if (ensured.action === 'nothing_to_do')
    return { ...about, action: 'nothing', words: `${about.version} is there already` }
  const { commit } = ensured
  if ('reason' in ensured)
    return {
      ...about,
      action: ensured.action === 'left_alone' ? 'left_alone' : 'waits',
      words: ensured.reason,
      commit,
    }
  const action = ensured.action === 'created' ? 'proposed' : ensured.action
  return { ...about, action, commit, words: `the branch ${branch} waits to be merged` }
}

export async function merge(
  pullRequests: PullRequests,
  number: number,
  head: string,
  done: CarriedOut,
  { subject = done.version, waitsFor = 'its checks' }: { subject?: string; waitsFor?: string } = {},
): Promise<CarriedOut> {
  const merged = await mergePromotion(pullRequests, number, head)
  if (merged.kind === 'refused')
    return { ...done, words: `${subject} waits for ${waitsFor}: ${merged.reason}` }
  if (merged.kind === 'scheduled')
    return { ...done, words: `${subject} is merged by the forge once its checks pass` }
  return {
    ...done,
    action: 'merged',
    words: `${subject} was merged`,
    commit: merged.commit ?? head,
  }
}

/** What the forge asks for before it merges. */
export function waitedFor(canary: CanaryMove | undefined): string {
  const asked = canary?.step === 'take_back' && canary.wayBack?.kind === 'asked' ? canary.wayBack : undefined
  return asked ? askedWords(asked) : 'its checks'
}

/** What a plan has written for its release; no more than this where it lands without a pull request. */
export function proposalOf(
  { state, facts }: DeployWork,
  place: SeenPlace,
  plan: Pick<
    Extract<Plan, { action: 'promote' }>,
    'serving' | 'release' | 'rollback' | 'weighed' | 'lands' | 'waiting' | 'canary'
  >,
): Proposal {
  const { serving, release, rollback, weighed, lands, waiting, canary } = plan
  return {
    state,
    facts,
    place,
    kind: rollback ? 'rollback' : 'promotion',
    ...(serving && { from: serving }),
    to: release,
    ...(weighed !== undefined && { weighed }),
    lands,
    waiting,
    ...(canary && { canary }),
  }
}

/** Whether something was written for it, and not only looked at. */
export function hasDone({ action }: CarriedOut): boolean {
  return WRITING.has(action)
}

// --- internal ---

const WRITING = new Set<CarriedOut['action']>(['proposed', 'updated', 'merged', 'closed'])

type About = Pick<CarriedOut, 'environment' | 'model' | 'version' | 'notes'>

/** Without pull requests the branch is the proposal, and `auto` lands it at once. */
async function proposeOnGit(
  { access: { repository } }: DeployWork,
  request: ReturnType<typeof branchRequestOf>,
  plan: Extract<Plan, { action: 'promote' | 'update' }>,
  about: About,
): Promise<CarriedOut> {
  if (plan.lands === 'now') {
    const landed = await landBranch(repository, request)
    if (landed.action === 'landed')
      return {
        ...about,
        action: 'merged',
        commit: landed.commit,
        words: `${subjectOf(plan)} is on ${request.base}`,
      }
    return ofBranch(about, request.branch, landed)
  }
  const done = ofBranch(about, request.branch, await ensureBranch(repository, request))
  return PROPOSED.has(done.action) ? { ...done, words: `${done.words}${unweighedWords(plan)}` } : done
}

const PROPOSED = new Set<CarriedOut['action']>(['proposed', 'updated', 'unchanged'])

function pick({
  pullRequest,
  commit,
}: {
  pullRequest?: CarriedOut['pullRequest']
  commit?: string
}): Pick<CarriedOut, 'pullRequest' | 'commit'> {
  return { ...(pullRequest && { pullRequest }), ...(commit !== undefined && { commit }) }
}
