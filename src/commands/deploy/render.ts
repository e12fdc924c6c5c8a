import type { Context, DeployAccess } from '../context.ts'
import type { Proposal } from './promotion.ts'
import type { ModelState } from './state.ts'

/** Renders manifests before and after, where there is a renderer for them. */
export function rendererFor(
  _context: Context,
  _access: DeployAccess,
): (state: ModelState, proposal: Proposal) => Proposal['render'] {
  return () => undefined
}
