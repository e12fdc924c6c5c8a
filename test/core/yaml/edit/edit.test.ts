import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import { renderError } from '../../../../src/core/text/error-text.ts'
import { editYaml, readYaml, type YamlEdit } from '../../../../src/core/yaml/edit/edit.ts'

describe('setting a value', () => {
  it.each<[name: string, before: string, edit: YamlEdit, after: string]>([
    ['keeps the comment and its distance', 'tag: v1   # set by us\n', { path: ['tag'], value: 'v2' }, 'tag: v2   # set by us\n'],
    ['keeps single quotes', "tag: 'v1'\n", { path: ['tag'], value: '1.10' }, "tag: '1.10'\n"],
    ['adds quotes where it must', 'tag: v1\n', { path: ['tag'], value: '12e4567' }, 'tag: "12e4567"\n'],
    ['takes quotes off a number', 'weight: "5"\n', { path: ['weight'], value: 95 }, 'weight: 95\n'],
    ['quotes text that older readers misread', 'at: 12:30:45\n', { path: ['at'], value: '12:30:45' }, 'at: "12:30:45"\n'],
    ['fills an empty value', 'tag:  # later\nb: 1\n', { path: ['tag'], value: 'v1' }, 'tag: v1  # later\nb: 1\n'],
    ['fills an empty value at the end', 'tag:', { path: ['tag'], value: 'v1' }, 'tag: v1'],
    ['replaces a block scalar', 'a: |-  # why\n  one\n  two\n\nb: 1\n', { path: ['a'], value: 'x' }, 'a: x  # why\n\nb: 1\n'],
    ['replaces text over several lines', 'a: one\n  two\nb: "x\n  y"\n', { path: ['a'], value: 'x' }, 'a: x\nb: "x\n  y"\n'],
    ['edits inside brackets', 'a: {b: 1,  c: [x, y]}\n', { path: ['a', 'c', 1], value: 'p, q' }, 'a: {b: 1,  c: [x, "p, q"]}\n'],
    ['finds a list item by what it has', 'i:\n- name: a\n  t: 1\n- name: b\n  t: 1\n', { path: ['i', { name: 'b' }, 't'], value: 2 }, 'i:\n- name: a\n  t: 1\n- name: b\n  t: 2\n'],
    [
      'takes digits for an index in a list',
      'l: [a, b]\nm: {1: x}\n',
      { path: ['l', '1'], value: 'c' },
      'l: [a, c]\nm: {1: x}\n',
    ],
    ['takes a number for a key in a map', 'm: {1: x}\n', { path: ['m', 1], value: 'c' }, 'm: {1: c}\n'],
    ['edits one document of several', '---\na: 1\n---\na: 1\n', { document: 1, path: ['a'], value: 2 }, '---\na: 1\n---\na: 2\n'],
    ['passes documents without content', '# head\n---\na: 1\n---\n', { path: ['a'], value: 2 }, '# head\n---\na: 2\n---\n'],
    ['leaves what is right as it is', 'a: "v1"\n', { path: ['a'], value: 'v1' }, 'a: "v1"\n'],
  ])('%s', (_, before, edit, after) => {
    const edited = editYaml(before, 'f.yaml', [edit])

    expect(edited.text).toBe(after)
    expect(edited.changed).toHaveLength(before === after ? 0 : 1)
  }) // biome-ignore format: one table
})

