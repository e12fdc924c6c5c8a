import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { DEPLOY_FILE } from './deploy-branch.ts'
import { checkModel } from './models.ts'
import { type ModelState, parseDeploy } from './state.ts'

/**
 * That the model of a state is one of the deploy repository: there is a record of it, manifests that wait for their first release,
 * a promotion, or a line in the configuration.
 *
 * @throws AssayError `MODEL_UNKNOWN` with the nearest
 */
export async function checkSeen(repository: DeployRepository, state: ModelState): Promise<void> {
  const { model, head, places, files } = state
  const isThere = places.some(
    ({ recordFile, manifests, history, promotion }) =>
      history.length > 0 ||
      promotion.head !== undefined ||
      [recordFile, ...manifests].some(path => files.get(path) !== undefined),
  )
  if (isThere) return
  const config = parseDeploy(files.get(DEPLOY_FILE) ?? '')
  await checkModel(repository, { config, commit: head.commit }, model)
}
