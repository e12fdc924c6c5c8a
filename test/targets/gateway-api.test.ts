import { refusesManifests, refusesOptions, refusesSplits } from './refusals.ts'

const HEAD =
  'kind: HTTPRoute\napiVersion: gateway.networking.k8s.io/v1\nmetadata: {name: churn}\nspec:\n  rules:\n'
const WORKLOADS = '---\nchampion: ghcr.io/acme/churn:1\nchallenger: ghcr.io/acme/churn:1\n'

function route(...rules: string[]): string {
  return `${HEAD}${rules.map(rule => `    - ${rule}\n`).join('')}${WORKLOADS}`
}

const arm = (name: string) => ({
  target: 'yaml',
  options: { file: 'FILE.yaml', document: 1, set: [{ path: name, value: '{image}' }] },
})
const BOTH = {
  champion: { backend: 'a', ...arm('champion') },
  challenger: { backend: 'b', ...arm('challenger') },
}
const ALONE = 'backendRefs: [{name: a}]'
const policy = (spec: string) =>
  `---\nkind: BackendTrafficPolicy\napiVersion: gateway.envoyproxy.io/v1alpha1\nspec:\n  targetRefs: [{kind: HTTPRoute, name: churn}]\n${spec}`

/** Two InferenceServices beside the route, in a mode and with a name for the champion's. */
const services = (champion = 'a', mode = 'Standard') =>
  [champion, 'b']
    .map(
      name =>
        `---\nkind: InferenceService\napiVersion: serving.kserve.io/v1beta1\nmetadata:\n  name: ${name}\n  annotations:\n    x: y\n    serving.kserve.io/deploymentMode: ${mode}\nspec: {predictor: {model: {storageUri: x}}}\n`,
    )
    .join('')
const kserve = (backend: string, name: string) => ({
  backend,
  target: 'kserve',
  options: { file: 'FILE.yaml', name },
})
const TWO_SERVICES = { champion: kserve('a', 'a'), challenger: kserve('b-predictor', 'b') }

const YAML = 'target: yaml, options: {file: f.yaml, set: [{path: x, value: "{image}"}]}'

refusesOptions('gateway-api', [
  [
    'no champion',
    `challenger: {backend: a, ${YAML}}`,
    'options.yml:1:1: `champion`: is missing (expected object)',
  ],
  [
    'an empty name',
    `champion: {backend: "", ${YAML}}\nchallenger: {backend: b, ${YAML}}`,
    'options.yml:1:21: `champion.backend`: Too small: expected string to have >=1 characters',
  ],
  [
    'one backend for both',
    `champion: {backend: b, ${YAML}}\nchallenger: {backend: b, ${YAML}}`,
    'options.yml:2:1: `challenger`: is the same backend as `champion`',
  ],
  [
    'a rule before the first',
    `champion: {backend: a, ${YAML}}\nchallenger: {backend: b, ${YAML}}\nrule: -1`,
    'options.yml:3:7: `rule`: Too small: expected number to be >=0',
  ],
  [
    'weights of its own',
    `champion: {backend: a, ${YAML}}\nchallenger: {backend: b, ${YAML}}\nweight: 5`,
    'options.yml:3:1: unknown key `weight` | fix: known keys: file, name, rule, policy, champion, challenger',
  ],
])

refusesManifests('gateway-api', [
  [
    'another route',
    'kind: TCPRoute\napiVersion: gateway.networking.k8s.io/v1alpha2\n',
    BOTH,
    {},
    'f.yaml: there is no HTTPRoute of gateway.networking.k8s.io | fix: there are: TCPRoute (gateway.networking.k8s.io/v1alpha2)',
  ],
  [
    'no rule',
    `${HEAD.replace('rules:', 'rules: []')}${WORKLOADS}`,
    BOTH,
    {},
    'f.yaml:5: `spec.rules` has no routes | fix: set `rule`; there are none',
  ],
  [
    'several rules',
    route('name: x', '{}'),
    BOTH,
    {},
    'f.yaml:6: `spec.rules` has 2 routes | fix: set `rule`; there are: x, 1',
  ],
  [
    'a rule that is not there',
    route('name: x', '{}'),
    { ...BOTH, rule: 5 },
    {},
    'f.yaml:6: no route `5` in `spec.rules` | fix: set `rule`; there are: x, 1',
  ],
  [
    'a backend that is not there',
    route('backendRefs: [{name: aa}, {name: c}]'),
    BOTH,
    {},
    'f.yaml:6: the champion a is not in `spec.rules[0].backendRefs` | fix: did you mean `aa`?',
  ],
  [
    'DY-022: another with the weight that is the default',
    route('backendRefs: [{name: a}, {name: c}]'),
    BOTH,
    {},
    'f.yaml:6: c in `spec.rules[0].backendRefs` has no weight: the champion would not have all of this traffic | fix: remove it, or give it `weight: 0`: what a challenger gets stands in routes of its own',
  ],
  [
    'a backend without weight whose users a session keeps there',
    route('{backendRefs: [{name: a}, {name: b, weight: 0}], sessionPersistence: {type: Cookie}}'),
    BOTH,
    {},
    'f.yaml:6: a session outranks weights, even the weight 0 (`sessionPersistence`) | fix: take `sessionPersistence` away: a canary keeps its users by itself (`sticky: cookie`)',
  ],
])

