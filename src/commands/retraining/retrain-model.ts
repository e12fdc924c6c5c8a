import { isAssayError, type Problem } from '../../core/errors/errors.ts'
import { claimOf, MOST_ATTEMPTS } from '../../core/promotion/retraining/branch.ts'
import { planRetraining, type SeenRetraining } from '../../core/promotion/retraining/plan.ts'
import { dayOf } from '../../core/text/instant-words.ts'
import { forgetTurn, takeTurn } from '../../forges/ensure/turn.ts'
import { mayHaveHappened } from '../../forges/forge-error.ts'
import type { StartedRun } from '../../forges/workflows.ts'
import type { DeployAccess } from '../command/context.ts'
import { begin, beginRuns } from './begin.ts'
import { impossible, type Retrainable, type RetrainSource, readRetrainings } from './facts.ts'
import { type Asked, proposeRetrained, writeDataVersion } from './propose.ts'
import { type RetrainRuns, type RetrainWorld, runsOf, runsOfClaim } from './runs.ts'

export interface RetrainRequest extends Asked {
  source: RetrainSource
  config: Retrainable
  /** Milliseconds since the epoch. */
  now: number
  dryRun: boolean
  world: RetrainWorld
}

export interface Retrained {
  model: string
  champion: string
  action: 'proposed' | 'started' | 'waits' | 'nothing'
  words: string
  url?: string
  /** When to look again, in milliseconds since the epoch. */
  again?: number
}

/**
 * Begins the retraining of a model for the version that serves, or does what is missing of one that was begun. Its branch is the
 * claim: whoever makes it begins, and everybody else finds it. However often and from wherever it is called, there is one.
 *
 * @throws AssayError `RETRAIN_IMPOSSIBLE`; those of the forge
 */
export async function retrainModel(access: DeployAccess, request: RetrainRequest): Promise<Retrained> {
  const { source, config, model, champion, now, dryRun } = request
  const { repository } = access
  const { pullRequests } = repository
  if (!pullRequests) throw impossible(model, [{ what: `${repository.name} has no pull requests` }])
  const base = source.branch
  const { own, others } = await readRetrainings(repository, pullRequests, { model, champion, base })
  const plan = planRetraining({ rule: config.retrain, own, others, now })
  const done = { model, champion }
  if (plan.action === 'waits') {
    const { words, proposal, until } = plan
    return {
      ...done,
      action: proposal && proposal === own.open ? 'nothing' : 'waits',
      words: until === undefined ? words : `${words}; again from ${dayOf(until)} on`,
      ...(proposal && { url: proposal.url }),
    }
  }
  if (dryRun) return { ...done, action: 'waits', words: `would retrain on the branch ${own.branch}` }
  let head = own.head
  if (plan.action === 'claim') {
    const beginning = { branch: own.branch, commit: source.head.commit, forget: plan.forget, now }
    if ('file' in config.retrain) head = await begin(access, beginning)
    else {
      const asked = runsOf(config.retrain, access, request.world)
      head = await beginRuns(access, { ...beginning, runs: 'impossible' in asked ? undefined : asked })
      if (head === undefined)
        return {
          ...done,
          action: 'waits',
          words: `it is being begun on ${own.branch}`,
          again: now + STARTS_MS,
        }
    }
  }
  return { ...done, ...(await carryOn(access, request, { ...own, head: head! })) }
}

// --- internal ---

type Begun = SeenRetraining & { head: string }

type Done = Omit<Retrained, 'model' | 'champion'>

/** Between the claim and the first sign of its run. */
const STARTS_MS = 60_000

async function carryOn(access: DeployAccess, request: RetrainRequest, begun: Begun): Promise<Done> {
  const { source, config } = request
  const { retrain } = config
  const isEmpty = await access.repository.contains(source.head.commit, begun.head)
  if (!isEmpty) return proposeRetrained(access, request, begun.branch)
  if (!('file' in retrain)) return start(access, request, begun, runsOf(retrain, access, request.world))
  await writeDataVersion(access, request, { ...begun, ...retrain })
  return proposeRetrained(access, request, begun.branch)
}

async function start(
  access: DeployAccess,
  { model, now }: RetrainRequest,
  begun: Begun,
  asked: RetrainRuns | { impossible: Problem[] },
): Promise<Done> {
  const { claims, repository } = access
  if ('impossible' in asked) throw impossible(model, asked.impossible)
  if (!claims) throw impossible(model, [{ what: `nothing can be claimed in ${repository.name}` }])
  const { branch, head } = begun
  const runs = await runsOfClaim(access, asked, begun)
  if (runs.length > 0) await forgetTurn(claims, startOf(branch, runs.length))
  const stop = whyNotStart(runs, branch)
  if (stop) return stop
  const attempt = runs.length + 1
  // Of two who make the branch neither knows who was first, and whoever was killed after it has started nothing.
  const turn = await takeTurn(claims, { name: startOf(branch, attempt), commit: head, now })
  if (!turn)
    return { action: 'waits', words: `${asked.name} is being started on ${branch}`, again: now + STARTS_MS }
  try {
    await asked.start(branch, claimOf(branch, attempt))
  } catch (error) {
    if (!mayHaveHappened(error) && !isAssayError(error, 'JENKINS_UNAVAILABLE')) await turn.end()
    throw error
  }
  // The turn stays until its run is to be seen, or its time is over.
  const words = `${asked.name} is started on ${branch}`
  return {
    action: 'started',
    words: attempt === 1 ? words : `${words}, attempt ${attempt}`,
    again: now + STARTS_MS,
  }
}

/** Name of the turn in which an attempt is started. */
function startOf(branch: string, attempt: number): string {
  return `start ${branch} ${attempt}`
}

/** What the runs that were started say to one more. */
function whyNotStart(runs: readonly StartedRun[], branch: string): Done | undefined {
  const going = runs.find(({ state }) => state === 'running')
  if (going) return { action: 'nothing', words: 'its run is under way', url: going.url }
  const passed = runs.find(({ state }) => state === 'passed')
  if (passed)
    return {
      action: 'waits',
      words: `its run ended and left no commit on ${branch}; delete the branch to have it begun anew`,
      url: passed.url,
    }
  if (runs.length < MOST_ATTEMPTS) return undefined
  const words = `${MOST_ATTEMPTS} runs failed; delete the branch ${branch} to have it begun anew`
  return { action: 'waits', words, url: runs[0]!.url }
}
