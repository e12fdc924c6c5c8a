import { isAssayError } from '../../../core/errors/errors.ts'
import type { WayBack } from '../../../core/promotion/canary/way-back.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import type { AskWayBack } from '../read/facts.ts'

/** By the rules of the branch that is deployed, asked for once. What keeps them from being read keeps no promotion. */
export function wayBackAsker(repository: DeployRepository, branch: string): AskWayBack {
  let known: Promise<WayBack | undefined> | undefined
  return () => {
    known ??= wayBackOf(repository, branch)
    return known
  }
}

// --- internal ---

async function wayBackOf({ pullRequests }: DeployRepository, branch: string): Promise<WayBack | undefined> {
  if (!pullRequests) return undefined
  if (!pullRequests.mergeRules)
    return { branch, kind: 'unknown', why: 'this forge tells no rules of branches' }
  try {
    const { asks, checks } = await pullRequests.mergeRules(branch)
    return asks.length > 0 ? { branch, kind: 'asked', for: asks } : { branch, kind: 'free', checks }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { branch, kind: 'unknown', why: error.problems.map(({ what }) => what).join('; ') }
  }
}
