import { atWeight } from '../../../core/promotion/canary/canary-plan.ts'
import type { CanaryAtWeight } from '../../../core/release/canary-file.ts'
import type { NoStep } from '../../../core/traffic/watch/canary-watching.ts'
import type { Watched } from './watched.ts'

/** The canary of a place with its share of now: that of its file, or of the controller, which is asked. */
export async function canaryNow({
  canary,
  askController,
}: Watched): Promise<CanaryAtWeight | NoStep | undefined> {
  if (!canary || 'failed' in canary) return canary
  if (canary.weight !== undefined) return atWeight(canary, canary.weight)
  const controller = await askController!()
  switch (controller.at) {
    case 'weight':
      return atWeight(canary, controller.weight)
    case 'all':
      return { kind: 'no_step', failed: 'its controller has given it all of the traffic' }
    case 'aborted':
      return { kind: 'no_step', failed: `its controller gave the traffic back: ${controller.why}` }
    case 'unknown':
      return { kind: 'no_step', failed: `its share of the traffic is not known: ${controller.why}` }
  }
}
