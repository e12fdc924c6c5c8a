import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { faultAt, isFault } from '../../../core/errors/fault.ts'
import { isHopeless } from '../../../core/errors/outside.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import { type ManyModels, type ModelSites, readModels } from '../read/model-state.ts'
import type { SeenSites } from '../read/sites.ts'
import type { Lacking } from '../read/state.ts'
import { isSettled } from '../write/carry-out.ts'
import type { CarriedOut } from '../write/propose.ts'
import { type Course, courseOf, type Decision, type PromoteOptions, withCarriedOut } from './promote-model.ts'
import { keepReserve, withUntried } from './untried.ts'

/** A deploy repository whose forge answers many questions in a call. */
type BatchedRepository = DeployRepository & Required<Pick<DeployRepository, 'snapshots'>>

/**
 * Looks at all models in batches and decides about each; then does what is to be done, the oldest release first, with some models
 * read anew in one batch before their turn. A model where nothing is to be done costs its part of a call. What one model fails of,
 * a fault of ours as well, keeps no other from its promotion.
 */
export async function promoteBatches(
  context: World,
  access: DeployAccess & { repository: BatchedRepository },
  deploy: DeployBranch,
  models: readonly string[],
  optionsOf: (model: string) => PromoteOptions | Promise<PromoteOptions>,
  leaves: readonly Lacking[],
): Promise<{ carriedOut: CarriedOut[]; problems: AssayError[] }> {
  const { repository } = access
  const courses = new Map<string, Course>()
  const problems = new Map<string, AssayError>()
  const unseen = [...models]
  let pending: Pending[] = []
  let seen: SeenSites | undefined
  let stopped: AssayError | undefined
  let readAt = 0

  try {
    while (unseen.length > 0) {
      // What was decided a batch ago is decided anew when its turn comes.
      pending = pending.map(undecided)
      await look(unseen.slice(0, AT_A_LOOK))
    }
    pending.sort((a, b) => a.since - b.since)
    while (pending.length > 0) await take(pending.splice(0, AT_A_TURN))
  } catch (error) {
    if (!isAssayError(error)) throw error
    stopped = withUntried(error, [...pending.map(({ course }) => course.model), ...unseen])
  }
  return {
    carriedOut: models.flatMap(model => courses.get(model)?.carriedOut() ?? []),
    problems: [...models.flatMap(model => problems.get(model) ?? []), ...(stopped ? [stopped] : [])],
  }

  /** Decides about models, and is done with those where nothing is to be asked or written. */
  async function look(some: readonly string[]): Promise<void> {
    const states = await read(some)
    for (const model of some) {
      unseen.shift()
      await attempt(model, async () => {
        const course = courseOf(context, access, await optionsOf(model))
        courses.set(model, course)
        const decision = await course.decide(stateIn(states, model))
        if (decision.steps.every(({ work, plan }) => isSettled(work, plan))) await course.carryOut(decision)
        else pending.push({ course, decision, since: sinceOf(decision) })
      })
    }
  }

  /** Does what is to be done for these, by what was decided just now or is read anew for all of them. */
  async function take(turn: Pending[]): Promise<void> {
    const left = [...turn]
    const goOn: Pending[] = []
    try {
      const isFresh = !isOld() && turn.every(({ decision }) => decision !== undefined)
      const states = isFresh ? undefined : await read(turn.map(({ course }) => course.model))
      for (const { course, decision, since } of turn) {
        // The rest is read anew: another run may have come to it.
        if (isOld() && left.length < turn.length) break
        keepReserve(repository)
        left.shift()
        await attempt(course.model, async () => {
          await course.carryOut(states ? await course.decide(stateIn(states, course.model)) : decision!)
          if (!course.isOver()) goOn.push({ course, since })
        })
      }
    } finally {
      pending = [...goOn, ...left.map(undecided), ...pending.map(undecided)]
    }
  }

  async function read(some: readonly string[]): Promise<ManyModels['models']> {
    keepReserve(repository)
    readAt = context.now()
    const { sites, models: found } = await readModels({ access, deploy }, some, { seen, asked: { leaves } })
    seen = sites
    return found
  }

  function isOld(): boolean {
    return context.now() - readAt > FRESH
  }

  async function attempt(model: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (given) {
      context.signal.throwIfAborted()
      const told = isFault(given) ? faultAt(model, given) : given
      const error = withCarriedOut(told, courses.get(model)?.carriedOut() ?? [])
      if (!isAssayError(error) || isHopeless(error)) throw error
      problems.set(model, error)
    }
  }
}

// --- internal ---

/** Models that are read together, and whose states are held at once. */
const AT_A_LOOK = 60
/** Models that are read together right before what is to be done for them is done, which takes some seconds each. */
const AT_A_TURN = 10

/** Milliseconds for which what was read counts as read just now. */
const FRESH = 20_000

/** A model that something is to be done for, with what was decided just now. */
interface Pending {
  course: Course
  decision?: Decision
  /** When the oldest release was made that it is about, in milliseconds. */
  since: number
}

function undecided({ course, since }: Pending): Pending {
  return { course, since }
}

function sinceOf({ steps }: Decision): number {
  const releases = steps.flatMap(({ plan }) =>
    'release' in plan ? plan.release : (plan.open?.release ?? []),
  )
  return Math.min(...releases.map(({ created }) => Date.parse(created)))
}

function stateIn(states: ManyModels['models'], model: string): ModelSites {
  const state = states.get(model)
  if (state === undefined) throw new RangeError(`${model} was not read`)
  if (isAssayError(state)) throw state
  return state
}
