import { refusesManifests, refusesOptions } from './refusals.ts'

const POD = '  template: {spec: {containers: [{name: a, image: ghcr.io/acme/churn}]}}\n'
const STEPS = '  strategy: {canary: {steps: [{setWeight: 10}, {pause: {}}, {setWeight: 20}]}}\n'

function rollout(spec: string): string {
  return `kind: Rollout\napiVersion: argoproj.io/v1alpha1\nspec:\n${spec}`
}

refusesOptions('argo-rollouts', [
  ['weights that fall', 'steps: [5, 50, 25]', 'options.yml:1:1: `steps`: must rise from step to step'],
  ['a weight twice', 'steps: [5, 5]', 'options.yml:1:1: `steps`: must rise from step to step'],
  ['half a percent', 'steps: [0.5, 10]', 'options.yml:1:9: `steps.0`: expected int, received number'],
  ['more than all', 'steps: [50, 150]', 'options.yml:1:13: `steps.1`: Too big: expected number to be <=100'],
  ['a weight as text', 'steps: ["5"]', 'options.yml:1:9: `steps.0`: expected number, received string'],
  ['no step', 'steps: []', 'options.yml:1:1: `steps`: needs at least one step'],
])

refusesManifests('argo-rollouts', [
  [
    'no such object',
    'kind: Deployment\napiVersion: apps/v1\n',
    {},
    {},
    'f.yaml: there is no Rollout of argoproj.io | fix: there are: Deployment (apps/v1)',
  ],
  [
    'pods in another object',
    rollout('  workloadRef: {name: x}\n'),
    {},
    {},
    'f.yaml: the pods of this Rollout are in another object (`spec.workloadRef`) | fix: write the image there, with the target `kustomize` or `yaml`',
  ],
  [
    'no container',
    rollout('  template: {}\n'),
    {},
    {},
    'f.yaml: `spec.template.spec.containers` has no container | fix: there are none',
  ],
  [
    'several containers',
    rollout('  template: {spec: {containers: [{name: a, image: x}, {name: b, image: y}]}}\n'),
    {},
    {},
    'f.yaml: `spec.template.spec.containers` has 2 containers | fix: set `container`; there are: a, b',
  ],
  [
    'another container',
    rollout('  template: {spec: {containers: [{name: a, image: x}]}}\n'),
    { container: 'server' },
    {},
    'f.yaml: no container `server` in `spec.template.spec.containers` | fix: there are: a',
  ],
  [
    'DY-017: another registry',
    rollout("  template: {spec: {containers: [{name: a, image: 'evil.example:5000/churn:1'}]}}\n"),
    {},
    {},
    'f.yaml:4: the release brings the image ghcr.io/acme/churn, the manifest has evil.example:5000/churn | fix: correct the manifest, or allow its registry in `registries`',
  ],
  [
    'no steps',
    rollout(POD),
    { steps: [5] },
    {},
    'f.yaml: there is no `setWeight` in `spec.strategy.canary.steps` | fix: add the steps',
  ],
  [
    'more steps than there are',
    rollout(POD + STEPS),
    { steps: [5, 10, 20] },
    {},
    'f.yaml: `spec.strategy.canary.steps` has 2 `setWeight`, the option `steps` has 3 | fix: add or remove steps in the manifest: pauses and analyses between them are yours',
  ],
])
