import type { Health } from '../../core/promotion/facts.ts'
import { planPromotions } from '../../core/promotion/plan.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import { releaseKey } from '../../core/release/record.ts'
import type { Result } from '../../core/report/result.ts'
import type { Context, DeployAccess } from '../context.ts'
import { carryOut } from './carry-out.ts'
import { factsOf, type Watch } from './facts.ts'
import type { DeployPlace } from './place.ts'
import { type Proposal, StateMoved } from './promotion.ts'
import type { DeployWork, Outcome } from './propose.ts'
import { type ModelState, readModelState } from './state.ts'

export interface PromoteOptions {
  model: string
  candidates?: ReleaseRecord[]
  /** Only this environment is written to. */
  environment?: string
  dryRun: boolean
  /** A result of the model's release against what serves, made by this run: its verdict holds where both match. */
  result?: Result
  watch?: Watch
  render?: (state: ModelState, proposal: Proposal) => Proposal['render']
}

/**
 * Brings a model's promotions to where they should be: read, plan, write. After a merge it begins anew, so that a release goes
 * as far as nobody's approval, no soak and no freeze stands before it.
 */
export async function promoteModel(
  context: Context,
  access: DeployAccess,
  place: DeployPlace,
  options: PromoteOptions,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>()
  for (let round = 0, moved = 0; round < ROUNDS; round++) {
    try {
      const done = await promoteOnce(context, access, place, options)
      for (const outcome of done) {
        const before = outcomes.get(outcome.environment)
        // What this run merged stays told, also when the next round finds nothing to do there.
        if (before?.action !== 'merged' || outcome.action !== 'nothing')
          outcomes.set(outcome.environment, outcome)
      }
      if (!done.some(({ action }) => action === 'merged')) break
    } catch (error) {
      if (!(error instanceof StateMoved) || ++moved > MOVES) throw error
    }
  }
  return [...outcomes.values()]
}

// --- internal ---

/** A release can be merged into each environment once. */
const ROUNDS = 60
const MOVES = 10

const NOBODY_KNOWS: Watch = async () => ({ health: 'unknown' satisfies Health })

async function promoteOnce(
  context: Context,
  access: DeployAccess,
  place: DeployPlace,
  options: PromoteOptions,
): Promise<Outcome[]> {
  const { model, candidates = [], environment, dryRun, result, watch = NOBODY_KNOWS } = options
  const state = await readModelState(access.repository, place.branch, model)
  const read = await factsOf(access.repository, state, { now: context.now(), candidates, watch })
  const facts = result
    ? {
        ...read,
        verdicts: verdictsOf(
          result,
          [
            ...candidates,
            ...read.stays.map(stay => stay.release),
            ...read.open.flatMap(one => one.release ?? []),
          ],
          read,
        ),
      }
    : read
  const work: DeployWork = {
    access,
    state,
    facts,
    dryRun,
    complete: proposal => ({
      ...proposal,
      ...(result && isOf(result, proposal) && { result }),
      ...(options.render && { render: options.render(state, proposal) }),
    }),
  }
  const outcomes: Outcome[] = []
  for (const plan of planPromotions(facts)) {
    if (plan.model !== model || (environment !== undefined && plan.environment !== environment)) continue
    outcomes.push(await carryOut(work, plan))
  }
  return outcomes
}

/** A result weighs one release against one champion: it is a verdict wherever that champion serves. */
function verdictsOf(
  result: Result,
  releases: ReleaseRecord[],
  { stays }: Awaited<ReturnType<typeof factsOf>>,
) {
  const release = releases.find(({ commit }) => isCommit(commit, result.candidate.commit))
  if (!release) return []
  return stays
    .filter(stay => stay.until === undefined && isCommit(stay.release.commit, result.champion?.commit))
    .map(stay => ({
      environment: stay.environment,
      release: releaseKey(release),
      champion: releaseKey(stay.release),
      verdict: result.verdict,
    }))
}

function isOf(result: Result, { from, to }: Proposal): boolean {
  return (
    isCommit(to.commit, result.candidate.commit) &&
    from !== undefined &&
    isCommit(from.commit, result.champion?.commit)
  )
}

function isCommit(whole: string, given: string | undefined): boolean {
  return given !== undefined && given.length >= 7 && whole.startsWith(given)
}
