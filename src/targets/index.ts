import { gatewayApi } from './gateway-api.ts'
import { istio } from './istio.ts'
import { RELEASE_TARGETS } from './release-targets.ts'
import type { Target } from './target.ts'

/** Every way to write a release into manifests, one file each; in the order of their names. */
export const TARGETS: Record<string, Target> = Object.fromEntries(
  Object.entries({ ...RELEASE_TARGETS, 'gateway-api': gatewayApi, istio }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  ),
)
