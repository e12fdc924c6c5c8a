import { type Application, applicationsOf } from '../../../core/deploy-config/argocd.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { Liveness } from '../../../core/promotion/live/liveness.ts'
import { routeCauses } from '../../../core/promotion/live/route-causes.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { CanaryCause } from '../../../core/traffic/canary/causes.ts'
import type { ChallengerLive, StepSeen } from '../../../core/traffic/canary/live.ts'
import type { ArgoCd } from '../../../services/argocd/argocd.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import type { EnvironmentPlace } from '../read/state.ts'
import { argoFor } from './argo-client.ts'
import { asker } from './ask-live.ts'

/**
 * Whether what a step of a canary has brought is live: both releases, and at the share of the step; and what is known to have moved
 * that. Nothing where the environment names no Argo CD.
 */
export type AskTried = (
  place: Pick<EnvironmentPlace, 'environment' | 'folder'>,
  step: {
    champion: ReleaseRecord
    challenger: ReleaseRecord
    /** That brought the step. */
    commit?: string | undefined
  },
) => Promise<StepSeen>

/** By Argo CD, each time. What keeps it from being asked is what nobody knows then. */
export function triedAsker(world: World, access: DeployAccess, deploy: DeployBranch): AskTried {
  return async (place, { champion, challenger, commit }) => {
    const { environment } = place
    const applications = applicationsOf(environment, challenger.model)
    if (applications.length === 0) return {}
    // Argo Rollouts itself gives a version no more than its pods that are ready take, and its share is asked for elsewhere.
    const isMoved = environment.target === 'argo-rollouts'
    if (!isMoved && commit === undefined)
      return { live: { unknown: 'no commit is known that brought the step' } }
    const serving = { release: champion, commit: commit ?? '', beside: challenger, isBesideAwaited: true }
    try {
      const ask = isMoved ? undefined : asker(world, access, deploy, place, serving)
      const live = ask && liveBy(await ask({ refresh: false }))
      const causes: CanaryCause[] = []
      for (const application of applications) {
        const argo = argoFor(world, environment, application, deploy)
        causes.push(...(await causesBy(argo, application, { challenger, isMoved })))
      }
      return { ...(live && { live }), causes }
    } catch (error) {
      const live = unknownBy(error)
      return isMoved ? {} : { live }
    }
  }
}

/**
 * Whether what serves is live, and nothing beside it any more, by the commit that took that back. Undefined where the environment
 * names no Argo CD.
 */
export type AskAlone = (
  place: Pick<EnvironmentPlace, 'environment' | 'folder'>,
  serving: { champion: ReleaseRecord; commit: string },
) => Promise<ChallengerLive | undefined>

/** By Argo CD, as of a step. */
export function aloneAsker(world: World, access: DeployAccess, deploy: DeployBranch): AskAlone {
  return async (place, { champion, commit }) => {
    try {
      const ask = asker(world, access, deploy, place, { release: champion, commit, beside: undefined })
      return ask && liveBy(await ask({ refresh: false }))
    } catch (error) {
      return unknownBy(error)
    }
  }
}

// --- internal ---

/** Any but an error that has words is thrown on. */
function unknownBy(error: unknown): ChallengerLive {
  if (!isAssayError(error)) throw error
  const words = error.problems.flatMap(({ what, fix }) => [what, ...(fix === undefined ? [] : [fix])])
  return { unknown: words.join('. ') || error.message }
}

async function causesBy(
  argo: ArgoCd,
  { name, project }: Application,
  { challenger, isMoved }: { challenger: ReleaseRecord; isMoved: boolean },
): Promise<CanaryCause[]> {
  const { version, image, uri } = challenger
  const wanted = { version, ...(image && { image }), ...(uri !== undefined && { uri }) }
  return routeCauses(await argo.application(name, project), await argo.managedResources(name, project), {
    challenger: wanted,
    isMoved,
  })
}

function liveBy({ state, healthySince, reasons }: Liveness): ChallengerLive {
  const why = reasons.join('; ')
  if (state === 'unknown') return { unknown: why }
  if (state !== 'live') return { not: why || `it is ${state}` }
  return healthySince === undefined
    ? { unknown: 'Argo CD does not say since when it is healthy' }
    : { since: healthySince }
}
