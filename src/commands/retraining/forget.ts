import { attemptRef, MOST_ATTEMPTS } from '../../core/promotion/retraining/branch.ts'
import type { DeployAccess } from '../command/context.ts'

/** Takes away what a retraining left that is over, its branch last: until that is gone, nobody begins anew. */
export async function forgetRetraining(access: DeployAccess, branch: string, head: string): Promise<void> {
  await forgetClaims(access, branch)
  await access.repository.moveBranch({ branch, from: head, to: undefined })
}

/** Takes away the claims of its attempts. */
export async function forgetClaims({ claims }: DeployAccess, branch: string): Promise<void> {
  for (let attempt = 1; claims && attempt <= MOST_ATTEMPTS; attempt++)
    await claims.forget(attemptRef(branch, attempt))
}
