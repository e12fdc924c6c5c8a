import { applicationsOf } from '../../../core/deploy-config/argocd.ts'
import type { DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { StoryCluster } from '../../../core/page/story.ts'
import { folderOf } from '../../../core/promotion/places/places.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { asker, type Serving } from '../../deploy/live/ask-live.ts'
import type { DeployBranch } from '../../deploy/read/deploy-branch.ts'
import type { BotWorld } from '../world.ts'

/**
 * How a release stands in each cluster of its environment, as Argo CD says now; empty where there are not several. A cluster that
 * cannot be asked is `unknown`, with why. Nobody waits longer than for a server that was silent before.
 */
export async function clustersNow(
  world: BotWorld,
  at: { access: RepositoryConnection; deploy: DeployBranch },
  environment: DeployEnvironment,
  serving: Serving,
): Promise<StoryCluster[]> {
  const clusters = Object.entries(environment.argocd ? (environment.clusters ?? {}) : {})
  const silent = new Set(applicationsOf(environment, serving.release.model).map(({ server }) => server))
  const found = await Promise.all(
    clusters.map(([cluster, own]) =>
      clusterNow(world, at, { ...environment, clusters: { [cluster]: own } }, serving, silent),
    ),
  )
  return found.flat().map(one => ({ ...one, reasons: one.reasons.map(maskFor(world).text) }))
}

// --- internal ---

/** Of an environment with one cluster alone, so that what keeps it from being asked is its own. */
async function clusterNow(
  world: BotWorld,
  { access, deploy }: { access: RepositoryConnection; deploy: DeployBranch },
  environment: DeployEnvironment,
  serving: Serving,
  silent: Set<string>,
): Promise<StoryCluster[]> {
  const { name } = environment
  const place = { environment, folder: folderOf(environment, serving.release.model) }
  try {
    const { clusters = [] } = await asker(world, access, deploy, place, serving, { silent })!({
      refresh: false,
    })
    return clusters.map(one => ({ ...one, environment: name }))
  } catch (error) {
    if (!isAssayError(error)) throw error
    const reasons = error.problems.map(({ what }) => what)
    const [cluster = ''] = Object.keys(environment.clusters ?? {})
    return [{ environment: name, cluster, state: 'unknown', reasons }]
  }
}
