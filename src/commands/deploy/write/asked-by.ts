import type { Context } from '../../context.ts'
import { textWithoutSecrets } from '../../without-secrets.ts'

/** Who asks for a hold or a rollback, why and when, as it is written down: free of the secrets of this run. */
export function askedBy(context: Context, reason: string): { reason: string; by: string; since: string } {
  const by = context.ci.actor ?? context.env.USER ?? 'somebody'
  return {
    reason: textWithoutSecrets(context, reason),
    by: textWithoutSecrets(context, by),
    since: `${new Date(context.now()).toISOString().slice(0, 19)}Z`,
  }
}
