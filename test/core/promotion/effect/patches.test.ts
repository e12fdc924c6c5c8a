import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  containersIn,
  isOf,
  lineOf,
  mayPatch,
  patchesIn,
} from '../../../../src/core/promotion/effect/patches.ts'

describe('what the patches of a kustomization set', () => {
  it('is told with its container, its object and its line', () => {
    const text =
      'patches:\n  - target: { kind: Rollout, name: churn.* }\n    patch: |-\n      - op: add\n        path: /spec/template/spec/initContainers/1/image\n        value: a:1\n'

    const [set, ...more] = patchesIn(text, 'k/kustomization.yaml', () => undefined)

    expect(more).toEqual([])
    expect(set).toMatchObject({ what: 'image', value: 'a:1', list: 'initContainers', container: 1 })
    expect(set).toMatchObject({ kind: 'Rollout' })
    // A name by a pattern may be that of any object.
    expect(set!.name).toBeUndefined()
    expect(lineOf(set!)).toEqual({ line: 6 })
  })

  it('is of a container by its name or its index, in the same list', () => {
    const text = 'kind: Deployment\nspec: { containers: [{ name: a, image: x }, { name: b, image: y }] }\n'
    const [a, b] = containersIn(text, 'd.yaml')
    const set = { file: 'k', what: 'image' as const, value: 'z', list: 'containers' }

    expect([a, b].map(one => isOf({ ...set, container: 'b' }, one!))).toEqual([false, true])
    expect([a, b].map(one => isOf({ ...set, container: 0 }, one!))).toEqual([true, false])
    expect(isOf({ ...set, container: 0, list: 'initContainers' }, a!)).toBe(false)
    expect(isOf({ ...set, container: 0, kind: 'Rollout' }, a!)).toBe(false)
  })

  it('is nothing in a text of any other form', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, patch) => {
        for (const key of ['patches', 'patchesStrategicMerge', 'patchesJson6902']) {
          patchesIn(stringify({ [key]: value }), 'k', () => patch)
          patchesIn(stringify({ [key]: [{ patch }, { path: 'p.yaml' }] }), 'k', () => stringify(value))
        }
        containersIn(patch, 'd')
        mayPatch(patch)
      }),
    )
  })
})
