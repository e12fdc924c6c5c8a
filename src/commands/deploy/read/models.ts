import { configFor, type DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import {
  PROMOTION_PREFIX,
  parsePromotionBranch,
  recordFinder,
} from '../../../core/promotion/places/places.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'

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
