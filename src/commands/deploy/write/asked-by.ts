import { toSecond } from '../../../core/text/instant-words.ts'
import type { Context } from '../../command/context.ts'
import { maskFor } from '../../command/without-secrets.ts'

/** Who asks for a hold or a rollback, why and when, as it is written down: free of the secrets of this run. */
export function asAsked(
  context: Pick<Context, 'env'>,
  { reason, by, at }: { reason: string; by: string; at: number },
): { reason: string; by: string; since: string } {
  const { text } = maskFor(context)
  return { reason: text(reason), by: text(by), since: toSecond(at) }
}

/** By whoever runs the command now. */
export function askedBy(context: Context, reason: string): ReturnType<typeof asAsked> {
  const by = context.ci.actor ?? context.env.USER ?? 'somebody'
  return asAsked(context, { reason, by, at: context.now() })
}
