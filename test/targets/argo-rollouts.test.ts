import { goldenText } from './cases.ts'
import { refusesManifests, refusesOptions, refusesSplits } from './refusals.ts'

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

const GOOD = goldenText({ target: 'argo-rollouts', name: 'controller' }, 'before')
const [ROLLOUT = ''] = GOOD.split('---')
const without = (line: RegExp) => GOOD.replace(line, '')
const EXAMPLE = 'take the AnalysisTemplate of docs/targets/argo-rollouts.md'

refusesSplits('argo-rollouts', [
  [
    'weights that come from two places',
    GOOD,
    { steps: [5, 25] },
    'f.yaml: the option `steps` has weights, and those of a canary come from `canary` in assay-deploy.yml | fix: take `steps` out of the options',
  ],
  [
    'shares by the number of pods',
    without(/ {6}trafficRouting:\n.*\n/),
    {},
    'f.yaml:16: `spec.strategy.canary` has no `trafficRouting`: the controller would give shares by the number of pods, and 5 % of three pods is none | fix: add `trafficRouting` for the mesh or gateway there is, with `canaryService` and `stableService`',
  ],
  [
    'steps of a person',
    GOOD.replace(/( {6}trafficRouting:)/, '      steps: [{ setWeight: 20 }]\n$1'),
    {},
    'f.yaml:18: `spec.strategy.canary.steps` are yours, and the steps of a canary are those of `canary` in assay-deploy.yml | fix: take them out: each canary writes its own and leaves none',
  ],
  [
    'no analysis',
    ROLLOUT,
    {},
    `f.yaml: there is no AnalysisTemplate by which the controller could ask for the verdict | fix: ${EXAMPLE} into this file, or into one that the option \`analysis\` names`,
  ],
  [
    'an analysis of another name',
    GOOD,
    { template: 'other' },
    'f.yaml: there is no AnalysisTemplate called `other` | fix: there are: assay-canary',
  ],
  [
    'an analysis that is not told the weight',
    without(/ {4}- name: weight\n/).replace('&weight={{args.weight}}', ''),
    {},
    `f.yaml: the AnalysisTemplate has no args \`weight\`, which each step gives it | fix: ${EXAMPLE} | f.yaml:42: its metric does not ask \`/v1/canary\` with \`{{args.model}}\`, \`{{args.release}}\`, \`{{args.weight}}\` | fix: ${EXAMPLE}`,
  ],
  [
    'an analysis that passes once it has asked often enough',
    without(/ {6}consecutiveSuccessLimit: 1\n/),
    {},
    `f.yaml:34: its metric is not judged by \`successCondition: result.next == "advance"\`, \`failureCondition: result.next == "take_back"\`, \`consecutiveSuccessLimit: 1\`, with no \`failureLimit\` but 0 | fix: ${EXAMPLE}`,
  ],
  [
    'an analysis that runs for ever, which the controller refuses',
    without(/ {6}count: 100000\n/),
    {},
    `f.yaml:34: its metric is to say \`interval\`, \`count\`, \`inconclusiveLimit\`, \`consecutiveErrorLimit\`: a step goes on asking until Assay can tell | fix: ${EXAMPLE}`,
  ],
  [
    'a token in the manifest',
    GOOD.replace('Bearer {{args.token}}', 'Bearer 1234'),
    {},
    'f.yaml:45: a header of its metric has its value in the manifest: a token comes from a Secret | fix: give it by an arg with `valueFrom.secretKeyRef`',
  ],
])
