import type { DeployConfig } from '../deploy-config/deploy-config.ts'
import type { InventoryRecord, InventoryRow } from '../promotion/inventory.ts'
import { modelOf } from '../promotion/inventory.ts'
import { placeKey } from '../promotion/places/places.ts'
import type { Plan } from '../promotion/plan/plan.ts'
import { type CellState, stateOf, untilOf } from './states.ts'
import type { CellTraffic } from './traffic.ts'

/** A model in an environment, as the page shows it. */
export interface Cell extends InventoryRow {
  state: CellState
  /** When time alone lets it go on, in milliseconds. */
  until?: number
  /** Of the promotion that is open, else of the hold that is proposed: its number and where it can be looked at. */
  pullRequest?: { number: number; url?: string }
  /** Whom the environment asks to review: people, or `organisation/team`. */
  reviewers: readonly string[]
  /** Absent: nobody says that it is watched, or nothing serves. */
  traffic?: CellTraffic
}

/** What a deploy repository says, at one moment. */
export interface Overview {
  /** `owner/name`. */
  repository: string
  environments: string[]
  /** In the order of inventory rows: by model, then by environment; what a model skips has none. */
  cells: Cell[]
  /** In milliseconds. */
  readAt: number
  /** Why of no live traffic anything is known, though it is watched. */
  unwatched?: string
}

/** What a viewer sees of a deploy repository. */
export interface SeenOverview {
  repository: string
  /** Absent: it could not be read yet. */
  overview?: Overview
  /** Why the last reading failed: what is shown is older than it should be. */
  failed?: string
  /** Whether the viewer may write there, and so may do something about what waits for people. */
  mayWrite: boolean
}

/** Cells of the rows of an inventory and what they were made from. */
export function cellsOf(
  rows: readonly InventoryRow[],
  {
    config,
    records,
    plans,
    pullRequestUrl,
    ill,
  }: {
    config: DeployConfig
    records: readonly InventoryRecord[]
    plans: readonly Plan[]
    pullRequestUrl?: ((number: number) => string) | undefined
    /** Where what serves was found ill, by `placeKey`, and why. */
    ill?: ReadonlyMap<string, string>
  },
): Cell[] {
  const unreadable = new Set(
    records
      .filter(record => 'unreadable' in record)
      .map(record => placeKey(record.environment, modelOf(record))),
  )
  const planned = new Map(plans.map(plan => [placeKey(plan.environment, plan.model), plan]))
  const reviewers = new Map(config.environments.map(one => [one.name, one.reviewers]))
  return rows.map(row => {
    const key = placeKey(row.environment, row.model)
    const plan = planned.get(key)
    const number = plan && requestOf(plan)
    const until = untilOf(plan)
    const why = ill?.get(key)
    const waits = [why, row.waits].filter(words => words !== undefined).join('; ')
    return {
      ...row,
      ...(waits !== '' && { waits }),
      state: stateOf({
        plan,
        standing: row.manifests,
        serves: row.version !== undefined,
        isWrong: unreadable.has(key) || why !== undefined,
      }),
      ...(until !== undefined && { until }),
      ...(number !== undefined && {
        pullRequest: { number, ...(pullRequestUrl && { url: pullRequestUrl(number) }) },
      }),
      reviewers: reviewers.get(row.environment) ?? [],
    }
  })
}

// --- internal ---

function requestOf(plan: Plan): number | undefined {
  const open = 'open' in plan ? plan.open?.number : undefined
  const hold = plan.holds?.find(one => one.kind === 'held' && one.proposed !== undefined)
  return open ?? (hold?.kind === 'held' ? hold.proposed?.number : undefined)
}
