import { readFileSync } from 'node:fs'
import { AssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { parseYaml } from '../../src/core/yaml/config.ts'
import { TARGETS } from '../../src/targets/index.ts'
import type { Arms, ReleaseForTarget } from '../../src/targets/target.ts'

/** The release that all goldens and documentation pages promote. */
export const RELEASE: ReleaseForTarget = {
  model: 'churn',
  version: '42',
  commit: '3f9c2ab41d0e5f6a7b8c9d0e1f2a3b4c5d6e7f80',
  image: { name: 'ghcr.io/acme/churn', digest: `sha256:${'4'.repeat(64)}`, tag: '12e4567' },
  uri: 's3://models/churn/42',
  parameters: { threshold: 0.42, objective: 'binary', early_stopping: true },
}
/** A later one: everything about it is different. */
export const NEXT: ReleaseForTarget = {
  model: 'churn',
  version: '43',
  commit: 'aa9c2ab41d0e5f6a7b8c9d0e1f2a3b4c5d6e7f80',
  image: { name: 'ghcr.io/acme/churn', digest: `sha256:${'5'.repeat(64)}`, tag: '1.10' },
  uri: 's3://models/churn/43',
  parameters: { threshold: 0.5, objective: 'poisson', early_stopping: false },
}

export interface Case {
  target: string
  /** File in test/golden/targets/<target>, before `.before.yaml`. */
  name: string
  release?: Partial<ReleaseForTarget>
  options: Record<string, unknown>
}

/** Stands in options for the file of a case. */
const FILE = 'FILE.yaml'

/** What writes the release of one arm: a Deployment in the same file as the routes. */
function workload(arm: string) {
  const path = ['spec', 'template', 'spec', 'containers', { name: 'server' }, 'image']
  const document = { kind: 'Deployment', name: `churn-${arm}` }
  return { target: 'yaml', options: { file: FILE, document, set: [{ path, value: '{image}' }] } }
}
const ISTIO = {
  champion: { host: 'churn', subset: 'champion', ...workload('champion') },
  challenger: { host: 'churn', subset: 'challenger', ...workload('challenger') },
}
const ISTIO_HOSTS = {
  champion: { host: 'churn-champion', ...workload('champion') },
  challenger: { host: 'churn-challenger', ...workload('challenger') },
}
const GATEWAY = {
  rule: 0,
  champion: { backend: 'churn-champion', ...workload('champion') },
  challenger: { backend: 'churn-challenger', ...workload('challenger') },
}
/** An InferenceService in the same file as the routes. */
function service(arm: string) {
  return { target: 'kserve', options: { file: FILE, name: `churn-${arm}` } }
}
const ISTIO_KSERVE = {
  champion: { host: 'churn-champion-predictor', ...service('champion') },
  challenger: { host: 'churn-challenger-predictor', ...service('challenger') },
}
const GATEWAY_KSERVE = {
  champion: { backend: 'churn-champion-predictor', ...service('champion') },
  challenger: { backend: 'churn-challenger-predictor', ...service('challenger') },
}
const LITERALS = [
  { config_map: 'churn-model', key: 'MODEL_VERSION', value: '{version}' },
  { config_map: 'churn-model', key: 'MODEL_URI', value: '{uri}' },
]

/** Every golden case, for every target at least one. */
export const CASES: Case[] = [
  { target: 'kustomize', name: 'digest', options: { image: 'churn', literals: LITERALS } },
  {
    target: 'kustomize',
    name: 'tag',
    options: { image: 'churn', pin: 'tag', registries: ['ghcr.io/acme/'] },
  },
  { target: 'kustomize', name: 'tagged-name', options: { image: 'ghcr.io/acme/churn:v1' } },
  {
    target: 'helm-values',
    name: 'values',
    options: {
      set: [
        { path: 'image.tag', value: '{image.tag}' },
        { path: 'image.digest', value: '{image.digest}', add: true },
        { path: 'model.version', value: '{version}' },
        { path: ['model', 'uri'], value: '{uri}' },
        { path: ['sidecars', { name: 'metrics' }, 'modelVersion'], value: '{version}x' },
      ],
    },
  },
  {
    target: 'helm-values',
    name: 'parameters',
    options: {
      set: [
        { path: 'image.tag', value: '{image.tag}' },
        { path: 'threshold', value: '{parameters.threshold}' },
        { path: 'env.THRESHOLD', value: '{parameters.threshold}' },
        { path: 'objective', value: 'reg-{parameters.objective}' },
        { path: 'early', value: '{parameters.early_stopping}', add: true },
      ],
    },
  },
  { target: 'kserve', name: 'storage', options: {} },
  { target: 'kserve', name: 'standard-promote', options: { mode: 'Standard' } },
  { target: 'kserve', name: 'container', options: { write: 'image' } },
  {
    target: 'argo-rollouts',
    name: 'canary',
    options: { container: 'server', pin: 'both', steps: [10, 30, 60] },
  },
  { target: 'istio', name: 'alone', options: { ...ISTIO, route: 'predict' } },
  { target: 'gateway-api', name: 'alone', options: GATEWAY },
  {
    target: 'yaml',
    name: 'several',
    options: {
      document: { kind: 'Deployment', name: 'churn' },
      set: [
        {
          path: ['spec', 'template', 'spec', 'containers', { name: 'server' }, 'image'],
          value: '{image}',
        },
        {
          path: [
            ...['spec', 'template', 'spec', 'containers', { name: 'server' }],
            ...['env', { name: 'MODEL_VERSION' }, 'value'],
          ],
          value: '{version}',
        },
      ],
    },
  },
  {
    target: 'yaml',
    name: 'inside',
    options: {
      document: { kind: 'RayService' },
      set: [
        {
          path: 'spec.serveConfigV2',
          inside: ['applications', { name: 'churn' }, 'args', 'model_uri'],
          value: '{uri}',
        },
        {
          path: 'spec.serveConfigV2',
          inside: ['applications', { name: 'churn' }, 'args', 'threshold'],
          value: '{parameters.threshold}',
        },
        {
          path: ['spec', 'rayClusterConfig', 'headGroupSpec', 'template', 'spec', 'containers', 0, 'image'],
          value: '{image}',
        },
      ],
    },
  },
  {
    target: 'yaml',
    name: 'llm',
    options: {
      document: { kind: 'LLMInferenceService' },
      set: [
        { path: 'spec.model.uri', value: '{uri}' },
        { path: 'spec.model.name', value: '{model}' },
      ],
    },
  },
  { target: 'text', name: 'tag', options: {} },
]

/** The release that the canaries of the goldens have as their champion. */
export const CHAMPION: ReleaseForTarget = {
  model: 'churn',
  version: '41',
  commit: '1c9c2ab41d0e5f6a7b8c9d0e1f2a3b4c5d6e7f80',
  image: { name: 'ghcr.io/acme/churn', digest: `sha256:${'3'.repeat(64)}`, tag: '0.9' },
  uri: 's3://models/churn/41',
}
export const ARMS: Arms = {
  champion: CHAMPION,
  challenger: RELEASE,
  weight: 5,
  steps: [5, 25],
  sticky: 'none',
}

export interface SplitCase extends Pick<Case, 'target' | 'name' | 'options'> {
  arms?: Partial<Arms>
}

/** Every golden case of a split, for every target that can at least one. */
export const SPLITS: SplitCase[] = [
  { target: 'kserve', name: 'knative', options: { mode: 'Knative' } },
  { target: 'kserve', name: 'standard', options: { mode: 'Standard' } },
  { target: 'kserve', name: 'standard-storage', options: { mode: 'Standard' } },
  { target: 'argo-rollouts', name: 'controller', options: {} },
  { target: 'istio', name: 'cookie', options: { ...ISTIO, route: 'predict' }, arms: { sticky: 'cookie' } },
  { target: 'istio', name: 'none', options: { ...ISTIO, route: 1 } },
  { target: 'istio', name: 'flow', options: ISTIO_HOSTS, arms: { sticky: 'cookie' } },
  { target: 'istio', name: 'kserve', options: ISTIO_KSERVE, arms: { sticky: 'cookie' } },
  { target: 'gateway-api', name: 'cookie', options: GATEWAY, arms: { sticky: 'cookie' } },
  { target: 'gateway-api', name: 'none', options: GATEWAY },
  { target: 'gateway-api', name: 'kserve', options: GATEWAY_KSERVE, arms: { sticky: 'cookie' } },
  {
    target: 'gateway-api',
    name: 'header',
    options: { ...GATEWAY, policy: FILE },
    arms: { sticky: { header: 'x-user' } },
  },
]

export function goldenText(
  { target, name }: Pick<Case, 'target' | 'name'>,
  which: 'before' | 'after',
): string {
  return readFileSync(`test/golden/targets/${target}/${name}.${which}.yaml`, 'utf8')
}

/** Options of a case with a file as their one file. */
export function optionsIn(options: object, file: string): { file: string } & Record<string, unknown> {
  return { ...JSON.parse(JSON.stringify(options).replaceAll(FILE, file)), file }
}

export function promoted(one: Case, text: string, release: ReleaseForTarget): string {
  const target = TARGETS[one.target]!
  const options = optionsIn(one.options, `${one.name}.yaml`)
  return target.edit(new Map([[options.file, text]]), release, options).get(options.file) ?? text
}

/** As `promoted`, of a canary. */
export function split(one: SplitCase, text: string, arms: Partial<Arms> = {}): string {
  const options = optionsIn(one.options, `${one.name}.yaml`)
  const given = { ...ARMS, ...one.arms, ...arms }
  return (
    TARGETS[one.target]!.split!.edit(new Map([[options.file, text]]), given, options).get(options.file) ??
    text
  )
}

/** What a target says to a canary in a manifest. */
export function splitRefusalOf(
  target: string,
  text: string,
  options: Record<string, unknown>,
  arms: Partial<Arms> = {},
): string {
  try {
    const files = new Map([['f.yaml', text]])
    TARGETS[target]!.split!.edit(files, { ...ARMS, ...arms }, optionsIn(options, 'f.yaml'))
  } catch (error) {
    return oneLine(error)
  }
  return 'no error'
}

/** What a target says to a manifest it does not write into. */
export function refusalOf(
  target: string,
  text: string,
  options: Record<string, unknown>,
  release: Partial<ReleaseForTarget> = {},
): string {
  try {
    const files = new Map([['f.yaml', text]])
    TARGETS[target]!.edit(files, { ...RELEASE, ...release }, optionsIn(options, 'f.yaml'))
  } catch (error) {
    return oneLine(error)
  }
  return 'no error'
}

/** What reading the options from `assay-deploy.yml` says: every problem, with line and fix. */
export function problemsIn(target: string, options: string): string {
  try {
    parseYaml({ schema: TARGETS[target]!.schema, whenEmpty: 'write the options' }, options, 'options.yml')
  } catch (error) {
    return oneLine(error)
  }
  return 'no error'
}

/** Problems and fixes of an error, without its title and link. */
function oneLine(error: unknown): string {
  if (!(error instanceof AssayError)) throw error
  const lines = renderError(error).split('\n').slice(1, -1)
  return lines.map(line => line.trim()).join(' | ')
}
