import { configFor } from '../../core/deploy-config/deploy-config.ts'
import { type AliasDue, aliasesDue } from '../../core/mlflow/aliases.ts'
import { tagIn } from '../../core/mlflow/answers.ts'
import { releaseTag } from '../../core/mlflow/registration.ts'
import { aliased, setAlias, versionOf } from '../../core/mlflow/requests.ts'
import { type NotDone, notDoneWords } from '../../core/mlflow/words.ts'
import type { PromotionFacts } from '../../core/promotion/plan/facts.ts'
import { isRecorded } from '../../core/promotion/plan/standing.ts'
import { mlflowWay } from '../../core/secrets/mlflow-way.ts'
import type { World } from '../command/context.ts'
import { type MlflowServer, openMlflow, orNoted } from './server.ts'

/** What was said and done for one model. */
export interface AliasesTold {
  did: string[]
  notes: string[]
}

/**
 * Lets the aliases of registered models follow what serves, where `assay-deploy.yml` asks for it. Only the server is asked that the
 * environment names: a record may be of anybody. One deadline holds for all models of a run, so that a server that is down costs it
 * once. What an alias names already is not set again.
 */
export function aliasTeller(
  context: Pick<World, 'env' | 'ci' | 'signal'>,
): (model: string, facts: Pick<PromotionFacts, 'config' | 'stays'>) => Promise<AliasesTold> {
  let opened: { server: MlflowServer } | { refused: string } | undefined

  function server(): { server: MlflowServer } | { refused: string } {
    if (opened) return opened
    const way = mlflowWay(context.ci, { server: undefined, namedBy: 'job' }, context.env)
    if (!way || 'refused' in way)
      opened = {
        refused: way?.refused ?? 'MLFLOW_TRACKING_URI, which says whose aliases they are, is not set',
      }
    else opened = { server: openMlflow(context, way, LIMIT) }
    return opened
  }

  return async (model, { config, stays }) => {
    const serving = new Map(
      stays
        .filter(stay => stay.until === undefined && isRecorded(stay.standing))
        .map(({ environment, release }) => [environment, release]),
    )
    const did: string[] = []
    const notDone: NotDone[] = []
    for (const due of aliasesDue(configFor(config, model), serving)) {
      const what = `the alias ${due.alias} of ${due.model} was not set`
      const way = server()
      if ('refused' in way) notDone.push({ what, why: way.refused })
      else if (rootOf(way.server.address) !== rootOf(due.server))
        notDone.push({
          what,
          why: `the release is registered at ${due.server}, and MLFLOW_TRACKING_URI names another server`,
        })
      else if (
        await orNoted(notDone, what, () =>
          follow(way.server, due, reason => notDone.push({ what, why: reason })),
        )
      )
        did.push(`${due.model}: version ${due.version} (${due.release.version}) is ${due.alias} in MLflow`)
    }
    return { did, notes: notDoneWords(notDone) }
  }
}

// --- internal ---

/** Milliseconds. */
const LIMIT = 30_000

function rootOf(address: string): string {
  return address.replace(/\/+$/, '')
}

/** Whether it was set. The version must be that of the release: a record that names another's moves nothing. */
async function follow(
  server: MlflowServer,
  { model, alias, version, release }: AliasDue,
  refuse: (reason: string) => void,
): Promise<boolean> {
  if ((await aliasedVersion(server, model, alias)) === version) return false
  const { model_version: there } = await server.send(versionOf(model, version))
  const { key, value } = releaseTag(release)
  if (tagIn(there.tags, key) !== value) {
    refuse(`version ${version} of ${model} is not of this release, by its tag ${key}`)
    return false
  }
  await server.send(setAlias(model, alias, version))
  return true
}

/** An alias that there is not is refused as a wrong value. */
async function aliasedVersion(
  server: MlflowServer,
  model: string,
  alias: string,
): Promise<string | undefined> {
  const said = await server.ask(aliased(model, alias))
  return 'answer' in said ? said.answer.model_version.version : undefined
}
