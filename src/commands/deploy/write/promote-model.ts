import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { Health, PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import { type Plan, planPromotions } from '../../../core/promotion/plan/plan.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { releaseKey } from '../../../core/release/record.ts'
import { countedVerdict, type Result } from '../../../core/verdict/result.ts'
import type { DeployAccess, World } from '../../context.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import { inPlace } from '../read/error-in-place.ts'
import { type AskLive, factsOf } from '../read/facts.ts'
import { type HoldText, sayNewer } from '../read/newer-records.ts'
import { type ModelState, readModelState } from '../read/state.ts'
import { carryOut } from './carry-out.ts'
import { type Proposal, StateMoved } from './promotion.ts'
import type { CarriedOut, DeployWork } from './propose.ts'

export interface PromoteOptions {
  model: string
  candidates?: ReleaseRecord[]
  /** Only this environment is written to. */
  environment?: string
  dryRun: boolean
  /** A result of the model's release against what serves, made by this run: its verdict holds where both match. */
  result?: Result
  askLive?: AskLive
  /** Told of each plan before it is carried out. */
  onPlan?: (plan: Plan) => void
  render?: (state: ModelState, proposal: Proposal) => Proposal['render']
}

/**
 * Brings a model's promotions to where they should be: read, plan, write. After a merge it begins anew, so that a release goes
 * as far as nobody's approval, no soak and no freeze stands before it.
 *
 * @throws AssayError that also says what was done before it; manifests that are broken in one environment keep no other from
 * its promotion
 */
export async function promoteModel(
  context: World,
  access: DeployAccess,
  deploy: DeployBranch,
  options: PromoteOptions,
): Promise<CarriedOut[]> {
  const carriedOut = new Map<string, CarriedOut>()
  const tell = (done: CarriedOut) => {
    const before = carriedOut.get(done.environment)
    // What this run merged stays told, also when the next round finds nothing to do there.
    if (before?.action !== 'merged' || done.action !== 'nothing') carriedOut.set(done.environment, done)
  }
  try {
    for (let round = 0, moved = 0; round < ROUNDS; round++) {
      try {
        const { merged, problems, state, facts } = await promoteOnce(context, access, deploy, options, tell)
        if (round === 0) sayNewer(context, releasesIn(facts), holdsIn(state))
        if (merged) continue
        if (problems.length > 0) throw together(problems)
        break
      } catch (error) {
        if (!(error instanceof StateMoved) || ++moved > MOVES) throw error
      }
    }
  } catch (error) {
    throw withCarriedOut(error, [...carriedOut.values()])
  }
  return [...carriedOut.values()]
}

// --- internal ---

/** A release can be merged into each environment once. */
const ROUNDS = 60
const MOVES = 10

const NOBODY_KNOWS: AskLive = async () => ({ health: 'unknown' satisfies Health })

async function promoteOnce(
  context: World,
  access: DeployAccess,
  deploy: DeployBranch,
  options: PromoteOptions,
  tell: (done: CarriedOut) => void,
): Promise<{ merged: boolean; problems: AssayError[]; state: ModelState; facts: PromotionFacts }> {
  const { model, candidates = [], environment, dryRun, result, askLive = NOBODY_KNOWS } = options
  const state = await readModelState(access.repository, deploy.branch, model)
  const read = await factsOf(access.repository, state, { now: context.now(), candidates, askLive })
  const facts = result
    ? {
        ...read,
        verdicts: verdictsOf(result, [...releasesIn(read)], read),
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
  const problems: AssayError[] = []
  let merged = false
  for (const plan of planPromotions(facts)) {
    if (plan.model !== model || (environment !== undefined && plan.environment !== environment)) continue
    options.onPlan?.(plan)
    try {
      const done = await carryOut(work, plan)
      merged ||= done.action === 'merged' && leadsOn(state, done.environment)
      tell(done)
    } catch (error) {
      if (!isAssayError(error) || OF_THE_FORGE.test(error.code)) throw error
      const at = state.places.find(one => one.environment.name === plan.environment)
      problems.push(at ? inPlace(error, at, model) : error)
    }
  }
  return { merged, problems, state, facts }
}

function releasesIn({ candidates, stays, open }: PromotionFacts): Set<ReleaseRecord> {
  return new Set([
    ...candidates,
    ...stays.map(({ release }) => release),
    ...open.flatMap(({ release }) => release ?? []),
  ])
}

function holdsIn({ places, files }: ModelState): HoldText[] {
  return places.flatMap(({ holdFile }) => {
    const text = files.get(holdFile)
    return text === undefined ? [] : [{ path: holdFile, text }]
  })
}

/** Whether a release goes further from there: only then is there more to do after its merge. */
function leadsOn({ config }: ModelState, environment: string): boolean {
  return config.environments.some(({ after }) => after.includes(environment))
}

/** What fails in every environment alike. */
const OF_THE_FORGE = /^(FORGE|GIT|BRANCH|PULL_REQUEST)_/

function together(problems: readonly AssayError[]): AssayError {
  const [first] = problems
  if (problems.length === 1) return first!
  const titles = problems.map(({ message }) => message)
  return new AssayError({
    code: first!.code,
    title: titles.join('; '),
    problems: problems.flatMap(one => one.problems),
  })
}

const DONE = new Set<CarriedOut['action']>(['proposed', 'updated', 'merged', 'closed'])

function withCarriedOut(error: unknown, carriedOut: readonly CarriedOut[]): unknown {
  const done = carriedOut.filter(({ action }) => DONE.has(action))
  if (!isAssayError(error) || done.length === 0) return error
  const told = done.map(({ environment, words }) => `${environment}: ${words}`)
  return error.with({ worked: [...told, ...(error.worked === undefined ? [] : [error.worked])].join('; ') })
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
      verdict: countedVerdict(result),
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
