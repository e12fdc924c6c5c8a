import { deployAddress } from '../../core/secrets/deploy-address.ts'
import type { ForgeName } from '../../forges/index.ts'
import type { DeploySite } from '../deploy/read/deploy-branch.ts'
import { staysOf } from '../deploy/read/facts.ts'
import { placesIn, readModel } from '../deploy/read/model-state.ts'
import { servingsIn } from '../deploy/read/serving.ts'
import { placesOf, readDeploy } from '../deploy/read/state.ts'
import { championOf } from '../retraining/champion.ts'
import { impossible, type Retrainable, type RetrainSource, retrainable } from '../retraining/facts.ts'
import { openHome } from './open-home.ts'
import type { BotWorld, Rights } from './world.ts'

/** In the deploy repository. When something began to serve is told by its pull request. */
export const CHAMPION_RIGHTS: Rights = {
  needs: { contents: 'read', pull_requests: 'read', statuses: 'read' },
}

/** The version that a retraining is because of. */
export interface Champion {
  config: Retrainable
  version: string
  /** Since when it serves somewhere, in milliseconds, where that is known. */
  since: number | undefined
}

/**
 * What serves a model by the deploy repository that its configuration names.
 *
 * @throws AssayError `RETRAIN_IMPOSSIBLE`, `MODEL_UNKNOWN`, `ENVIRONMENT_UNKNOWN`; those of `world.open`
 */
export async function readChampion(
  world: BotWorld,
  asked: Asked & { environment: string | undefined },
): Promise<Champion> {
  const { source, model, environment } = asked
  const config = retrainable(source, model)
  const home = await openDeploy(world, asked)
  try {
    const { version } = await championOf(home, model, config, environment)
    const places = placesIn(await readModel(home, model))
    const stays = places.flatMap(({ place }) => staysOf(place, place.history, place.promotion.pulls.closed))
    const begun = stays.filter(({ until, release }) => until === undefined && release.version === version)
    return {
      config,
      version,
      since: begun.length === 0 ? undefined : Math.min(...begun.map(one => one.from)),
    }
  } finally {
    await home.access.close()
  }
}

/**
 * The environments that a model has in the deploy repository that its configuration names; undefined where it names none of the forge.
 *
 * @throws AssayError those of `world.open`, or where the deploy repository is not ready
 */
export async function environmentsOf(
  world: BotWorld,
  { forge, source, model }: Asked,
): Promise<string[] | undefined> {
  const named = source.models[model]?.deploy
  const deploy = named && onForge(world, named)
  if (!deploy) return undefined
  const { repository, close } = await world.open({ forge, name: deploy.name }, CHAMPION_RIGHTS)
  try {
    const { config } = await readDeploy(repository, deploy.branch)
    return placesOf(config, model).map(({ environment }) => environment.name)
  } finally {
    await close()
  }
}

/**
 * The versions that serve each of some models in any environment, by the deploy repository that all of these name.
 *
 * @throws AssayError likewise
 */
export async function versionsServing(
  world: BotWorld,
  { forge, source, models }: Omit<Asked, 'model'> & { models: readonly string[] },
): Promise<Map<string, ReadonlySet<string>>> {
  const found = new Map<string, ReadonlySet<string>>()
  const [first] = models
  if (first === undefined) return found
  const home = await openDeploy(world, { forge, source, model: first })
  try {
    for (let at = 0; at < models.length; at += MODELS_AT_ONCE) {
      const servings = await servingsIn(home, models.slice(at, at + MODELS_AT_ONCE))
      for (const [model, { environments }] of servings)
        found.set(model, new Set(environments.flatMap(({ release }) => release?.version ?? [])))
    }
    return found
  } finally {
    await home.access.close()
  }
}

// --- internal ---

const MODELS_AT_ONCE = 20

interface Asked {
  forge: ForgeName
  source: RetrainSource
  model: string
}

function onForge(world: BotWorld, named: Retrainable['deploy']) {
  const address = deployAddress(named.repository, world.ci.serverUrl, 'file')
  return address.kind === 'forge' ? { address, name: address.repository, branch: named.branch } : undefined
}

/** The way to the deploy repository that the configuration of a model names. */
async function openDeploy(world: BotWorld, { forge, source, model }: Asked): Promise<DeploySite> {
  const config = retrainable(source, model)
  const deploy = onForge(world, config.deploy)
  if (!deploy)
    throw impossible(model, [{ what: 'it is deployed from plain git, where the App is not installed' }])
  return { deploy, access: await openHome(world, { forge, name: deploy.name }, CHAMPION_RIGHTS) }
}
