import { refusesManifests, refusesOptions, refusesSplits } from './refusals.ts'

const HEAD = 'kind: VirtualService\napiVersion: networking.istio.io/v1\nspec:\n  http:\n'
const WORKLOADS = '---\nchampion: ghcr.io/acme/churn:1\nchallenger: ghcr.io/acme/churn:1\n'

function service(...routes: string[]): string {
  return `${HEAD}${routes.map(route => `    - ${route}\n`).join('')}${WORKLOADS}`
}

function route(...destinations: string[]): string {
  return service(`route: [${destinations.map(one => `{destination: {${one}}}`).join(', ')}]`)
}

const arm = (name: string) => ({
  target: 'yaml',
  options: { file: 'FILE.yaml', document: 1, set: [{ path: name, value: '{image}' }] },
})
const champion = { host: 'a', ...arm('champion') }
const challenger = { host: 'b', ...arm('challenger') }
const BOTH = { champion, challenger }
const subsets = (...names: string[]) =>
  `---\nkind: DestinationRule\napiVersion: networking.istio.io/v1\nspec:\n  host: a.ml.svc\n  subsets: [${names.map(name => `{name: ${name}}`).join(', ')}]\n`
const IN_SUBSETS = {
  champion: { ...champion, subset: 'old' },
  challenger: { ...challenger, host: 'a', subset: 'new' },
}

const YAML = '{host: a, target: yaml, options: {file: f.yaml, set: [{path: x, value: "{image}"}]}}'

refusesOptions('istio', [
  ['no challenger', `champion: ${YAML}`, 'options.yml:1:1: `challenger`: is missing (expected object)'],
  [
    'a text for a destination',
    `champion: a\nchallenger: ${YAML}`,
    'options.yml:1:11: `champion`: expected object, received string | fix: its keys: host, subset, target, options',
  ],
  [
    'an arm that nothing writes',
    `champion: {host: b}\nchallenger: ${YAML}`,
    'options.yml:1:1: `champion.target`: must be one of `kustomize`, `helm-values`, `kserve`, `argo-rollouts`, `yaml`, `text`',
  ],
  [
    'an arm that routes itself',
    `champion: {host: b, target: istio}\nchallenger: ${YAML}`,
    'options.yml:1:29: `champion.target`: must be one of `kustomize`, `helm-values`, `kserve`, `argo-rollouts`, `yaml`, `text`',
  ],
  [
    'options that the target of an arm does not take',
    `champion: {host: b, target: kserve, options: {write: file}}\nchallenger: ${YAML}`,
    'options.yml:1:54: `champion.options.write`: must be one of `uri`, `image`',
  ],
  [
    'a key that the target of an arm does not know',
    `champion: {host: b, target: kserve, options: {wrte: uri}}\nchallenger: ${YAML}`,
    'options.yml:1:53: `champion.options.wrte`: is no key of `kserve`: did you mean `write`?',
  ],
  [
    'one destination for both',
    `champion: ${YAML}\nchallenger: ${YAML}`,
    'options.yml:2:1: `challenger`: is the same destination as `champion`',
  ],
  [
    'weights of its own',
    `champion: ${YAML}\nchallenger: ${YAML.replace('host: a', 'host: b')}\nweights: [5, 95]`,
    'options.yml:3:1: unknown key `weights` | fix: known keys: file, name, route, destination_rule, champion, challenger',
  ],
])

