import { refusesManifests, refusesOptions } from './refusals.ts'

const IMAGE = {
  name: 'ghcr.io/acme/churn',
  digest: 'sha256:4444444444444444444444444444444444444444444444444444444444444444',
}

refusesOptions('kustomize', [
  ['nothing to write', 'file: kustomization.yaml', 'options.yml:1:1: needs `image` or `literals`'],
  [
    'a mistyped key',
    'imgae: churn',
    'options.yml:1:1: unknown key `imgae` | fix: did you mean `image`? | options.yml:1:1: needs `image` or `literals`',
  ],
  [
    'an unknown pin',
    'image: churn\npin: sha',
    'options.yml:2:6: `pin`: must be one of `digest`, `tag`, `both`',
  ],
  [
    'a registry without its slash',
    'image: churn\nregistries: [ghcr.io]',
    'options.yml:2:14: `registries.0`: must be the start of an image name, up to a `/`: `ghcr.io/acme/`',
  ],
  [
    'a file elsewhere',
    'image: churn\nfile: ../base/kustomization.yaml',
    'options.yml:2:7: `file`: must be a relative path inside the repository, without `..`',
  ],
  [
    'a literal without placeholder',
    'literals:\n  - config_map: m\n    key: V\n    value: "42"',
    'options.yml:4:12: `literals.0.value`: must have one of {model} {version} {commit} {uri} {uri.bucket} {uri.path} {image} {image.name} {image.tag} {image.digest} {parameters.<name>} in it, and no other {…}',
  ],
  [
    'a literal with an unknown placeholder',
    'literals:\n  - config_map: m\n    key: V\n    value: "{verson}"',
    'options.yml:4:12: `literals.0.value`: must have one of {model} {version} {commit} {uri} {uri.bucket} {uri.path} {image} {image.name} {image.tag} {image.digest} {parameters.<name>} in it, and no other {…}',
  ],
  [
    'a key with a sign in it',
    'literals:\n  - config_map: m\n    key: A=B\n    value: "{version}"',
    'options.yml:3:10: `literals.0.key`: must be a key of a ConfigMap',
  ],
])

refusesManifests('kustomize', [
  [
    'a missing image',
    'images:\n  - name: chrun\n',
    { image: 'churn' },
    {},
    'f.yaml: no `churn` in `images` | fix: did you mean `chrun`?',
  ],
  [
    'no images at all',
    'kind: Kustomization\n',
    { image: 'churn' },
    {},
    'f.yaml: no `churn` in `images` | fix: there are none; or set `add: true`',
  ],
  [
    'DY-017: another registry',
    'images:\n  - name: churn\n    newName: evil.example/churn\n',
    { image: 'churn' },
    {},
    'f.yaml:3: the release brings the image ghcr.io/acme/churn, the manifest has evil.example/churn | fix: correct the manifest, or allow its registry in `registries`',
  ],
  [
    'DY-017: a registry that is not allowed',
    'images:\n  - name: churn\n',
    { image: 'churn', registries: ['ghcr.io/other/'] },
    {},
    'f.yaml:2: the release brings the image ghcr.io/acme/churn, the manifest has churn | fix: correct the manifest, or allow its registry in `registries`',
  ],
  [
    'a release without image',
    'images:\n  - name: churn\n',
    { image: 'churn' },
    { image: undefined },
    'f.yaml: the release churn 42 has no image | fix: tell Assay which image the packaging made',
  ],
  [
    'a model that is no image',
    'images:\n  - name: churn\n    newName: ghcr.io/acme/churn\n',
    { image: 'churn' },
    { image: { ...IMAGE, artifact: 'modelpack' } },
    'f.yaml: ghcr.io/acme/churn of 42 is a ModelPack, and no container can be started from it | fix: write its address where a model is loaded from (`package.uri`, `oci://…`), or package the model as an image (`package.kind: volume`)',
  ],
  [
    'a release without tag',
    'images:\n  - name: churn\n    newName: ghcr.io/acme/churn\n',
    { image: 'churn', pin: 'tag' },
    { image: IMAGE },
    'f.yaml: the image of 42 has no tag | fix: set `pin: digest`',
  ],
  [
    'a missing ConfigMap',
    'configMapGenerator:\n  - name: other\n',
    { literals: [{ config_map: 'm', key: 'V', value: '{version}' }] },
    {},
    'f.yaml: no `m` in `configMapGenerator` | fix: there are: other',
  ],
  [
    'a missing literal',
    'configMapGenerator:\n  - name: m\n    literals: [A=1]\n',
    { literals: [{ config_map: 'm', key: 'V', value: '{version}' }] },
    {},
    'f.yaml: no `V=` in the literals of `m` | fix: did you mean `A`?',
  ],
  [
    'a release without URI',
    'configMapGenerator:\n  - name: m\n    literals: [V=1]\n',
    { literals: [{ config_map: 'm', key: 'V', value: '{uri}' }] },
    { uri: undefined },
    'f.yaml: the release churn 42 has no `{uri}` | fix: write another part of the release, or package it',
  ],
  [
    'an alias',
    'x: &i\n  - name: churn\n    newName: ghcr.io/acme/churn\nimages: *i\n',
    { image: 'churn' },
    {},
    'f.yaml:4: `images` is the alias `*i`: to write there would change every place that shares it | fix: write the value out instead of the alias',
  ],
])
