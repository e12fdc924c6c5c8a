import { describe, expect, inject, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CHAMPION, goldenText, promoted, SPLITS, split } from '../targets/cases.ts'
import { kubectl } from './cluster.ts'

/** What targets write of a canary, at each of its steps and after it, is taken by an API server with the definitions of its kinds. */

const cluster = inject('cluster')
const WRITTEN = ['VirtualService', 'HTTPRoute', 'InferenceService']

/** The objects of a text that a target writes; server-side, so that a field which is not in the definition is refused. */
function take(text: string): string[] {
  const objects = parseAllDocuments(text)
    .map(document => document.toJS() as { kind: string; metadata: object } & Record<string, unknown>)
    .filter(({ kind }) => WRITTEN.includes(kind))
  return objects.map(object => {
    const placed = { ...object, metadata: { ...object.metadata, namespace: 'default' } }
    const how = [
      'apply',
      '--server-side',
      '--dry-run=server',
      '--field-manager=canary',
      '-o',
      'name',
      '-f',
      '-',
    ]
    return kubectl(cluster, how, JSON.stringify(placed)).trim()
  })
}

describe.each(SPLITS)('a canary of $target, $name', one => {
  it('is taken at its steps, and when it is over', () => {
    const begun = split(one, goldenText(one, 'before'))
    const next = split(one, begun, { weight: 25 })

    for (const text of [begun, next, promoted(one, next, CHAMPION)]) expect(take(text)).toHaveLength(1)
  })
})

it('refuses a field that the definition does not have', () => {
  const one = SPLITS.find(({ target }) => target === 'istio')!

  expect(() => take(split(one, goldenText(one, 'before')).replace('weight: 5', 'wight: 5'))).toThrow('wight')
})
