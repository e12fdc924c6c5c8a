import { refusesManifests, refusesOptions } from './refusals.ts'

function service(http: string): string {
  return `kind: VirtualService\napiVersion: networking.istio.io/v1\nspec: {http: ${http}}\n`
}

function route(...hosts: string[]): string {
  return service(`[{route: [${hosts.map(host => `{destination: {host: ${host}}}`).join(', ')}]}]`)
}

refusesOptions('istio', [
  ['no candidate', 'champion: {host: a}', 'options.yml:1:1: `candidate`: is missing (expected object)'],
  [
    'weights of its own',
    'candidate: {host: a}\nchampion: {host: b}\nweights: [5, 95]',
    'options.yml:3:1: unknown key `weights` | fix: known keys: file, name, route, candidate, champion',
  ],
  [
    'a host that is not there',
    'candidate: {subset: a}\nchampion: {host: b}',
    'options.yml:1:1: `candidate.host`: is missing (expected string)',
  ],
  [
    'a text for a destination',
    'candidate: a\nchampion: {host: b}',
    'options.yml:1:12: `candidate`: expected object, received string',
  ],
])

refusesManifests('istio', [
  [
    'no such object',
    'kind: Gateway\napiVersion: networking.istio.io/v1\n',
    { candidate: { host: 'a' }, champion: { host: 'b' } },
    {},
    'f.yaml: there is no VirtualService of networking.istio.io | fix: there are: Gateway (networking.istio.io/v1)',
  ],
  [
    'several routes',
    service('[{name: predict}, {name: b}]'),
    { candidate: { host: 'a' }, champion: { host: 'b' } },
    {},
    'f.yaml: `spec.http` has 2 routes | fix: set `route`; there are: predict, b',
  ],
  [
    'a route that is not there',
    service('[{name: predict}, {name: b}]'),
    { route: 'predct', candidate: { host: 'a' }, champion: { host: 'b' } },
    {},
    'f.yaml: no route `predct` in `spec.http` | fix: set `route`; there are: predict, b',
  ],
  [
    'a candidate that is not there',
    route('churn', 'other'),
    { candidate: { host: 'churn', subset: 'v2' }, champion: { host: 'churn' } },
    {},
    'f.yaml: no candidate churn (v2) in `spec.http[0].route` | fix: there are: churn, other',
  ],
  [
    'a champion that is there twice',
    route('a', 'b', 'b'),
    { candidate: { host: 'a' }, champion: { host: 'b' } },
    {},
    'f.yaml: champion b is in `spec.http[0].route` twice | fix: there are: a, b, b',
  ],
  [
    'DY-022: a third that has traffic',
    service(
      '[{route: [{destination: {host: a}}, {destination: {host: b}}, {destination: {host: c}, weight: 1}]}]',
    ),
    { candidate: { host: 'a' }, champion: { host: 'b' } },
    {},
    'f.yaml: c in `spec.http[0].route` has the weight 1: the sum would not be 100 | fix: give it `weight: 0`, or remove it',
  ],
  [
    'DY-022: a third of unknown weight',
    route('a', 'b', 'c'),
    { candidate: { host: 'a' }, champion: { host: 'b' } },
    {},
    'f.yaml: c in `spec.http[0].route` has no weight: the sum would not be 100 | fix: give it `weight: 0`, or remove it',
  ],
  [
    'DY-022: no weight',
    route('a', 'b'),
    { candidate: { host: 'a' }, champion: { host: 'b' } },
    { weight: undefined },
    'f.yaml: the promotion of 42 names no weight | fix: it writes the weights of a canary, and promotions have none yet: choose the target that writes the image or the URI of this environment (kustomize, helm-values, kserve, argo-rollouts, yaml) and leave the weights to people or a controller',
  ],
])
