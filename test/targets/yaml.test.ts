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
    'options.yml:4:12: `set.0.value`: must have one of {model} {version} {commit} {uri} {image} {image.name} {image.tag} {image.digest} in it, and no other {…}',
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