refusesSplits('gateway-api', [
  [
    'a session that outranks weights',
    route('{backendRefs: [{name: a}], sessionPersistence: {type: Cookie}}'),
    BOTH,
    'f.yaml:6: a session outranks weights, even the weight 0 (`sessionPersistence`) | fix: take `sessionPersistence` away: a canary keeps its users by itself (`sticky: cookie`)',
  ],
  [
    'a rule that matches cookies itself',
    route(`{matches: [{headers: [{name: Cookie, value: x}]}], ${ALONE}}`),
    BOTH,
    'f.yaml:6: the rule matches the header `cookie` itself, and a canary keeps its users by that header | fix: take that match away, or use `sticky: none` with `unit: request`',
    { sticky: 'cookie' },
  ],
  [
    'a header that nothing hashes',
    route(ALONE),
    BOTH,
    'f.yaml: nothing says that the gateway keeps users by the header `x-user` | fix: set `policy` to the file of a BackendTrafficPolicy of Envoy Gateway that hashes it, or use `sticky: cookie`',
    { sticky: { header: 'x-user' } },
  ],
  [
    'a policy of another route',
    route(ALONE) + policy('').replace('name: churn', 'name: other'),
    { ...BOTH, policy: 'FILE.yaml' },
    'f.yaml: there is no BackendTrafficPolicy of the HTTPRoute `churn` | fix: name the route in its `targetRefs`',
    { sticky: { header: 'x-user' } },
  ],
  [
    'a policy that hashes something else',
    route(ALONE) +
      policy(
        '  loadBalancer: {type: ConsistentHash, consistentHash: {type: Headers, headers: [{name: x-tenant}]}}\n',
      ),
    { ...BOTH, policy: 'FILE.yaml' },
    'f.yaml:15: the BackendTrafficPolicy hashes `x-tenant`, and users shall be kept by `x-user` | fix: write `loadBalancer: { type: ConsistentHash, consistentHash: { type: Headers, headers: [{ name: x-user }] } }`',
    { sticky: { header: 'x-user' } },
  ],
  [
    'more rules than a route may have',
    route(...Array.from({ length: 14 }, (_, index) => `{name: r${index}, ${ALONE}}`)),
    { ...BOTH, rule: 'r3' },
    'f.yaml:6: the route would have 17 rules with 17 matches, and can have 16 with 128 | fix: divide it',
    { sticky: 'cookie' },
  ],
  [
    'more matches than a route may have',
    route(`{matches: [${'{path: {value: /a}}, '.repeat(43)}], ${ALONE}}`),
    BOTH,
    'f.yaml:6: the route would have 4 rules with 172 matches, and can have 16 with 128 | fix: divide it',
    { sticky: 'cookie' },
  ],
  [
    'a cookie that the champion sets itself',
    route(
      'backendRefs: [{name: a, filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: Set-Cookie, value: x}]}}]}]',
    ),
    BOTH,
    'f.yaml:6: the champion’s destination adds a `set-cookie` itself, and a canary keeps its users by one | fix: let the model server set its cookie, or use `sticky: none` with `unit: request`',
    { sticky: 'cookie' },
  ],
  [
    'more steps than a rule may have backends',
    route(ALONE),
    BOTH,
    'f.yaml:6: 16 steps make 17 backends of a rule, which can have 16 | fix: write at most 15 `steps`',
    { sticky: 'cookie', steps: Array.from({ length: 16 }, (_, index) => index + 5) },
  ],
  [
    'InferenceServices in Knative mode',
    route(ALONE) + services('a', 'Serverless'),
    TWO_SERVICES,
    'f.yaml:17: the annotation `serving.kserve.io/deploymentMode` of a is `Serverless`: routes can lead to two InferenceServices in Standard mode alone | fix: write `serving.kserve.io/deploymentMode: Standard`; an InferenceService that has another mode must be created anew for it',
  ],
  [
    'InferenceServices of which nobody says the mode',
    route(ALONE) + services().replaceAll('serving.kserve.io/deploymentMode', 'z'),
    TWO_SERVICES,
    'f.yaml:16: the annotation `serving.kserve.io/deploymentMode` of a is not there: routes can lead to two InferenceServices in Standard mode alone | fix: write `serving.kserve.io/deploymentMode: Standard`; an InferenceService that has another mode must be created anew for it',
  ],
  [
    'an InferenceService that is not there',
    route(ALONE) + services('c'),
    TWO_SERVICES,
    'f.yaml: there is no InferenceService called `a` | fix: did you mean `c`?',
  ],
  [
    'the Service of the other InferenceService',
    route(ALONE) + services(),
    { champion: kserve('a', 'b'), challenger: kserve('b-predictor', 'a') },
    'f.yaml:23: the routes lead to `a`, and the Service of the InferenceService b is `b-predictor` | fix: correct the Service of this arm, or `name` in its `options`',
  ],
])
