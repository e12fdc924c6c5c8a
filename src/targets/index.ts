import { argoRollouts } from './argo-rollouts.ts'
import { gatewayApi } from './gateway-api.ts'
import { helmValues } from './helm-values.ts'
import { istio } from './istio.ts'
import { kserve } from './kserve.ts'
import { kustomize } from './kustomize.ts'
import type { Target } from './target.ts'
import { yaml } from './yaml.ts'

/** Every way to write a release into manifests, one file each. */
export const TARGETS: Record<string, Target> = {
  'argo-rollouts': argoRollouts,
  'gateway-api': gatewayApi,
  'helm-values': helmValues,
  istio,
  kserve,
  kustomize,
  yaml,
}
