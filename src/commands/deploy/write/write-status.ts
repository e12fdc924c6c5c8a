import { type PromotionStatus, STATUS_CONTEXT } from '../../../core/promotion/status.ts'
import { isRefusal } from '../../../forges/forge.ts'
import type { DeployAccess } from '../../command/context.ts'

/** Whether a status stands on a commit; undefined: there is none to be written. */
export function isStatusThere(
  there: { state: string; description: string } | 'none' | undefined,
  status: PromotionStatus | undefined,
): boolean {
  if (!status) return true
  return typeof there === 'object' && there.state === status.state && there.description === status.description
}

/** Writes a status where it is another than the one that stands there. */
export async function writeStatus(
  { access: { forge } }: { access: Pick<DeployAccess, 'forge'> },
  commit: string | undefined,
  status: PromotionStatus | undefined,
  there: { state: string; description: string } | 'none' | undefined,
  notes: string[],
): Promise<void> {
  if (!forge || !commit || !status || isStatusThere(there, status)) return
  const refused = await forge.setStatus({ commit, context: STATUS_CONTEXT, ...status })
  if (refused && isRefusal(refused)) notes.push(`No status on the promotion: ${refused.refused}`)
}
