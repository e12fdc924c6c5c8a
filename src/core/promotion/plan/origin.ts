import { isRepository } from '../../deploy-config/from.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { PromotionFacts } from './facts.ts'
import type { Known } from './known.ts'
import type { Reason } from './reasons.ts'

/**
 * Who may release a model. Whoever may write to the deploy repository, by a token of many repositories, could release a model
 * of any name: so the repository in the record counts, and it is decided here for every way in.
 */

interface Asked {
  environment: { name: string }
  model: string
  facts: Pick<PromotionFacts, 'config'>
  all: Known
}

/** The reason against a release from a repository that may not release the model. */
export function reasonOfOrigin(asked: Asked, release: ReleaseRecord): Reason | undefined {
  const origins = originsOf(asked)
  if (!origins || origins.allowed.some(one => isRepository(release.repository, one))) return undefined
  return { kind: 'origin', repository: release.repository, ...origins }
}

/**
 * Whether nobody has let the model in yet: nothing of it serves anywhere, and no line under `models` says where it comes from.
 * A first release waits for a person.
 */
export function isNewModel({ model, facts: { config }, all }: Omit<Asked, 'environment'>): boolean {
  if (config.isNamed) return false
  return config.environments.every(({ name }) => all.serving(name, model) === undefined)
}

// --- internal ---

/** As the configuration says, else as what serves here, or elsewhere; of a new model, as what is proposed. Undefined: nobody has said. */
function originsOf({
  environment,
  model,
  facts: { config },
  all,
}: Asked): Pick<Extract<Reason, { kind: 'origin' }>, 'allowed' | 'because'> | undefined {
  if (config.from)
    return {
      allowed: config.from.map(one => one.replaceAll('{model}', () => model)),
      because: 'configured',
    }
  const names = config.environments.map(({ name }) => name)
  const of = (releases: (ReleaseRecord | undefined)[]) => [
    ...new Set(releases.flatMap(release => release?.repository ?? [])),
  ]
  const here = of([all.serving(environment.name, model)?.release])
  const serving = here.length > 0 ? here : of(names.map(name => all.serving(name, model)?.release))
  if (serving.length > 0) return { allowed: serving, because: 'serving' }
  const proposed = of(names.map(name => all.open(name, model)?.release))
  return proposed.length > 0 ? { allowed: proposed, because: 'proposed' } : undefined
}
