import type { Retrain } from '../../core/config/retrain.ts'
import { type RetrainingState, retrainingState } from '../../core/promotion/retraining/plan.ts'
import type { DeployAccess } from '../command/context.ts'
import { type RetrainWorld, runsOf, runsOfClaim } from './runs.ts'

/** What became of the retraining on a branch; undefined where the forge knows of none any more. */
export async function readRetrainingState(
  world: RetrainWorld,
  access: DeployAccess,
  { branch, base, rule }: { branch: string; base: string; rule: Retrain | undefined },
): Promise<RetrainingState | undefined> {
  const { repository } = access
  const { pullRequests } = repository
  if (!pullRequests) return undefined
  const head = (await repository.readBranches([branch])).get(branch)?.commit
  const own = { branch, head, ...(await pullRequests.ofBranch(branch, base)) }
  const isProposed = own.open !== undefined || own.closed.length > 0
  if (head === undefined || isProposed || !rule || 'file' in rule) return retrainingState(own, [])
  const asked = runsOf(rule, access, world)
  return retrainingState(own, 'impossible' in asked ? [] : await runsOfClaim(access, asked, { ...own, head }))
}
