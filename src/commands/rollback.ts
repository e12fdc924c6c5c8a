import { AssayError, isAssayError } from '../core/errors/errors.ts'
import { heldBy } from '../core/promotion/places/hold-file.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './context.ts'
import { checkSeen } from './deploy/read/check-seen.ts'
import { findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { inPlace } from './deploy/read/error-in-place.ts'
import { factsOf } from './deploy/read/facts.ts'
import { readModelState } from './deploy/read/state.ts'
import { askedBy } from './deploy/write/asked-by.ts'
import { StateMoved } from './deploy/write/promotion.ts'
import { promotionsResult } from './deploy/write/promotions-result.ts'
import { rollbackModel } from './deploy/write/rollback-model.ts'
import type { ROLLBACK_OPTIONS } from './options.ts'
import { unknownEnvironment } from './unknown-name.ts'

type Options = OptionValues<typeof ROLLBACK_OPTIONS>

/** Opens the pull request that restores the last healthy release, byte for byte, and holds automatic promotion. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { model, environment, to, reason = 'no reason given', 'dry-run': dryRun } = options
  if (model === undefined || environment === undefined) throw usage()
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access => {
    for (let attempt = 0; ; attempt++)
      try {
        const state = await readModelState(access.repository, deploy.branch, model)
        await checkSeen(access.repository, state)
        const here = state.places.find(one => one.environment.name === environment)
        if (!here)
          throw unknownEnvironment(
            environment,
            state.places.map(one => one.environment.name),
          )
        const held = state.files.get(here.holdFile)
        if (held !== undefined && heldBy(held, here.holdFile).rollback && to === undefined)
          throw alreadyHeld(here.holdFile)
        const facts = await factsOf(access.repository, state, {
          now: context.now(),
          candidates: [],
          askLive: async () => ({ health: 'unknown' }),
        })
        const work = { access, state, facts, dryRun, complete: <T>(proposal: T) => proposal }
        const request = { ...(to !== undefined && { version: to }), ...askedBy(context, reason) }
        const done = await rollbackModel(work, here, request).catch((error: unknown) => {
          throw isAssayError(error) ? inPlace(error, here, model) : error
        })
        return promotionsResult([done], deploy)
      } catch (error) {
        if (!(error instanceof StateMoved) || attempt >= ATTEMPTS) throw error
      }
  })
}

// --- internal ---

const ATTEMPTS = 10

function usage(): AssayError {
  return new AssayError({
    code: 'USAGE',
    title: 'A rollback is of one model in one environment',
    problems: [{ what: 'one of them is missing', fix: 'assay rollback <model> --environment <name>' }],
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