refusesManifests('istio', [
  [
    'no such object',
    'kind: Gateway\napiVersion: networking.istio.io/v1\n',
    BOTH,
    {},
    'f.yaml: there is no VirtualService of networking.istio.io | fix: there are: Gateway (networking.istio.io/v1)',
  ],
  [
    'several routes',
    service('{name: predict}', '{name: b}'),
    BOTH,
    {},
    'f.yaml:5: `spec.http` has 2 routes | fix: set `route`; there are: predict, b',
  ],
  [
    'a route that is not there',
    service('{name: predict}', '{name: b}'),
    { ...BOTH, route: 'predct' },
    {},
    'f.yaml:5: no route `predct` in `spec.http` | fix: set `route`; there are: predict, b',
  ],
  [
    'a champion that is not there',
    route('host: churn', 'host: other'),
    { ...BOTH, champion: { ...champion, host: 'churn', subset: 'v2' } },
    {},
    'f.yaml:5: the champion churn (v2) is not in `spec.http[0].route` | fix: there are: churn, other',
  ],
  [
    'a champion that is there twice',
    route('host: a', 'host: a'),
    BOTH,
    {},
    'f.yaml:5: the champion a is twice in `spec.http[0].route` | fix: there are: a, a',
  ],
  [
    'DY-022: another that has traffic',
    service(
      'route:',
      '  - {destination: {host: a}, weight: 95}',
      '  - {destination: {host: b}, weight: 5}',
    ).replaceAll('    -   -', '        -'),
    BOTH,
    {},
    'f.yaml:7: b in `spec.http[0].route` has the weight 5: the champion would not have all of this traffic | fix: remove it, or give it `weight: 0`: what a challenger gets stands in routes of its own',
  ],
  [
    'DY-022: another of unknown weight',
    service('route: [{destination: {host: a}, weight: 100}, {destination: {host: c}}]'),
    BOTH,
    {},
    'f.yaml:5: c in `spec.http[0].route` has no weight: the champion would not have all of this traffic | fix: remove it, or give it `weight: 0`: what a challenger gets stands in routes of its own',
  ],
  [
    'a champion that gets nothing',
    service('route: [{destination: {host: a}, weight: 0}]'),
    BOTH,
    {},
    'f.yaml:5: a in `spec.http[0].route` has the weight 0: the champion would not have all of this traffic | fix: give it `weight: 100`',
  ],
  [
    'a champion that gets nothing, since it has no weight beside others',
    service('route: [{destination: {host: a}}, {destination: {host: c}, weight: 0}]'),
    BOTH,
    {},
    'f.yaml:5: a in `spec.http[0].route` has no weight: the champion would not have all of this traffic | fix: give it `weight: 100`',
  ],
  [
    'DY-017: another image in an arm',
    route('host: a').replace('acme/churn:1\nchallenger', 'other/thing:1\nchallenger'),
    BOTH,
    {},
    'f.yaml:7: the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io/other/thing | fix: correct the manifest, or allow its registry in `registries`',
  ],
])

refusesSplits('istio', [
  [
    'users that a header shall keep',
    route('host: a'),
    BOTH,
    'f.yaml: `istio` cannot split with `sticky: header x-user`: Istio draws a destination before it hashes a header | fix: it has: `cookie`, `none`',
    { sticky: { header: 'x-user' } },
  ],
  [
    'a route that matches cookies itself',
    service(
      '{match: [{uri: {prefix: /}}, {headers: {cookie: {regex: x}}}], route: [{destination: {host: a}}]}',
    ),
    BOTH,
    'f.yaml:5: the route matches the header `cookie` itself, and a canary keeps its users by that header | fix: take that match away, or use `sticky: none` with `unit: request`',
    { sticky: 'cookie' },
  ],
  [
    'a cookie that the champion sets itself',
    service('route: [{destination: {host: a}, headers: {response: {add: {Set-Cookie: x}}}}]'),
    BOTH,
    'f.yaml:5: the champion’s destination adds a `set-cookie` itself, and a canary keeps its users by one | fix: let the model server set its cookie, or use `sticky: none` with `unit: request`',
    { sticky: 'cookie' },
  ],
  [
    'a subset that is not there',
    route('host: a, subset: old') + subsets('old', 'newer'),
    IN_SUBSETS,
    'f.yaml:14: no subset `new` in the DestinationRule of a | fix: there are: old, newer',
  ],
  [
    'arms that are written into one place',
    route('host: a'),
    { champion, challenger: { ...challenger, ...arm('champion') } },
    'f.yaml: both arms write their release into the same place: the champion would serve the challenger | fix: give the challenger a workload of its own, and name it in `challenger.options`',
  ],
  [
    'InferenceServices in Knative mode',
    `${route('host: a')}---\nkind: InferenceService\napiVersion: serving.kserve.io/v1beta1\nmetadata: {name: a, annotations: {serving.kserve.io/deploymentMode: Knative}}\nspec: {predictor: {model: {storageUri: x}}}\n`,
    {
      champion: { host: 'a', target: 'kserve', options: { file: 'FILE.yaml' } },
      challenger,
    },
    'f.yaml:12: the annotation `serving.kserve.io/deploymentMode` of a is `Knative`: routes can lead to two InferenceServices in Standard mode alone | fix: write `serving.kserve.io/deploymentMode: Standard`; an InferenceService that has another mode must be created anew for it',
  ],
  [
    'the Service of the other InferenceService',
    `${route('host: a.ml.svc')}---\nkind: InferenceService\napiVersion: serving.kserve.io/v1beta1\nmetadata: {name: b, annotations: {serving.kserve.io/deploymentMode: Standard}}\nspec: {predictor: {model: {storageUri: x}}}\n`,
    {
      champion: { host: 'a.ml.svc', target: 'kserve', options: { file: 'FILE.yaml' } },
      challenger,
    },
    'f.yaml:12: the routes lead to `a.ml.svc`, and the Service of the InferenceService b is `b-predictor` | fix: correct the Service of this arm, or `name` in its `options`',
  ],
])
