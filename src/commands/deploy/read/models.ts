import { configFor, type DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import {
  PROMOTION_PREFIX,
  parsePromotionBranch,
  recordFinder,
} from '../../../core/promotion/places/places.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { unknownModel } from '../../command/unknown-name.ts'

/**
 * That a model is one of the deploy repository. Called only where nothing was found of it: a name that is not there is a mistake,
 * not a wish for nothing, and only then the whole repository is listed for it.
 *
 * @throws AssayError `MODEL_UNKNOWN` with the nearest name
 */
export async function checkModel(
  repository: DeployRepository,
  { config, commit }: { config: DeployConfig; commit: string },
  model: string,
): Promise<void> {
  const known = await knownModels(repository, { config, commit })
  if (!known.includes(model)) throw unknownModel(model, known)
}

/** Also those that only the configuration names. */
export async function knownModels(
  repository: DeployRepository,
  { config, commit }: { config: DeployConfig; commit: string },
): Promise<string[]> {
  return [...new Set([...(await modelsOf(repository, config, commit)), ...Object.keys(config.models)])]
}

/** Every model that has a record on the branch, or an open promotion, by name. */
export async function modelsOf(
  repository: DeployRepository,
  config: DeployConfig,
  commit: string,
): Promise<string[]> {
  const find = recordFinder(config)
  const served = (await repository.listFiles(commit, '')).flatMap(path => find(path)?.model ?? [])
  const proposed = (await repository.listBranches(PROMOTION_PREFIX)).flatMap(
    name => parsePromotionBranch(name)?.model ?? [],
  )
  const known = [...new Set([...served, ...proposed])]
  return known.filter(model => configFor(config, model).environments.length > 0).sort()
}
