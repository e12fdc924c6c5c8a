import { isAssayError } from '../../../core/errors/errors.ts'
import type { Liveness } from '../../../core/promotion/live/liveness.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { ChallengerLive } from '../../../core/traffic/canary/live.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import type { EnvironmentPlace } from '../read/state.ts'
import { asker } from './ask-live.ts'

/**
 * Whether what a step of a canary has brought is live: both releases, and at the share of the step. Undefined where the environment
 * names no Argo CD.
 */
export type AskTried = (
  place: Pick<EnvironmentPlace, 'environment' | 'folder'>,
  step: {
    champion: ReleaseRecord
    challenger: ReleaseRecord
    /** That brought the step. */
    commit?: string | undefined
  },
) => Promise<ChallengerLive | undefined>

/** By Argo CD, each time. What keeps it from being asked is what nobody knows then. */
export function triedAsker(world: World, access: DeployAccess, deploy: DeployBranch): AskTried {
  return async (place, { champion, challenger, commit }) => {
    const { argocd, target } = place.environment
    // Argo Rollouts itself gives a version no more than its pods that are ready take.
    if (!argocd || target === 'argo-rollouts') return undefined
    if (commit === undefined) return { unknown: 'no commit is known that brought the step' }
    const serving = { release: champion, commit, beside: challenger, isBesideAwaited: true }
    try {
      const ask = asker(world, access, deploy, place, serving)
      return ask && liveBy(await ask({ refresh: false }))
    } catch (error) {
      if (!isAssayError(error)) throw error
      const words = error.problems.flatMap(({ what, fix }) => [what, ...(fix === undefined ? [] : [fix])])
      return { unknown: words.join('. ') || error.message }
    }
  }
}

// --- internal ---

function liveBy({ state, healthySince, reasons }: Liveness): ChallengerLive {
  const why = reasons.join('; ')
  if (state === 'unknown') return { unknown: why }
  if (state !== 'live') return { not: why || `it is ${state}` }
  return healthySince === undefined
    ? { unknown: 'Argo CD does not say since when it is healthy' }
    : { since: healthySince }
}
