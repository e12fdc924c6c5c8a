import { describe, expect, it } from 'vitest'
import { renderedObjects } from '../../../../src/core/promotion/effect/rendered-objects.ts'
import { manifestDiff } from '../../../../src/core/promotion/text/manifest-diff.ts'

const diff = (before: string, after: string) => manifestDiff(renderedObjects(before, after))

describe('renderedObjects', () => {
  it('compares objects by kind, namespace and name, in whatever order they come', () => {
    const a = 'kind: A\nmetadata:\n  name: a\n  namespace: ml\nvalue: 1\n'
    const b = 'kind: B\nmetadata:\n  name: b\n'

    expect(diff(`${a}---\n${b}`, `${b}---\n${a}`)).toBe('')
    expect(diff(a, `${b}---\n${a.replace('1', '2')}`)).toBe(
      [
        '--- a/A/ml/a\n+++ b/A/ml/a\n@@ -2,4 +2,4 @@\n metadata:\n   name: a\n   namespace: ml\n-value: 1\n+value: 2\n',
        '--- /dev/null\n+++ b/B/b\n@@ -0,0 +1,3 @@\n+kind: B\n+metadata:\n+  name: b\n',
      ].join(''),
    )
  })

  it('knows a generated ConfigMap again by its name without the suffix', () => {
    const map = (suffix: string, version: number) =>
      `kind: ConfigMap\nmetadata:\n  name: churn-${suffix}\ndata:\n  VERSION: "${version}"\n`

    expect(diff(map('7mh8k4b5t9', 41), map('c2f6g7d8m4', 42))).toContain(
      '-  VERSION: "41"\n+  VERSION: "42"\n',
    )
  })

  it('never shows what is in a Secret', () => {
    const secret = (value: string) =>
      `kind: Secret\nmetadata: {name: token}\ndata: {a: ${value}}\nstringData: {b: ${value}}\n`

    const shown = diff('', secret('Q0FOQVJZ'))

    expect(shown).toContain('(hidden)')
    expect(shown).not.toContain('Q0FOQVJZ')
    expect(diff(secret('Q0FOQVJZ'), secret('b3RoZXI='))).toBe('')
  })

  it('keeps both of two objects of one name', () => {
    const twice = 'kind: A\nmetadata: {name: a}\nn: 1\n---\nkind: A\nmetadata: {name: a}\nn: 2\n'

    expect(renderedObjects(twice, '')).toHaveLength(2)
  })

  it('keeps every object of one name, with marks, also beside one whose own name ends so', () => {
    const named = (name: string) => `kind: A\nmetadata: { name: "${name}" }\n`
    const names = ["b'", 'b', 'b', 'b', "b'"]

    expect(renderedObjects(names.map(named).join('---\n'), '').map(({ path }) => path)).toEqual([
      "A/b'",
      'A/b',
      "A/b''",
      "A/b'''",
      "A/b''''",
    ])
  })

  it('refuses what is no YAML', () => {
    expect(() => renderedObjects('a: [', '')).toThrow(expect.objectContaining({ code: 'YAML_UNREADABLE' }))
  })
})