describe('adding and taking away', () => {
  it.each<[name: string, before: string, edit: YamlEdit, after: string]>([
    ['a key beside its siblings', 'i:\n  - name: a # x\n    tag: v1 # y\n\n  # tail\n', { path: ['i', 0, 'digest'], value: 'd', add: true }, 'i:\n  - name: a # x\n    tag: v1 # y\n    digest: d\n\n  # tail\n'],
    ['a list item, as the file indents lists', 'r:\n- a\ni:\n- name: a\n', { path: ['i', 1], value: { name: 'b', tag: '1.10' }, add: true }, 'r:\n- a\ni:\n- name: a\n- name: b\n  tag: "1.10"\n'],
    ['maps on the way', 'metadata:\n  name: x\n', { path: ['metadata', 'annotations', 'a/b'], value: 'yes', add: true }, 'metadata:\n  name: x\n  annotations:\n    a/b: "yes"\n'],
    ['below a key without value', 'metadata:\n  annotations:\n  name: x\n', { path: ['metadata', 'annotations', 'k'], value: 'v', add: true }, 'metadata:\n  annotations:\n    k: v\n  name: x\n'],
    ['a list below a key without value', 'a:\n- x\nimages:\n', { path: ['images', 0], value: { name: 'c' }, add: true }, 'a:\n- x\nimages:\n- name: c\n'],
    ['into brackets', 'a: { b: 1 }  # c\n', { path: ['a', 'c'], value: 'd', add: true }, 'a: { b: 1, c: d }  # c\n'],
    ['into empty brackets', 'a: {}\n', { path: ['a', 'c'], value: 'd', add: true }, 'a: {c: d}\n'],
    ['into JSON', '{"a": "b"}', { path: ['c'], value: 'd', add: true }, '{"a": "b", "c": "d"}'],
    ['at the end of a file without line break', 'a: 1', { path: ['b'], value: 2, add: true }, 'a: 1\nb: 2'],
    ['after a block scalar', 'a:\n  b: |+\n    x\n\nc: 1\n', { path: ['a', 'd'], value: 2, add: true }, 'a:\n  b: |+\n    x\n\n  d: 2\nc: 1\n'],
    ['leaves the comment of a key that goes', 'a: 1\nb: 2 # x\nc: 3\n', { path: ['b'] }, 'a: 1\n# x\nc: 3\n'],
    ['leaves it in its column', 'a:\r\n  b: 2   # x \r\n  c: 3\r\n', { path: ['a', 'b'] }, 'a:\r\n  # x\r\n  c: 3\r\n'],
    ['leaves it at the end of a file without line break', 'a: 1\nb: 2 # x', { path: ['b'] }, 'a: 1\n# x'],
    ['leaves that of the first key beside its dash', '- b: 2 # x\n  c: 3\n', { path: [0, 'b'] }, '- # x\n  c: 3\n'],
    ['leaves that of a block text', 'a: |- # x\n  one # two\nb: 1\n', { path: ['a'] }, '# x\nb: 1\n'],
    ['leaves that of an empty value', 'a: # x\nb: 1\n', { path: ['a'] }, '# x\nb: 1\n'],
    ['leaves all comments of a block where it is asked to', 'm:\n  a: 1\n  b: # x\n    # y\n    c: "# no" # z\n    d: |\n      # no\n  e: {f: 1} # g\n', { path: ['m', 'b'], keepsComments: true }, 'm:\n  a: 1\n  # x\n  # y\n  # z\n  e: {f: 1} # g\n'],
    ['and those of the last, with other line ends', 'a: 1\r\nb: {c: 1} # x', { path: ['b'], keepsComments: true }, 'a: 1\r\n# x'],
    ['and leaves nothing where there are none', 'a: 1\nb:\n  c: 1\nd: 1\n', { path: ['b'], keepsComments: true }, 'a: 1\nd: 1\n'],
    ['takes no # for one', "a: 'x # y'\nb: x#y\nc: 1\n", { path: ['a'] }, 'b: x#y\nc: 1\n'],
    ['takes a whole map', 'a: 1\nb:\n  - x: 1\n    # in it? no\n', { path: ['a'] }, 'b:\n  - x: 1\n    # in it? no\n'],
    ['takes the key beside a dash', '- digest: d\n  name: n\n', { path: [0, 'digest'] }, '- name: n\n'],
    ['takes an item, not its comment', 'l:\n  - a\n  - b # x\n', { path: ['l', 1] }, 'l:\n  - a\n  # x\n'],
    ['takes from brackets', 'a: {b: 1, c: 2}\n', { path: ['a', 'b'] }, 'a: {c: 2}\n'],
    ['takes the last from brackets', 'a: {b: 1, c: 2}\n', { path: ['a', 'c'] }, 'a: {b: 1}\n'],
    ['takes the last line without line break', 'a: 1\r\nb: 2', { path: ['b'] }, 'a: 1'],
    ['takes nothing that is not there', 'a: 1\n', { path: ['b', 'c'] }, 'a: 1\n'],
  ])('%s', (_, before, edit, after) => {
    expect(editYaml(before, 'f.yaml', [edit]).text).toBe(after)
  }) // biome-ignore format: one table
})

