import { renderPromotionBody, renderPromotionTitle } from '../../core/promotion/body.ts'
import type { OpenPromotion, PromotionFacts } from '../../core/promotion/facts.ts'
import { parsePromotionMarker } from '../../core/promotion/marker.ts'
import type { Plan } from '../../core/promotion/plan.ts'
import { reasonWords } from '../../core/promotion/reasons.ts'
import { type PromotionStatus, promotionStatus, STATUS_CONTEXT } from '../../core/promotion/status.ts'
import { releaseKey } from '../../core/release/record.ts'
import { PLAIN_DIALECT } from '../../core/report/dialect.ts'
import { ensureBranch, landBranch } from '../../forges/ensure-branch.ts'
import { ensurePullRequest } from '../../forges/ensure-pull-request.ts'
import { isRefusal } from '../../forges/forge.ts'
import { mergePromotion } from '../../forges/merge-promotion.ts'
import type { PullRequests } from '../../forges/pull-requests.ts'
import { sayOnce } from '../../forges/say-once.ts'
import type { DeployAccess } from '../context.ts'
import { branchRequestOf, type Proposal } from './promotion.ts'
import type { EnvironmentPlace, ModelState } from './state.ts'

/** What became of a model in one environment. */
export interface Outcome {
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

/** Does what the plan says, and nothing where it is done already. */
export async function carryOut(work: DeployWork, plan: Plan): Promise<Outcome> {
  const { state } = work
  const at = state.places.findIndex(({ environment }) => environment.name === plan.environment)
  const place = state.places[at]!
  const about = { environment: plan.environment, model: plan.model, notes: [] }
  switch (plan.action) {
    case 'promote':
    case 'update':
      return propose(work, place, at, plan)
    case 'leave':
      return leave(work, plan)
    case 'hold':
      if (plan.open) await setStatus(work, plan.open, state.sight.branches[at]!.head?.commit, plan)
      return {
        ...about,
        action: 'waits',
        version: plan.release.version,
        words: plan.reasons.map(reasonWords).join('; '),
        ...requestOf(work, at),
      }
    case 'close':
      return close(work, place, plan)
    case 'nothing':
      if (plan.open) return finish(work, place, at, { ...plan, open: plan.open })
      return { ...about, action: 'nothing', words: servesWords(plan) }
  }
}

/** Proposes a release: its branch, its pull request, its status, and the merge where nobody has to approve. */
export async function propose(
  work: DeployWork,
  place: EnvironmentPlace,
  at: number,
  plan: Extract<Plan, { action: 'promote' | 'update' }>,
  more: Partial<Proposal> = {},
): Promise<Outcome> {
  const { state, facts, access, dryRun } = work
  const { environment, model, release, serving } = plan
  const rollback = plan.action === 'update' && plan.rollback
  const proposal = work.complete({
    state,
    facts,
    place,
    kind: rollback ? 'rollback' : 'promotion',
    from: serving,
    to: release,
    weighed: plan.weighed,
    merge: plan.merge,
    waiting: plan.waiting,
    ...(plan.action === 'update' &&
      plan.because === 'withdrawn' &&
      plan.open.release && { withdrawn: releaseKey(plan.open.release) }),
    ...more,
  })
  const request = branchRequestOf(access.repository, proposal)
  const about = { environment, model, version: release.version, notes: [] as string[] }
  if (dryRun) {
    await request.edit(state.head)
    return { ...about, action: 'waits', words: `would be proposed: ${renderPromotionTitle(request.text())}` }
  }
  const { repository } = access
  const { pullRequests } = repository
  if (!pullRequests) return proposeOnGit(work, request, plan, about)
  const { head, pulls } = state.sight.branches[at]!
  const ensured = await ensurePullRequest(
    { repository, pullRequests },
    {
      ...request,
      render: () => ({
        title: renderPromotionTitle(request.text()),
        body: renderPromotionBody(request.text(), access.forge?.dialect ?? PLAIN_DIALECT),
      }),
      labels: place.environment.labels,
      reviewers: place.environment.reviewers,
      proposed: ({ body }) =>
        proposal.kind === 'promotion' && parsePromotionMarker(body)?.release === releaseKey(release),
    },
    { seen: { pulls, base: state.head, head } },
  )
  about.notes.push(...ensured.notes)
  const outcome = { ...about, ...pick(ensured) }
  switch (ensured.action) {
    case 'nothing_to_do':
      return { ...outcome, action: 'nothing', words: `${release.version} is there already` }
    case 'rejected':
      return { ...outcome, action: 'rejected', words: ensured.reason ?? 'closed unmerged' }
    case 'left_alone':
      return { ...outcome, action: 'left_alone', words: ensured.reason ?? 'somebody pushed to its branch' }
    case 'skipped_older':
      return { ...outcome, action: 'waits', words: ensured.reason ?? 'a newer one is there' }
    default: {
      const status = promotionStatus(plan)
      const unchanged = ensured.action === 'unchanged'
      await writeStatus(work, ensured.commit, status, unchanged ? pulls.open?.status : undefined, about.notes)
      const action = ensured.action === 'created' ? 'proposed' : ensured.action
      const proposed: Outcome = { ...outcome, action, words: proposedWords(plan, action) }
      if (plan.merge !== 'auto' || rollback || status?.state !== 'success') return proposed
      return merge(pullRequests, ensured.pullRequest!.number, ensured.commit!, proposed)
    }
  }
}

/** Writes a status where it is another than the one that stands there. */
export async function writeStatus(
  { access: { forge } }: Pick<DeployWork, 'access'>,
  commit: string | undefined,
  status: PromotionStatus | undefined,
  there: { state: string; description: string } | 'none' | undefined,
  notes: string[],
): Promise<void> {
  if (!forge || !commit || !status) return
  if (typeof there === 'object' && there.state === status.state && there.description === status.description)
    return
  const refused = await forge.setStatus({ commit, context: STATUS_CONTEXT, ...status })
  if (refused && isRefusal(refused)) notes.push(`No status on the promotion: ${refused.refused}`)
}

// --- internal ---

type About = Pick<Outcome, 'environment' | 'model' | 'version' | 'notes'>

/** Without pull requests the branch is the proposal, and `auto` lands it at once. */
async function proposeOnGit(
  { access: { repository } }: DeployWork,
  request: ReturnType<typeof branchRequestOf>,
  plan: Extract<Plan, { action: 'promote' | 'update' }>,
  about: About,
): Promise<Outcome> {
  const mayLand = plan.merge === 'auto' && promotionStatus(plan)?.state === 'success'
  if (mayLand) {
    const landed = await landBranch(repository, request)
    if (landed.action === 'landed')
      return {
        ...about,
        action: 'merged',
        commit: landed.commit,
        words: `${about.version} is on ${request.base}`,
      }
    return ofBranch(about, request.branch, landed)
  }
  return ofBranch(about, request.branch, await ensureBranch(repository, request))
}

function ofBranch(
  about: About,
  branch: string,
  ensured: Exclude<Awaited<ReturnType<typeof landBranch>>, { action: 'landed' }>,
): Outcome {
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

/** A person pushed to the branch: said once where it is seen, and in the status of what they pushed. */
async function leave(work: DeployWork, plan: Extract<Plan, { action: 'leave' }>): Promise<Outcome> {
  const { access, state, dryRun } = work
  const { open, environment, model } = plan
  const at = state.places.findIndex(place => place.environment.name === environment)
  const notes: string[] = []
  if (!dryRun && open.number !== undefined && access.forge) {
    await setStatus(work, open, state.sight.branches[at]!.head?.commit, plan)
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
    words: `somebody pushed to ${state.places[at]!.branch}: it is theirs now`,
    ...requestOf(work, at),
    notes,
  }
}

const LEFT =
  'Somebody pushed to this branch, so Assay leaves it alone: newer releases do not take its place and it is not merged automatically. Merge it, or close it and delete the branch to have it made anew.'

/** What it proposes serves already, or something newer does. */
async function close(
  { access, dryRun }: DeployWork,
  place: EnvironmentPlace,
  plan: Extract<Plan, { action: 'close' }>,
): Promise<Outcome> {
  const { open, environment, model } = plan
  const { repository } = access
  const words = `${open.release?.version ?? 'what it proposes'} serves there already, or something newer does`
  const outcome: Outcome = { environment, model, action: 'closed', words, notes: [] }
  if (dryRun) return { ...outcome, action: 'waits', words: `would be closed: ${words}` }
  if (open.number !== undefined && repository.pullRequests) {
    if (access.forge) await sayOnce(access.forge, open.number, 'closed', `Closed by Assay: ${words}.`)
    await repository.pullRequests.close(open.number)
    return { ...outcome, pullRequest: { number: open.number, url: '' } }
  }
  const [head] = await repository.readBranches([place.branch])
  if (head) await repository.moveBranch({ branch: place.branch, from: head.commit, to: undefined })
  return outcome
}

/** An open promotion that is as it should be: its status is set where it is missing, and it is merged where nobody approves. */
async function finish(
  work: DeployWork,
  place: EnvironmentPlace,
  at: number,
  plan: Extract<Plan, { action: 'nothing' }> & { open: OpenPromotion },
): Promise<Outcome> {
  const { access, state, dryRun } = work
  const { open, environment, model } = plan
  const { head, pulls } = state.sight.branches[at]!
  const outcome: Outcome = {
    environment,
    model,
    action: 'unchanged',
    ...(open.release && { version: open.release.version }),
    words: `${open.release?.version ?? 'a release'} waits for ${plan.merge === 'auto' && !open.rollback ? 'its checks' : 'approval'}`,
    ...requestOf(work, at),
    notes: [],
  }
  if (dryRun || !head) return outcome
  const { pullRequests } = access.repository
  if (!pullRequests) {
    if (plan.merge !== 'auto' || open.rollback || !plan.weighed) return outcome
    return landOnGit(work, place, plan, outcome)
  }
  if (open.number === undefined) return outcome
  const status = promotionStatus(plan)
  await writeStatus(work, head.commit, status, pulls.open?.status, outcome.notes)
  const checked = pulls.open?.checks === 'success' || pulls.open?.checks === 'none'
  if (plan.merge !== 'auto' || open.rollback || !checked || status?.state !== 'success') return outcome
  return merge(pullRequests, open.number, head.commit, outcome)
}

/** The branch is written anew on the newest base and lands there. */
async function landOnGit(
  work: DeployWork,
  place: EnvironmentPlace,
  plan: Extract<Plan, { action: 'nothing' }> & { open: OpenPromotion },
  outcome: Outcome,
): Promise<Outcome> {
  const { state, facts, access } = work
  const { release } = plan.open
  if (!release) return outcome
  const request = branchRequestOf(access.repository, {
    state,
    facts,
    place,
    kind: 'promotion',
    ...(plan.serving && { from: plan.serving }),
    to: release,
    weighed: true,
    merge: 'auto',
    waiting: [],
  })
  const landed = await landBranch(access.repository, request)
  if (landed.action !== 'landed') return ofBranch(outcome, request.branch, landed)
  return {
    ...outcome,
    action: 'merged',
    commit: landed.commit,
    words: `${release.version} is on ${state.branch}`,
  }
}

async function merge(
  pullRequests: PullRequests,
  number: number,
  head: string,
  outcome: Outcome,
): Promise<Outcome> {
  const merged = await mergePromotion(pullRequests, number, head)
  if (merged.kind === 'refused')
    return { ...outcome, words: `${outcome.version} waits for its checks: ${merged.reason}` }
  return {
    ...outcome,
    action: 'merged',
    words: `${outcome.version} was merged`,
    commit: merged.commit ?? head,
  }
}

async function setStatus(
  work: DeployWork,
  open: OpenPromotion,
  commit: string | undefined,
  plan: Plan,
): Promise<void> {
  if (work.dryRun || open.number === undefined) return
  const at = work.state.places.findIndex(place => place.environment.name === plan.environment)
  const there = work.state.sight.branches[at]!.pulls.open?.status
  await writeStatus(work, commit, promotionStatus(plan), there, [])
}

function requestOf({ state }: DeployWork, at: number): Pick<Outcome, 'pullRequest' | 'commit'> {
  const { head, pulls } = state.sight.branches[at]!
  const { open } = pulls
  return {
    ...(open && { pullRequest: { number: open.number, url: open.url } }),
    ...(open && head && { commit: head.commit }),
  }
}

function pick({
  pullRequest,
  commit,
}: {
  pullRequest?: Outcome['pullRequest']
  commit?: string
}): Pick<Outcome, 'pullRequest' | 'commit'> {
  return { ...(pullRequest && { pullRequest }), ...(commit !== undefined && { commit }) }
}

const BECAUSE = {
  newer_release: 'a newer release took its place',
  champion_changed: 'what serves there has changed: the verdict was withdrawn',
  base_moved: 'written anew on the newest commit',
  unreadable: 'its record could not be read',
  withdrawn: 'the newer release may not enter any more',
}

function proposedWords(
  plan: Extract<Plan, { action: 'promote' | 'update' }>,
  action: Outcome['action'],
): string {
  const why = plan.action === 'update' && action === 'updated' ? ` (${BECAUSE[plan.because]})` : ''
  const what = plan.merge === 'auto' ? 'waits for its checks' : 'waits for approval'
  return `${plan.release.version} ${what}${why}${plan.weighed || (plan.action === 'update' && plan.rollback) ? '' : '; not weighed against what serves there'}`
}

function servesWords({ serving }: Plan): string {
  return serving ? `${serving.version} serves` : 'nothing serves yet'
}
