import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { heldBy } from '../../../core/promotion/places/hold-file.ts'
import type { DeploySite } from '../read/deploy-branch.ts'
import { factsOf } from '../read/facts.ts'
import { triedIn } from '../read/state.ts'
import { inPlace } from '../read/written.ts'
import { placeAsked } from './hold-change.ts'
import { StateMoved } from './promotion.ts'
import type { CarriedOut } from './propose.ts'
import { type RollbackRequest, rollbackModel } from './rollback-model.ts'

export interface RollbackAsked extends RollbackRequest {
  model: string
  environment: string
  dryRun: boolean
  /** When it was asked for, in milliseconds: what has begun to serve since was not meant. */
  askedAt?: number
}

/**
 * Proposes to return to an earlier release, from what is there now; where that moves meanwhile, anew.
 *
 * @throws AssayError `ROLLBACK_IMPOSSIBLE`, `ENVIRONMENT_UNKNOWN`
 */
export async function rollBack(home: DeploySite, asked: RollbackAsked, now: number): Promise<CarriedOut> {
  const { model, environment, dryRun, askedAt, ...request } = asked
  for (let attempt = 0; ; attempt++)
    try {
      const { access, state, place: here, sites } = await placeAsked(home, asked)
      const held = state.files.get(here.holdFile)
      const isTried = triedIn(here, path => state.files.get(path)) !== undefined
      const isBack = held !== undefined && heldBy(held, here.holdFile).rollback
      if (isBack && !isTried && request.version === undefined) throw alreadyHeld(here.holdFile)
      const askLive = async () => ({ health: 'unknown' as const })
      const facts = await factsOf(sites, { now, candidates: [], askLive })
      const serving = facts.stays.findLast(one => one.environment === environment && one.until === undefined)
      if (askedAt !== undefined && serving && serving.from > askedAt)
        throw hasMoved(environment, serving.release.version)
      const work = { access, state, facts, dryRun, complete: <T>(proposal: T) => proposal }
      return await rollbackModel(work, here, request).catch((error: unknown) => {
        throw isAssayError(error) ? inPlace(error, here, model) : error
      })
    } catch (error) {
      if (!(error instanceof StateMoved) || attempt >= ATTEMPTS) throw error
    }
}

// --- internal ---

const ATTEMPTS = 10

function hasMoved(environment: string, version: string): AssayError {
  const what = `${version} serves in ${environment} since, which was not there when this was asked for`
  return new AssayError({
    code: 'ROLLBACK_IMPOSSIBLE',
    title: 'What serves there has changed',
    problems: [{ what, fix: 'ask again if it is meant' }],
  })
}

/** Going back once more must be somebody's word, or the second run of a job would go further than the first. */
function alreadyHeld(hold: string): AssayError {
  return new AssayError({
    code: 'ROLLBACK_IMPOSSIBLE',
    title: 'It was rolled back already',
    problems: [
      {
        what: 'the hold of a rollback is in force there',
        where: { file: hold },
        fix: 'to go further back, name the version with --to; to go on, `assay promote <model> --environment <name> --release-hold`',
      },
    ],
  })
}
