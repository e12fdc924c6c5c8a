import { argoRollouts } from './argo-rollouts.ts'
import { helmValues } from './helm-values.ts'
import { kserve } from './kserve.ts'
import { kustomize } from './kustomize.ts'
import type { Target } from './target.ts'
import { yaml } from './yaml.ts'

/** Targets that write the image or the URI of a release, in the order in which people are told of them. */
export const RELEASE_TARGETS: Record<string, Target> = {
  kustomize,
  'helm-values': helmValues,
  kserve,
  'argo-rollouts': argoRollouts,
  yaml,
}

/** What to do where a target writes weights alone. */
export const NO_CANARIES_YET = `it writes the weights of a canary, and promotions have none yet: choose the target that writes the image or the URI of this environment (${Object.keys(RELEASE_TARGETS).join(', ')}) and leave the weights to people or a controller`
