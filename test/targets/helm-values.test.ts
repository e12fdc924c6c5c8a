import { refusesManifests, refusesOptions } from './refusals.ts'

refusesOptions('helm-values', [
  ['nothing to write', 'file: values.yaml', 'options.yml:1:1: `set`: is missing (expected array)'],
  ['an empty list', 'set: []', 'options.yml:1:1: `set`: needs at least one value'],
  [
    'an empty path',
    'set:\n  - path: ""\n    value: "{version}"',
    'options.yml:2:11: `set.0.path`: must be keys with dots between them',
  ],
  [
    'two dots',
    'set:\n  - path: image..tag\n    value: "{version}"',
    'options.yml:2:11: `set.0.path`: must be keys with dots between them',
  ],
  [
    'a mistyped key',
    'set:\n  - pth: image.tag\n    value: "{version}"',
    'options.yml:2:5: `set.0.path`: expected string or array | options.yml:2:5: unknown key `pth` in `set.0` | fix: did you mean `path`?',
  ],
  [
    'a value without placeholder',
    'set:\n  - path: image.tag\n    value: latest',
    'options.yml:3:12: `set.0.value`: must have one of {model} {version} {commit} {uri} {uri.bucket} {uri.path} {image} {image.name} {image.tag} {image.digest} {parameters.<name>} in it, and no other {…}',
  ],
  [
    'a template of the chart',
    'file: templates/deployment.tpl\nset:\n  - path: a\n    value: "{version}"',
    'options.yml:1:7: `file`: must be a `.yaml` or `.yml` file',
  ],
])

refusesManifests('helm-values', [
  [
    'a missing key',
    'image:\n  tga: 1\n',
    { set: [{ path: 'image.tag', value: '{version}' }] },
    {},
    'f.yaml:2: no `tag` in `image` | fix: did you mean `tga`?',
  ],
  [
    'a missing parent',
    'image: 1\n',
    { set: [{ path: 'server.image.tag', value: '{version}' }] },
    {},
    'f.yaml:1: no `server` | fix: there are: image',
  ],
  [
    'a map where a value should be',
    'image:\n  tag: 1\n',
    { set: [{ path: 'image', value: '{version}' }] },
    {},
    'f.yaml:2: `image` is a map, not a single value',
  ],
  [
    'several at once',
    'image:\n  tag: 1\n',
    {
      set: [
        { path: 'imge', value: '{version}' },
        { path: 'image.digest', value: '{version}' },
      ],
    },
    {},
    'f.yaml:1: no `imge` | fix: did you mean `image`? | f.yaml:2: no `digest` in `image` | fix: there are: tag',
  ],
  [
    'DY-007: an anchor that production shares',
    'staging: &m { tag: v1 }\nproduction: *m\n',
    { set: [{ path: 'staging.tag', value: '{version}' }] },
    {},
    'f.yaml:1: `staging` has the anchor `&m`: what refers to it would change too | fix: write the value out where it is used, without anchor',
  ],
  [
    'DY-008: an alias',
    'staging: &m { tag: v1 }\nproduction: *m\n',
    { set: [{ path: 'production.tag', value: '{version}' }] },
    {},
    'f.yaml:2: `production` is the alias `*m`: to write there would change every place that shares it | fix: write the value out instead of the alias',
  ],
  [
    'a key that comes by merge',
    'a: &a {tag: 1}\nimage:\n  <<: *a\n',
    { set: [{ path: 'image.tag', value: '{version}', add: true }] },
    {},
    'f.yaml:3: `image.tag` may come from the merge key `<<` | fix: write the key out beside `<<`',
  ],
  [
    'a digest of another repository',
    'image:\n  repository: ghcr.io/other/thing\n  digest: x\n',
    { set: [{ path: 'image.digest', value: '{image.digest}' }] },
    {},
    'f.yaml:2: the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io/other/thing | fix: correct the repository, or write `{image.name}` into it too',
  ],
  [
    'a release without image',
    'image:\n  tag: 1\n',
    { set: [{ path: 'image.tag', value: '{image.tag}' }] },
    { image: undefined },
    'f.yaml: the release churn 42 has no `{image.tag}` | fix: write another part of the release, or package it',
  ],
])
