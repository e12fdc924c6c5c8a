import { configFor } from '../../../core/deploy-config/deploy-config.ts'
import {
  PROMOTION_PREFIX,
  parsePromotionBranch,
  recordFinder,
} from '../../../core/promotion/places/places.ts'
import { unknownModel } from '../../command/unknown-name.ts'
import { environmentsAt, type SeenSites } from './sites.ts'

/**
 * That a model is one of the deploy repository. Called only where nothing was found of it: a name that is not there is a mistake,
 * not a wish for nothing, and only then the whole repository is listed for it.
 *
 * @throws AssayError `MODEL_UNKNOWN` with the nearest name
 */
export async function checkModel(sites: SeenSites, model: string): Promise<void> {
  const known = await knownModels(sites)
  if (!known.includes(model)) throw unknownModel(model, known)
}

/** Also those that only the configuration names. */
export async function knownModels(sites: SeenSites): Promise<string[]> {
  return [...new Set([...(await modelsOf(sites)), ...Object.keys(sites[0].config.models)])]
}

/** Every model that has a record on a branch of environments, or an open promotion, by name. */
export async function modelsOf(sites: SeenSites): Promise<string[]> {
  const [{ config }] = sites
  const known = new Set<string>()
  const listed = new Set<string>()
  for (const site of sites) {
    const { repository } = site.access
    const find = recordFinder(environmentsAt(sites, site))
    for (const path of await repository.listFiles(site.head.commit, '')) {
      const model = find(path)?.model
      if (model !== undefined) known.add(model)
    }
    // Branches of promotions are those of the repository, whichever branch they are for.
    if (listed.has(repository.name)) continue
    listed.add(repository.name)
    for (const name of await repository.listBranches(PROMOTION_PREFIX)) {
      const model = parsePromotionBranch(name)?.model
      if (model !== undefined) known.add(model)
    }
  }
  return [...known].filter(model => configFor(config, model).environments.length > 0).sort()
}
