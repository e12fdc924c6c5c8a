import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { isOfForge } from '../../../core/errors/outside.ts'
import { type RefusalReason, reasonOf } from '../../../core/errors/refusals.ts'
import { toldAnswers } from '../../../core/promotion/plan/asked.ts'
import type { Health, PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import { type Plan, planPromotions } from '../../../core/promotion/plan/plan.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { Result } from '../../../core/verdict/result.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import { type AskAnswer, withAnswers } from '../live/ask-answer.ts'
import { type AskSignature, signatureAsker, withSignatures } from '../live/ask-signature.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import { type Asked, factsOf } from '../read/facts.ts'
import { type ModelSite, type ModelSites, placesIn, readModel } from '../read/model-state.ts'
import { type HoldText, sayNewer } from '../read/newer-records.ts'
import type { SeenSites } from '../read/sites.ts'
import type { AskLive } from '../read/standing-stays.ts'
import type { Lacking, ModelState } from '../read/state.ts'
import { inPlace } from '../read/written.ts'
import { carryOut } from '../write/carry-out.ts'
import { type Proposal, StateMoved } from '../write/promotion.ts'
import type { CarriedOut, DeployWork } from '../write/propose.ts'
import { hasDone } from '../write/propose.ts'
import { isOf, verdictsOf } from './own-result.ts'

export interface PromoteOptions extends Partial<Asked> {
  model: string
  candidates?: ReleaseRecord[]
  /** Only this environment is written to. */
  environment?: string
  dryRun: boolean
  /** Default: asks anew. */
  askSignature?: AskSignature
  /** What web services say of a release; absent: nobody is asked, and nothing enters that needs it. */
  askAnswer?: AskAnswer
  /** A result of the model's release against what serves, made by this run: its verdict holds where both match. */
  result?: Result
  /** The text of the profile that goes with the release which this run has made. */
  profile?: string
  /** Environments that this run does not reach. */
  leaves?: readonly Lacking[]
  /** The branches as they were seen just now, without what is not reached: read again only where they have moved. */
  seen?: SeenSites
  /** Told of all that is read, and what it says. */
  onFacts?: (sites: ModelSites, facts: PromotionFacts) => Promise<void>
  /** Told of each plan before it is carried out. */
  onPlan?: (plan: Plan) => void
  render?: (site: ModelSite, proposal: Proposal) => Proposal['render']
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
  const course = courseOf(context, access, options)
  const { model, leaves = [] } = options
  let { seen } = options
  try {
    while (!course.isOver()) {
      const sites = await readModel({ access, deploy }, model, { leaves }, seen)
      seen = undefined
      await course.carryOut(await course.decide(sites))
    }
  } catch (error) {
    throw withCarriedOut(error, course.carriedOut())
  }
  return course.carriedOut()
}

/** What whoever has no token for an environment says of it. */
export function leftTo(model: string, { environment, why }: Lacking): CarriedOut {
  const words = `left to \`assay promote\` where the token is: ${why}`
  return { environment, model, action: 'waits', words, notes: [] }
}

/** One model on its way: round after round, until nothing more can be done for it. */
export interface Course {
  model: string
  isOver(): boolean
  /** What is to be done, by what was read. */
  decide(sites: ModelSites): Promise<Decision>
  /**
   * Does it. Where the base had moved and with it what was decided, nothing was done, and the course is not over.
   *
   * @throws AssayError of the forge, and of manifests that are broken
   */
  carryOut(decision: Decision): Promise<void>
  /** What became of it in each environment. */
  carriedOut(): CarriedOut[]
}

/** What was read, and each plan with the branch that it is carried out on. */
export interface Decision {
  sites: ModelSites
  facts: PromotionFacts
  steps: readonly { plan: Plan; work: DeployWork }[]
}

export function courseOf(context: World, access: DeployAccess, options: PromoteOptions): Course {
  const { model, candidates = [], environment, dryRun, result, askLive = NOBODY_KNOWS } = options
  const carriedOut = new Map<string, CarriedOut>()
  const { askSignature = signatureAsker(context, access.repository) } = options
  let rounds = 0
  let moves = 0
  let isOver = false
  return {
    model,
    isOver: () => isOver,
    carriedOut: () => [...carriedOut.values()],

    async decide(sites) {
      const [{ state: home }] = sites
      const asking = { ...options, now: context.now(), candidates, askLive }
      const known = await factsOf(sites, asking)
      const read = await withSignatures(known, home.head.commit, askSignature)
      await options.onFacts?.(sites, read)
      const told = result ? { ...read, verdicts: verdictsOf(result, [...releasesIn(read)], read) } : read
      const facts = options.askAnswer ? await withAnswers(told, options.askAnswer) : told
      const completeAt = (site: ModelSite) => (proposal: Proposal) => ({
        ...proposal,
        ...(result && isOf(result, proposal) && { result }),
        ...(options.profile !== undefined && { profile: options.profile }),
        ...(options.render && { render: options.render(site, proposal) }),
      })
      const isMeant = (plan: Plan) =>
        plan.model === model && (environment === undefined || plan.environment === environment)
      const plans = planPromotions(facts)
        .filter(isMeant)
        .map(plan => toldAnswers(plan, facts))
      const steps = placesIn(sites).flatMap(({ place, ...site }) => {
        const own = plans.filter(plan => plan.environment === place.environment.name)
        return own.map(plan => ({ plan, work: { ...site, facts, dryRun, complete: completeAt(site) } }))
      })
      return { sites, facts, steps }
    },

    async carryOut(decision) {
      if (rounds + moves === 0) sayNewer(context, releasesIn(decision.facts), decision.sites.flatMap(holdsIn))
      for (const { plan } of decision.steps) options.onPlan?.(plan)
      try {
        const merged = await carryOutAll(decision, tell)
        isOver = !merged || ++rounds === ROUNDS
      } catch (error) {
        moves += weightOf(error)
        if (moves > MOVES) throw error
      }
    },
  }

  function tell(done: CarriedOut): void {
    const before = carriedOut.get(done.environment)
    // What this run merged stays told, also when the next round finds nothing to do there.
    if (before?.action !== 'merged' || done.action !== 'nothing') carriedOut.set(done.environment, done)
  }
}

/** The error with what was done before it. */
export function withCarriedOut(error: unknown, carriedOut: readonly CarriedOut[]): unknown {
  const done = carriedOut.filter(hasDone)
  if (!isAssayError(error) || done.length === 0) return error
  const told = done.map(({ environment, words }) => `${environment}: ${words}`)
  return error.with({ worked: [...told, ...(error.worked === undefined ? [] : [error.worked])].join('; ') })
}

// --- internal ---

/** A release can be merged into each environment once. */
const ROUNDS = 60
const MOVES = 10

const NOBODY_KNOWS: AskLive = async () => ({ health: 'unknown' satisfies Health })

/**
 * Where what was decided holds no more, all is read and decided anew: the base has other files by now. So it is where a pull request
 * is refused because another run has merged it, and the branch with it; a forge that goes on refusing it is believed soon.
 */
function weightOf(error: unknown): number {
  if (error instanceof StateMoved) return 1
  const reason = reasonOf(error)
  return reason && MERGED_MEANWHILE.includes(reason) ? MOVES / 2 : Number.POSITIVE_INFINITY
}

const MERGED_MEANWHILE: readonly RefusalReason[] = ['no_commits_between', 'ref_not_seen_yet']

/** One plan after the other. Whether there may be more to do now: something was merged from where a release leads on. */
async function carryOutAll({ steps }: Decision, tell: (done: CarriedOut) => void): Promise<boolean> {
  const problems: AssayError[] = []
  let merged = false
  for (const { plan, work } of steps) {
    const { state } = work
    try {
      const done = await carryOut(work, plan)
      merged ||= done.action === 'merged' && leadsOn(state, done.environment)
      tell(done)
    } catch (error) {
      if (!isAssayError(error) || isOfForge(error)) throw error
      const at = state.places.find(one => one.environment.name === plan.environment)
      problems.push(at ? inPlace(error, at, state.model) : error)
    }
  }
  if (!merged && problems.length > 0) throw together(problems)
  return merged
}

function releasesIn({ candidates, stays, open }: PromotionFacts): Set<ReleaseRecord> {
  return new Set([
    ...candidates,
    ...stays.map(({ release }) => release),
    ...open.flatMap(({ release }) => release ?? []),
  ])
}

function holdsIn({ state: { places, files } }: ModelSite): HoldText[] {
  return places.flatMap(({ holdFile }) => {
    const text = files.get(holdFile)
    return text === undefined ? [] : [{ path: holdFile, text }]
  })
}

/** Whether a release goes further from there: only then is there more to do after its merge. */
function leadsOn({ config }: ModelState, environment: string): boolean {
  return config.environments.some(({ after }) => after.includes(environment))
}

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
