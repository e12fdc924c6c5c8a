import { configFor } from '../../../core/deploy-config/deploy-config.ts'
import { cellsOf } from '../../../core/page/overview.ts'
import { inFlightOf, type Story } from '../../../core/page/story.ts'
import { recordPath } from '../../../core/promotion/places/places.ts'
import { remoteLedger } from '../../deploy/ledger/remote.ts'
import { ledgerRows } from '../../deploy/ledger/rows.ts'
import { staysOf } from '../../deploy/read/facts.ts'
import type { RepositoryName } from '../keys.ts'
import type { BotWorld } from '../world.ts'
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
    const ledger = await remoteLedger(access.repository, await access.defaultBranch(), model)
    if (!ledger.models.includes(model)) return undefined
    const { environments } = configFor(ledger.config, model)
    const { rows, records, plans } = await ledgerRows(ledger, readAt)
    const { config } = ledger
    const cells = maskedCells(
      world,
      cellsOf(
        rows.filter(row => row.model === model),
        { config, records, plans, pullRequestUrl: access.pullRequestUrl },
      ),
    )
    const places = environments.map(environment => ({
      environment,
      recordFile: recordPath(environment, model),
    }))
    const histories = await ledger.histories(places)
    return {
      repository: repository.name,
      model,
      environments: environments.map(({ name }) => name),
      cells,
      inFlight: inFlightOf(
        plans.filter(plan => plan.model === model),
        cells,
      ),
      stays: histories
        .flatMap(({ history, ...place }) => staysOf(place, history, []))
        .filter(({ release }) => release.model === model)
        .map(({ environment, release, from, until }) => ({
          environment,
          release,
          from,
          ...(until !== undefined && { until }),
        })),
      readAt,
    }
  } finally {
    await access.close()
  }
}
