import { argoRollouts } from './argo-rollouts.ts'
import { helmValues } from './helm-values.ts'
import { kserve } from './kserve.ts'
import { kustomize } from './kustomize.ts'
import type { Target } from './target.ts'
import { text } from './text.ts'
import { yaml } from './yaml.ts'

/** Targets that write the image or the URI of a release, in the order in which people are told of them; what routes to two workloads has one of these for each. */
export const RELEASE_TARGETS: Record<string, Target> = {
  kustomize,
  'helm-values': helmValues,
  kserve,
  'argo-rollouts': argoRollouts,
  yaml,
  text,
}
