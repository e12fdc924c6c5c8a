import { isAssayError } from '../../../core/errors/errors.ts'
import { type Cell, cellsOf, type Overview } from '../../../core/page/overview.ts'
import { withTraffic } from '../../../core/page/traffic.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { remoteLedger } from '../../deploy/ledger/remote.ts'
import { ledgerRows } from '../../deploy/ledger/rows.ts'
import { branchOnForge } from '../../deploy/read/deploy-branch.ts'
import type { RepositoryName } from '../keys.ts'
import type { BotWorld, Rights } from '../world.ts'
import { illIn } from './ill.ts'

export const OVERVIEW_RIGHTS: Rights = {
  needs: { contents: 'read', pull_requests: 'read' },
  uses: { statuses: 'read', checks: 'read', deployments: 'read' },
}

/**
 * What a deploy repository says, as `assay inventory` reads it; undefined where it is none.
 *
 * @throws AssayError those of `world.open` and of the forge
 */
export async function readOverview(
  world: BotWorld,
  repository: RepositoryName,
): Promise<Overview | undefined> {
  const access = await world.open(repository, OVERVIEW_RIGHTS)
  try {
    const readAt = world.now()
    const deploy = branchOnForge(repository.name, await access.defaultBranch())
    const ledger = await remoteLedger({ access, deploy }, undefined, { isWithin: true })
    const { rows, records, plans } = await ledgerRows(ledger, readAt)
    const { config } = ledger
    const [ill, watched] = await Promise.all([
      illIn(world, access.repository, ledger),
      world.traffic?.read(repository),
    ])
    const own = cellsOf(rows, { config, records, plans, pullRequestUrl: access.pullRequestUrl, ill })
    const cells = withTraffic(own, watched, world.traffic?.pageUrl)
    return {
      repository: repository.name,
      environments: config.environments.map(({ name }) => name),
      cells: maskedCells(world, cells),
      readAt,
      ...(watched && 'failed' in watched && { unwatched: maskFor(world).text(watched.failed) }),
    }
  } catch (error) {
    if (isAssayError(error, 'DEPLOY_BRANCH_MISSING', 'DEPLOY_CONFIG_MISSING')) return undefined
    throw error
  } finally {
    await access.close()
  }
}

/** Cells in which no secret of the bot is left, wherever it came from. */
export function maskedCells(world: BotWorld, cells: readonly Cell[]): Cell[] {
  const { text } = maskFor(world)
  return cells.map(({ waits, owner, traffic, ...cell }) => ({
    ...cell,
    ...(traffic && { traffic: { ...traffic, words: text(traffic.words) } }),
    ...(waits !== undefined && { waits: text(waits) }),
    ...(owner !== undefined && { owner: text(owner) }),
  }))
}

export type SeeRight = 'none' | 'read' | 'write' | 'unknown'

/**
 * What somebody may do in a repository, by the permission API of the forge: the right to read lets them see it on the page.
 * Whoever has the login now and is another account than `id` has none; what cannot be found out is `unknown`, and no right.
 *
 * @throws AssayError those of `world.open`
 */
export async function rightToSee(
  world: BotWorld,
  repository: RepositoryName,
  { login, id }: { login: string; id?: number },
): Promise<SeeRight> {
  const access = await world.open(repository, OVERVIEW_RIGHTS)
  try {
    const right = await access.people?.rightOf({ login, id: id ?? 0 })
    if (right?.kind !== 'known') return 'unknown'
    return id === undefined || right.id === id ? RIGHTS[right.right] : 'none'
  } finally {
    await access.close()
  }
}

// --- internal ---

const RIGHTS = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'write',
} as const
