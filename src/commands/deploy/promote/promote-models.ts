import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { faultAt, isFault } from '../../../core/errors/fault.ts'
import { isHopeless } from '../../../core/errors/outside.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import { signatureAsker } from '../live/ask-signature.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import type { Lacking } from '../read/state.ts'
import type { CarriedOut } from '../write/propose.ts'
import { promoteBatches } from './promote-batches.ts'
import { type PromoteOptions, promoteModel } from './promote-model.ts'
import { withUntried } from './untried.ts'

/** What became of some models, and why of some nothing did. */
export interface Promoted {
  carriedOut: CarriedOut[]
  problems: AssayError[]
}

/**
 * Promotes models, many of them in batches where the forge answers many questions in a call, else one after the other. One whose
 * manifests are broken, or that meets a fault of ours, keeps no other from its promotion; where the forge itself fails, the rest is not tried, and the problem
 * says so.
 *
 * @param optionsOf how a model is promoted; what it throws is that model's problem
 * @param leaves environments that are not reached: no model gets there
 * @throws AssayError where the only model fails
 */
export async function promoteModels(
  context: World,
  access: DeployAccess,
  deploy: DeployBranch,
  models: readonly string[],
  optionsOf: (model: string) => PromoteOptions | Promise<PromoteOptions>,
  leaves: readonly Lacking[] = [],
): Promise<Promoted> {
  // One for all: a registry that does not answer is waited for once.
  const askSignature = signatureAsker(context, access.repository)
  const optionsFor = async (model: string) => ({ askSignature, leaves, ...(await optionsOf(model)) })
  const { repository } = access
  const { snapshots } = repository
  if (models.length > 1 && snapshots)
    return promoteBatches(
      context,
      { ...access, repository: { ...repository, snapshots } },
      deploy,
      models,
      optionsFor,
      leaves,
    )
  const carriedOut: CarriedOut[] = []
  const problems: AssayError[] = []
  for (const [index, model] of models.entries())
    try {
      carriedOut.push(...(await promoteModel(context, access, deploy, await optionsFor(model))))
    } catch (given) {
      context.signal.throwIfAborted()
      const error = isFault(given) && models.length > 1 ? faultAt(model, given) : given
      if (!isAssayError(error) || models.length === 1) throw error
      const rest = isHopeless(error) ? models.slice(index + 1) : []
      problems.push(withUntried(error, rest))
      if (rest.length > 0) break
    }
  return { carriedOut, problems }
}
