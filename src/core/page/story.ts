import type { ClusterLiveness } from '../promotion/live/liveness.ts'
import { landingWords } from '../promotion/plan/landing.ts'
import type { Plan } from '../promotion/plan/plan.ts'
import { passes, type Reason, reasonWords } from '../promotion/plan/reasons.ts'
import type { ReleaseRecord } from '../release/record.ts'
import type { Cell } from './overview.ts'

/** A release in an environment. Instants are in milliseconds. */
export interface StoryStay {
  environment: string
  release: ReleaseRecord
  from: number
  /** Login of whoever merged its promotion, where the forge tells. */
  mergedBy?: string
  /** When it was found live. */
  liveAt?: number
  /** When another took its place. */
  until?: number
}

/** What is on its way into an environment, and all that it waits for. */
export interface InFlight {
  environment: string
  version: string
  pullRequest?: Cell['pullRequest']
  /** One condition each; `alone`: time or the release itself can meet it. Empty: nothing is left to wait for. */
  conditions: { words: string; alone: boolean }[]
}

/** What serves in one of several clusters of an environment, as it was when the page was read. */
export interface StoryCluster extends ClusterLiveness {
  environment: string
}

/** All that the page of a model says. */
export interface Story {
  repository: string
  model: string
  environments: string[]
  cells: Cell[]
  inFlight: InFlight[]
  /** Of environments that have several. */
  clusters: StoryCluster[]
  /** In any order, as far back as the records are read. */
  stays: StoryStay[]
  /** In milliseconds. */
  readAt: number
}

/** What is on its way by the plans of a model: each release with everything against it, and a proposed one with what lets it in. */
export function inFlightOf(plans: readonly Plan[], cells: readonly Cell[]): InFlight[] {
  const requests = new Map(cells.map(({ environment, pullRequest }) => [environment, pullRequest]))
  return plans.flatMap(plan => {
    const others = ('waiting' in plan ? plan.waiting : []).map(
      (one): InFlight => ({
        environment: plan.environment,
        version: one.release.version,
        conditions: conditionsOf(one.reasons),
      }),
    )
    return [...flightOf(plan, requests.get(plan.environment)), ...others]
  })
}

// --- internal ---

const LEFT = 'somebody pushed to its branch: it is left alone until it is merged or closed'

/** What a plan itself is about, without what waits behind it. */
function flightOf(plan: Plan, request: Cell['pullRequest']): InFlight[] {
  const { environment } = plan
  const open = 'open' in plan ? plan.open : undefined
  const flight = (version: string | undefined, conditions: InFlight['conditions']): InFlight[] => [
    {
      environment,
      version: version ?? 'a release',
      ...(open && request && { pullRequest: request }),
      conditions,
    },
  ]
  switch (plan.action) {
    case 'hold':
      return flight(plan.release.version, conditionsOf(plan.reasons))
    case 'promote':
    case 'update':
      return flight(plan.release.version, [{ words: 'is to be proposed', alone: true }])
    case 'leave':
      return flight(plan.open.release?.version, [{ words: LEFT, alone: false }])
    case 'close':
      return []
    case 'nothing': {
      if (!plan.open) return []
      const condition = { words: landingWords(plan), alone: plan.lands !== 'by_approval' }
      return flight(plan.open.release?.version, [condition])
    }
  }
}

function conditionsOf(reasons: readonly Reason[]): InFlight['conditions'] {
  return reasons.map(reason => ({ words: reasonWords(reason), alone: passes(reason) }))
}
