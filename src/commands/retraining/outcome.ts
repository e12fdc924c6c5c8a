import type { Retrain } from '../../core/config/retrain.ts'
import { type RetrainingOutcome, retrainingState } from '../../core/promotion/retraining/plan.ts'
import type { DeployAccess } from '../command/context.ts'

/** What became of the retraining on a branch; undefined where the forge knows of none any more. */
export async function readOutcome(
  { repository, workflows }: DeployAccess,
  { branch, base, rule }: { branch: string; base: string; rule: Retrain | undefined },
): Promise<RetrainingOutcome | undefined> {
  const { pullRequests } = repository
  if (!pullRequests) return undefined
  const head = (await repository.readBranches([branch])).get(branch)?.commit
  const own = { branch, head, ...(await pullRequests.ofBranch(branch, base)) }
  const isStarted = rule && 'workflow' in rule && head !== undefined && !own.open && own.closed.length === 0
  const runs = isStarted && workflows ? await workflows.runsOn(rule.workflow, branch) : []
  return retrainingState(own, runs)
}
