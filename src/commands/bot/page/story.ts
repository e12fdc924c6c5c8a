import { configFor, type DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { cellsOf } from '../../../core/page/overview.ts'
import { inFlightOf, type Story, type StoryStay } from '../../../core/page/story.ts'
import { withTraffic } from '../../../core/page/traffic.ts'
import { promotionBranch, recordPath, triedPaths } from '../../../core/promotion/places/places.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { ClosedPullRequest } from '../../../forges/pull-requests.ts'
import type { SiteLedger } from '../../deploy/ledger/ledger.ts'
import { remoteLedger } from '../../deploy/ledger/remote.ts'
import { ledgerRows } from '../../deploy/ledger/rows.ts'
import { canaryOrNone, mergeOf } from '../../deploy/read/canaries.ts'
import { branchOnForge } from '../../deploy/read/deploy-branch.ts'
import { staysOf } from '../../deploy/read/facts.ts'
import type { KnownStay } from '../../deploy/read/standing-stays.ts'
import type { RepositoryName } from '../keys.ts'
import type { BotWorld } from '../world.ts'
import { clustersNow } from './clusters.ts'
import { illIn } from './ill.ts'
import { maskedCells, OVERVIEW_RIGHTS } from './overview.ts'

/**
 * All that the page of a model says, read at once; undefined where the deploy repository has no such model.
 *
 * @throws AssayError those of `world.open` and of the forge
 */
export async function readStory(
  world: BotWorld,
  repository: RepositoryName,
  model: string,
): Promise<Story | undefined> {
  const access = await world.open(repository, OVERVIEW_RIGHTS)
  try {
    const readAt = world.now()
    const deploy = branchOnForge(repository.name, await access.defaultBranch())
    const ledger = await remoteLedger({ access, deploy }, model, { isWithin: true })
    if (!ledger.models.includes(model)) return undefined
    const { environments } = configFor(ledger.config, model)
    const { rows, records, plans } = await ledgerRows(ledger, readAt)
    const { config } = ledger
    const [ill, watched] = await Promise.all([
      illIn(world, access.repository, ledger),
      world.traffic?.read(repository),
    ])
    const own = cellsOf(
      rows.filter(row => row.model === model),
      { config, records, plans, pullRequestUrl: access.pullRequestUrl, ill },
    )
    const cells = maskedCells(world, withTraffic(own, watched, world.traffic?.pageUrl))
    const places = environments.map(environment => ({
      environment,
      recordFile: recordPath(environment, model),
    }))
    const ledgers = [ledger, ...ledger.others]
    const histories = (
      await Promise.all(
        ledgers.map(one => one.histories(places.filter(({ environment }) => one.isHere(environment.name)))),
      )
    ).flat()
    const promotions = places.map(({ environment: { name }, recordFile }) => ({
      environment: name,
      name: promotionBranch(name, model),
      file: recordFile,
    }))
    const seen = (
      await Promise.all(
        ledgers.map(one => one.promotions(promotions.filter(({ environment }) => one.isHere(environment)))),
      )
    ).flat()
    const closed = new Map(seen.map(({ environment, pulls }) => [environment, pulls.closed]))
    const stays = histories.flatMap(({ history, ...place }) => {
      const merged = closed.get(place.environment.name) ?? []
      return staysOf(place, history, merged).flatMap(stay =>
        stay.release.model === model ? [{ ...place, stay, merged }] : [],
      )
    })
    const serving = stays.filter(
      ({ environment, stay }) => stay.until === undefined && ledger.isHere(environment.name),
    )
    const clusters = await Promise.all(
      serving.map(({ environment, stay }) => {
        const beside = besideOn(ledger, environment, model)
        return clustersNow(world, { access, deploy }, environment, { ...stay, beside })
      }),
    )
    return {
      repository: repository.name,
      model,
      environments: environments.map(({ name }) => name),
      cells,
      inFlight: inFlightOf(
        plans.filter(plan => plan.model === model),
        cells,
      ),
      clusters: clusters.flat(),
      stays: stays.map(({ stay, merged }) => storyStay(stay, merged)),
      readAt,
    }
  } finally {
    await access.close()
  }
}

// --- internal ---

/** The release that is tried beside what serves in an environment. */
function besideOn(
  { manifests }: SiteLedger,
  environment: DeployEnvironment,
  model: string,
): ReleaseRecord | undefined {
  const textOf = (path: string) => {
    const text = manifests.get(path)
    return typeof text === 'string' ? text : undefined
  }
  return canaryOrNone({ triedFiles: triedPaths(environment, model) }, textOf, model)?.challenger
}

function storyStay(
  { environment, release, from, until, commit, live }: KnownStay,
  merged: readonly ClosedPullRequest[],
): StoryStay {
  const mergedBy = mergeOf({ commit, at: from }, release, merged)?.mergedBy
  return {
    environment,
    release,
    from,
    ...(mergedBy !== undefined && { mergedBy }),
    ...(live?.healthySince !== undefined && { liveAt: live.healthySince }),
    ...(until !== undefined && { until }),
  }
}
