import { AssayError } from '../core/errors/errors.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { ROLLBACK_OPTIONS } from './command/options.ts'
import { findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { askedBy } from './deploy/write/asked-by.ts'
import { promotionsResult } from './deploy/write/promotions-result.ts'
import { rollBack } from './deploy/write/roll-back.ts'

type Options = OptionValues<typeof ROLLBACK_OPTIONS>

/** Opens the pull request that restores the last healthy release, byte for byte, and holds automatic promotion. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { model, environment, to, reason = 'no reason given', 'dry-run': dryRun } = options
  if (model === undefined || environment === undefined) throw usage()
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access => {
    const asked = { model, environment, dryRun, ...(to !== undefined && { version: to }) }
    const request = { ...asked, ...askedBy(context, reason) }
    return promotionsResult([await rollBack({ access, deploy }, request, context.now())], deploy)
  })
}

// --- internal ---

function usage(): AssayError {
  return new AssayError({
    code: 'USAGE',
    title: 'A rollback is of one model in one environment',
    problems: [{ what: 'one of them is missing', fix: 'assay rollback <model> --environment <name>' }],
  })
}
