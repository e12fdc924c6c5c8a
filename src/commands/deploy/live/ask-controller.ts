import { applicationsOf } from '../../../core/deploy-config/argocd.ts'
import type { DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { controllerState, rolloutOf } from '../../../core/promotion/live/rollout-canary.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { World } from '../../command/context.ts'
import type { AskController } from '../read/canaries.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import { argoFor } from './argo-client.ts'

/**
 * Asks Argo CD for the status of the Rollout that a release is tried by. What keeps it from being asked is a state too: then nobody knows
 * which share it has, and nothing is decided on that.
 */
export function controllerAsker(world: World, deploy: Pick<DeployBranch, 'address' | 'name'>): AskController {
  return async ({ environment }, challenger) => {
    try {
      return await asked(world, deploy, environment, challenger)
    } catch (error) {
      if (!isAssayError(error)) throw error
      return { at: 'unknown', why: error.problems.map(({ what }) => what).join('; ') }
    }
  }
}

// --- internal ---

async function asked(
  world: World,
  deploy: Pick<DeployBranch, 'address' | 'name'>,
  environment: Pick<DeployEnvironment, 'name' | 'argocd' | 'clusters'>,
  challenger: ReleaseRecord,
): ReturnType<AskController> {
  const { name: place } = environment
  const [application, ...others] = applicationsOf(environment, challenger.model)
  if (!application) return { at: 'unknown', why: `\`argocd\` does not say whom to ask in ${place}` }
  if (others.length > 0) return { at: 'unknown', why: `each cluster of ${place} has a controller of its own` }
  const argo = argoFor(world, environment, application, deploy)
  const { name, project } = application
  const wanted = { ...(challenger.image && { image: challenger.image }) }
  const found = rolloutOf(await argo.managedResources(name, project), wanted)
  if ('failed' in found) return { at: 'unknown', why: found.failed }
  return controllerState(await argo.resource(name, project, found), wanted)
}
