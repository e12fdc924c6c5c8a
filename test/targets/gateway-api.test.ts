import { refusesManifests, refusesOptions } from './refusals.ts'

function route(rules: string): string {
  return `kind: HTTPRoute\napiVersion: gateway.networking.k8s.io/v1\nspec: {rules: ${rules}}\n`
}

refusesOptions('gateway-api', [
  ['no champion', 'candidate: a', 'options.yml:1:1: `champion`: is missing (expected string)'],
  [
    'an empty name',
    'candidate: ""\nchampion: b',
    'options.yml:1:12: `candidate`: Too small: expected string to have >=1 characters',
  ],
  [
    'a rule before the first',
    'candidate: a\nchampion: b\nrule: -1',
    'options.yml:3:7: `rule`: Too small: expected number to be >=0',
  ],
  [
    'weights of its own',
    'candidate: a\nchampion: b\nweight: 5',
    'options.yml:3:1: unknown key `weight` | fix: known keys: file, name, rule, candidate, champion',
  ],
])

refusesManifests('gateway-api', [
  [
    'another route',
    'kind: TCPRoute\napiVersion: gateway.networking.k8s.io/v1alpha2\n',
    { candidate: 'a', champion: 'b' },
    {},
    'f.yaml: there is no HTTPRoute of gateway.networking.k8s.io | fix: there are: TCPRoute (gateway.networking.k8s.io/v1alpha2)',
  ],
  [
    'no rule',
    route('[]'),
    { candidate: 'a', champion: 'b' },
    {},
    'f.yaml: `spec.rules` has no routes | fix: set `rule`; there are none',
  ],
  [
    'several rules',
    route('[{name: x}, {}]'),
    { candidate: 'a', champion: 'b' },
    {},
    'f.yaml: `spec.rules` has 2 routes | fix: set `rule`; there are: x, 1',
  ],
  [
    'a rule that is not there',
    route('[{name: x}, {}]'),
    { rule: 5, candidate: 'a', champion: 'b' },
    {},
    'f.yaml: no route `5` in `spec.rules` | fix: set `rule`; there are: x, 1',
  ],
  [
    'a backend that is not there',
    route('[{backendRefs: [{name: a}, {name: c}]}]'),
    { candidate: 'a', champion: 'b' },
    {},
    'f.yaml: no champion b in `spec.rules[0].backendRefs` | fix: did you mean `a`?',
  ],
  [
    'DY-022: a third with the weight that is the default',
    route('[{backendRefs: [{name: a}, {name: b}, {name: c}]}]'),
    { candidate: 'a', champion: 'b' },
    {},
    'f.yaml: c in `spec.rules[0].backendRefs` has no weight: the sum would not be 100 | fix: give it `weight: 0`, or remove it',
  ],
  [
    'DY-022: no weight',
    route('[{backendRefs: [{name: a}, {name: b}]}]'),
    { candidate: 'a', champion: 'b' },
    { weight: undefined },
    'f.yaml: the promotion of 42 names no weight | fix: it writes the weights of a canary, and promotions have none yet: choose the target that writes the image or the URI of this environment (kustomize, helm-values, kserve, argo-rollouts, yaml) and leave the weights to people or a controller',
  ],
])