describe('refusing', () => {
  it.each<[name: string, text: string, path: YamlEdit['path'], message: string]>([
    ['DY-008: an alias', 'a: &m {t: 1}\np: *m\n', ['p', 't'], 'f.yaml:2: `p` is the alias `*m`: to write there would change every place that shares it'],
    ['DY-007: a map that others share', 's: &m { tag: v1 }\np: *m\n', ['s', 'tag'], 'f.yaml:1: `s` has the anchor `&m`: what refers to it would change too'],
    ['an anchor on the value', 's: &v v1\np: *v\n', ['s'], 'f.yaml:1: `s` has the anchor `&v`: what refers to it would change too'],
    ['a key that comes by merge', 'b: &b {tag: 1}\na:\n  <<: *b\n', ['a', 'tag'], 'f.yaml:3: `a.tag` may come from the merge key `<<`'],
    ['a tag', 'a: !!str 5\n', ['a'], 'f.yaml:1: `a` has the tag `tag:yaml.org,2002:str`'],
    ['a map', 'a:\n  b: 1\n', ['a'], 'f.yaml:2: `a` is a map, not a single value'],
    ['a missing key', 'image:\n  tag: 1\n', ['image', 'tga'], 'f.yaml:2: no `tga` in `image`\n    fix: did you mean `tag`?'],
    ['a missing parent', 'image: 1\nother: 2\n', ['spec', 'x'], 'f.yaml:1: no `spec`\n    fix: there are: image, other'],
    ['a missing item', 'l:\n- name: churn\n', ['l', { name: 'chrun' }, 't'], 'f.yaml:2: no item with name=chrun in `l`\n    fix: did you mean `churn`?'],
    ['two items alike', 'l:\n- name: a\n- name: a\n', ['l', { name: 'a' }, 't'], 'f.yaml:2: 2 items of `l` have name=a'],
    ['several documents', 'a: 1\n---\na: 2\n', ['a'], 'f.yaml: the file has 2 documents: say which one'],
    ['nothing', '# only this\n', ['a'], 'f.yaml: the file is empty'],
    ['DY-010: repeated keys', 'image: a\nimage: b\n', ['image'], 'f.yaml:2: the key `image` is there twice, first on line 1'],
    ['DY-013: a template', 'tag: {{ .Values.tag }}\n', ['tag'], 'f.yaml:1: a key that is not plain text\n    fix: this looks like a template; only plain YAML can be edited: name the values file instead'],
    ['DY-013: a template line', '{{- if .x }}\ntag: 1\n{{- end }}\n', ['tag'], 'this looks like a template'],
    ['what is not YAML', 'a: [1\nb: 2\n', ['a'], 'f.yaml:2: not valid YAML:'],
    ['what is too deep', '['.repeat(5000), ['a'], 'f.yaml:1: nested deeper than 90 levels'],
  ])('%s', (_, text, path, message) => {
    expect(errorOf(() => editYaml(text, 'f.yaml', [{ path, value: 'x' }]))).toContain(message)
  }) // biome-ignore format: one table

  it('names all that is wrong at once', () => {
    const edits = [
      { path: ['x'], value: 1 },
      { path: ['a'], value: 2 },
      { path: ['y', 0], value: 3 },
    ]

    const error = errorOf(() => editYaml('a: 1\n', 'f.yaml', edits))

    expect(error).toContain('no `x`')
    expect(error).toContain('no `y`')
  })

  it('reads no file whose aliases multiply', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
    for (const [of, name] of ['ab', 'bc', 'cd', 'de'].map(pair => [...pair] as [string, string]))
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`)

    expect(errorOf(() => readYaml(bomb.join('\n'), 'f.yaml'))).toContain(
      'aliases that make more than 100 copies',
    )
    expect(editYaml(`${bomb.join('\n')}\nz: 1\n`, 'f.yaml', [{ path: ['z'], value: 2 }]).text).toMatch(
      /z: 2\n$/,
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('writes no number that is none: %d', value => {
    const message = 'f.yaml: the edit would change more than was asked for, as YAML 1.2 reads the file'

    expect(errorOf(() => editYaml('weight: 5\n', 'f.yaml', [{ path: ['weight'], value }]))).toContain(message)
  })

  it('shows no control characters of a file', () => {
    const text = '"\\e[31mred": 1\n'

    const error = errorOf(() => editYaml(text, 'f.yaml', [{ path: ['x'], value: 2 }]))

    expect(error).toContain('there are: ')
    expect(error).not.toContain('\u001b')
  })

  it("never takes the last key, nor somebody's comment", () => {
    expect(errorOf(() => editYaml('a:\n  b: 1\n', 'f.yaml', [{ path: ['a', 'b'] }]))).toContain(
      'is the only entry',
    )
    expect(errorOf(() => editYaml('- a: 1\n  # of b\n  b: 1\n', 'f.yaml', [{ path: [0, 'a'] }]))).toContain(
      'comments',
    )
    expect(
      errorOf(() => editYaml('a:\n  x: 1 # of x\n  y: 2\nb: 1\n', 'f.yaml', [{ path: ['a'] }])),
    ).toContain('comments')
  })

  it('DY-015: a value with line breaks stays one value', () => {
    const value = 'sha256:00"\n  image: evil'

    const { text } = editYaml('digest: x\n', 'f.yaml', [{ path: ['digest'], value }])

    expect(readYaml(text, 'f.yaml')).toEqual([{ digest: value }])
    expect(text.split('\n')).toHaveLength(2)
  })
})

function errorOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof AssayError) return renderError(error)
    throw error
  }
  return 'no error'
}
