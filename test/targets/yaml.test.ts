import { refusesManifests, refusesOptions } from './refusals.ts'

refusesOptions('yaml', [
  [
    'no file',
    'set:\n  - path: a\n    value: "{version}"',
    'options.yml:1:1: `file`: is missing (expected string)',
  ],
  [
    'no kind',
    'file: f.yaml\ndocument: {name: churn}\nset:\n  - path: a\n    value: "{version}"',
    'options.yml:2:1: `document.kind`: is missing (expected string)',
  ],
  [
    'a negative document',
    'file: f.yaml\ndocument: -1\nset:\n  - path: a\n    value: "{version}"',
    'options.yml:2:11: `document`: Too small: expected number to be >=0',
  ],
  [
    'a pipeline',
    'file: azure-pipelines.yml\nset:\n  - path: a\n    value: "{version}"',
    'options.yml:1:7: `file`: must be a manifest: not a hidden file or folder, a pipeline or configuration of Assay',
  ],
  [
    'an unknown placeholder',
    'file: f.yaml\nset:\n  - path: a\n    value: "{version}-{env}"',
    'options.yml:4:12: `set.0.value`: must have one of {model} {version} {commit} {uri} {uri.bucket} {uri.path} {image} {image.name} {image.tag} {image.digest} {parameters.<name>} in it, and no other {…}',
  ],
])

refusesOptions('yaml', [
  [
    'what is a program',
    'file: main.tf\nset:\n  - path: a\n    value: "{version}"',
    'options.yml:1:7: `file`: must be a `.yaml`, `.yml` or `.json` file. Terraform: keep the value in `models.auto.tfvars.json`, or in a YAML file that a module reads with `yamldecode(file(…))`',
  ],
  [
    'another one',
    'file: churn.jsonnet\nset:\n  - path: a\n    value: "{version}"',
    "options.yml:1:7: `file`: must be a `.yaml`, `.yml` or `.json` file. Jsonnet: keep the value in a JSON file that it imports, `import 'release.json'`",
  ],
  [
    'what a build runs',
    'file: package.json\nset:\n  - path: a\n    value: "{version}"',
    'options.yml:1:7: `file`: must be a manifest: not a hidden file or folder, a pipeline or configuration of Assay',
  ],
])

const INSIDE = { set: [{ path: 'a', inside: 'l.b', value: '{uri}' }] }

refusesManifests('yaml', [
  ['a text that is not there', 'b: 1\n', INSIDE, {}, 'f.yaml: there is no text at `a` | fix: correct `path`'],
  [
    'a map in place of a text',
    'c: 1\na: { l: { b: 1 } }\n',
    INSIDE,
    {},
    'f.yaml:2: `a` is no text | fix: write the whole way to the value into `path`, without `inside`',
  ],
  [
    'a text without the key, by its line in the file',
    'c: 1\na: |\n  l:\n    x: 1\n',
    INSIDE,
    {},
    'f.yaml:4: no `b` in `l` | fix: did you mean `x`?',
  ],
  [
    'a folded text',
    'a: >\n  l:\n\n    b: 1\n\n  c: 2\n',
    INSIDE,
    {},
    'f.yaml:1: only a text in a block of the kind `|` is edited line by line | fix: write it as `|` and its lines below',
  ],
  [
    'another image inside a text',
    'a: |\n  l: { b: "ghcr.io/other/thing:1" }\n',
    { set: [{ path: 'a', inside: 'l.b', value: '{image}' }] },
    {},
    'f.yaml:2: the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io/other/thing | fix: correct the manifest, or allow its registry in `registries`',
  ],
  [
    'a digest under another repository inside a text',
    'a: |\n  l: { image: { repository: ghcr.io/other/thing, digest: "sha256:1" } }\n',
    { set: [{ path: 'a', inside: 'l.image.digest', value: '{image.digest}' }] },
    {},
    'f.yaml:2: the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io/other/thing | fix: correct the repository, or write `{image.name}` into it too',
  ],
  [
    'a parameter that the training does not have',
    'a: 1\n',
    { set: [{ path: 'a', value: '{parameters.treshold}' }] },
    {},
    'f.yaml: the release churn 42 has no parameter `treshold` | fix: see `parameters` in assay.yml; did you mean `threshold`?',
  ],
  [
    'a path in a bucket that the release has none of',
    'a: x\n',
    { set: [{ path: 'a', value: '{uri.path}' }] },
    { uri: 'models://churn' },
    'f.yaml: the release churn 42 has no `{uri.path}` | fix: its model URI is models://churn',
  ],
])

refusesManifests('yaml', [
  [
    'several documents',
    'a: 1\n---\na: 1\n',
    { set: [{ path: 'a', value: '{version}' }] },
    {},
    'f.yaml: the file has 2 documents: say which one',
  ],
  [
    'a document that is not there',
    'a: 1\n',
    { document: 3, set: [{ path: 'a', value: '{version}' }] },
    {},
    'f.yaml: there is no document 3',
  ],
  [
    'an object that is not there',
    'kind: A\nmetadata: {name: x}\n---\nkind: B\nmetadata: {name: y}\n',
    { document: { kind: 'C' }, set: [{ path: 'a', value: '{version}' }] },
    {},
    'f.yaml: there is no C | fix: there are: A x, B y',
  ],
  [
    'two objects of one kind',
    'kind: A\nmetadata: {name: x}\n---\nkind: A\nmetadata: {name: y}\n',
    { document: { kind: 'A' }, set: [{ path: 'a', value: '{version}' }] },
    {},
    'f.yaml: there are 2 of A | fix: there are: A x, A y',
  ],
  [
    'a list item that is not there',
    'l:\n  - name: a\n',
    { set: [{ path: ['l', { name: 'b' }, 'v'], value: '{version}' }] },
    {},
    'f.yaml:2: no item with name=b in `l` | fix: did you mean `a`?',
  ],
  [
    'an index that is not there',
    'l: [1]\n',
    { set: [{ path: ['l', 1], value: '{version}' }] },
    {},
    'f.yaml:1: no item 1 in `l`',
  ],
  [
    'an image of another repository',
    'a: 1\nimage: ghcr.io/other/thing:1\n',
    { set: [{ path: 'image', value: '{image}' }] },
    {},
    'f.yaml:2: the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io/other/thing | fix: correct the manifest, or allow its registry in `registries`',
  ],
  [
    'a tag',
    'a: !!binary aGk=\n',
    { set: [{ path: 'a', value: '{version}' }] },
    {},
    'f.yaml:1: `a` has the tag `tag:yaml.org,2002:binary` | fix: remove the tag',
  ],
])
