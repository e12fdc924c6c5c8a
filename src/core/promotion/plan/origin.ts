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
  return refusalOf(release.repository, originsOf(asked))
}

/**
 * The reason against releases of a repository, by its web address, before there is one: as far as the configuration of the
 * model says who may, else what serves of it.
 */
export function reasonAgainst(
  repository: string,
  asked: { model: string; from: readonly string[] | undefined; serving: readonly ReleaseRecord[] },
): Reason | undefined {
  return refusalOf(repository, configuredFor(asked.from, asked.model) ?? servedFrom(asked.serving))
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

type Origins = Pick<Extract<Reason, { kind: 'origin' }>, 'allowed' | 'because'>

/** As the configuration says, else as what serves here, or elsewhere; of a new model, as what is proposed. Undefined: nobody has said. */
function originsOf({ environment, model, facts: { config }, all }: Asked): Origins | undefined {
  const names = config.environments.map(({ name }) => name)
  const serving = (at: string[]) => servedFrom(at.map(name => all.serving(name, model)?.release))
  const proposed = repositoriesOf(names.map(name => all.open(name, model)?.release))
  return (
    configuredFor(config.from, model) ??
    serving([environment.name]) ??
    serving(names) ??
    (proposed.length > 0 ? { allowed: proposed, because: 'proposed' } : undefined)
  )
}

function configuredFor(from: readonly string[] | undefined, model: string): Origins | undefined {
  return from && { allowed: from.map(one => one.replaceAll('{model}', () => model)), because: 'configured' }
}

function servedFrom(releases: readonly (ReleaseRecord | undefined)[]): Origins | undefined {
  const allowed = repositoriesOf(releases)
  return allowed.length > 0 ? { allowed, because: 'serving' } : undefined
}

function repositoriesOf(releases: readonly (ReleaseRecord | undefined)[]): string[] {
  return [...new Set(releases.flatMap(release => release?.repository ?? []))]
}

function refusalOf(repository: string, origins: Origins | undefined): Reason | undefined {
  if (!origins || origins.allowed.some(one => isRepository(repository, one))) return undefined
  return { kind: 'origin', repository, ...origins }
}
