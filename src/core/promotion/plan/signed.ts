import type { DeployEnvironment } from '../../deploy-config/deploy-config.ts'
import type { SignedBy } from '../../deploy-config/policy.ts'
import type { Image } from '../../release/image.ts'
import { isFrom } from '../../release/image-reference.ts'
import { newerReleases } from './choice.ts'
import type { PromotionFacts } from './facts.ts'
import { known } from './known.ts'
import { reasonOfOrigin } from './origin.ts'

/** Which images are to be looked at for a signature: what was found out comes back as `signatures` of the facts. */

export interface SignatureQuestion {
  environment: string
  image: Image
  by: SignedBy
}

/**
 * The images of what could enter where a signature is asked for, newest first. Nobody is asked about what other rules keep out
 * whatever comes back, so that a release from elsewhere leads no one to a registry.
 */
export function signaturesToAsk(facts: PromotionFacts): SignatureQuestion[] {
  const all = known(facts)
  return facts.config.environments.flatMap(environment => {
    const by = environment.policy?.signed
    if (by === undefined) return []
    const { name } = environment
    return all.models.flatMap(model => {
      const question = { environment, model, facts, all, frost: [] }
      const tried = all.canary(name, model)?.file?.challenger
      const newer = newerReleases(question, all.serving(name, model)?.release, all.open(name, model))
      return [...(tried ? [tried] : []), ...newer]
        .filter(release => reasonOfOrigin(question, release) === undefined)
        .flatMap(({ image }) => (image && mayComeFrom(environment, image) ? [image] : []))
        .slice(0, MOST_ASKED)
        .map(image => ({ environment: name, image, by }))
    })
  })
}

// --- internal ---

/** Of one model in one environment; of what is older nobody is asked, and it stays out. */
const MOST_ASKED = 10

function mayComeFrom({ registries }: DeployEnvironment, { name }: Image): boolean {
  return registries === undefined || registries.some(registry => isFrom(name, registry))
}
