import type { ReleaseForTarget } from '../../src/targets/target.ts'
import { RELEASE } from './cases.ts'

/** A release that enters one folder of examples/deploy-repo. */
export interface Promotion {
  model: string
  environment: string
  target: string
  options: Record<string, unknown>
  release: ReleaseForTarget
  /** How many lines of the folder change. */
  lines: number
}

const LITERALS = literalsOf('churn')
const FLIGHTS = { image: 'late-flights', literals: literalsOf('late-flights') }
const VALUES = [
  { path: 'image.digest', value: '{image.digest}' },
  { path: 'model.version', value: '{version}' },
  { path: 'model.uri', value: '{uri}' },
]
const SCORE = ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers', { name: 'score' }]
/** Every target that writes a release itself, promoted into the example. */
export const PROMOTIONS: Promotion[] = [
  into('churn', 'staging', 'kustomize', { image: 'churn', literals: LITERALS }, 3),
  into('churn', 'production', 'kustomize', { image: 'churn', literals: LITERALS, pin: 'both' }, 4),
  into('late-flights', 'staging', 'kustomize', FLIGHTS, 3),
  into('late-flights', 'production', 'kustomize', FLIGHTS, 3),
  into('forecast', 'staging', 'helm-values', { set: VALUES }, 2),
  into('forecast', 'production', 'helm-values', { set: VALUES }, 2),
  into('fraud', 'staging', 'kserve', { mode: 'Knative' }, 1),
  into('fraud', 'production', 'kserve', { mode: 'Standard' }, 1),
  into('ranking', 'production', 'argo-rollouts', { container: 'server', steps: [5, 20, 50] }, 2),
  into(
    ...(['vision', 'production', 'yaml'] as const),
    {
      file: 'candidate.yaml',
      document: { kind: 'CronJob' },
      set: [
        { path: [...SCORE, 'image'], value: '{image}' },
        { path: [...SCORE, 'args', 1], value: '{uri}' },
      ],
    },
    2,
  ),
]

// --- internal ---

function literalsOf(model: string) {
  return [
    { config_map: `${model}-model`, key: 'MODEL_VERSION', value: '{version}' },
    { config_map: `${model}-model`, key: 'MODEL_URI', value: '{uri}' },
  ]
}

function into(
  model: string,
  environment: string,
  target: string,
  options: Record<string, unknown>,
  lines: number,
): Promotion {
  const image = { ...RELEASE.image!, name: `ghcr.io/acme/${model}` }
  const release = { ...RELEASE, model, image, uri: `s3://models/${model}/42` }
  return { model, environment, target, options, release, lines }
}
