import { describe, expect, inject, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CASES, CHAMPION, goldenText, promoted, RELEASE, SPLITS, split } from '../targets/cases.ts'
import { kubectl } from './cluster.ts'

/** Every object that a target writes or reads, of a release and of each step of a canary, is taken by an API server with the definitions of its kind. */

const cluster = inject('cluster')

/** Server-side, so that a field which is not in the definition is refused. */
function take(text: string): string[] {
  const items = objectsIn(text).map(({ metadata, ...object }) => ({
    ...object,
    metadata: object.kind === 'Namespace' ? metadata : { ...metadata, namespace: 'default' },
  }))
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
  return kubectl(cluster, how, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    .trim()
    .split('\n')
}

/** Kinds that the cluster of these tests has no definition of. */
const UNDEFINED = ['RayService', 'LLMInferenceService']

/** None in the values of a chart, and what kustomize alone reads is none. */
function objectsIn(text: string) {
  return parseAllDocuments(text)
    .map(document => document.toJS() as { kind?: string; metadata: object } & Record<string, unknown>)
    .filter(({ kind }) => kind !== undefined && kind !== 'Kustomization' && !UNDEFINED.includes(kind))
}

describe.each(SPLITS)('a canary of $target, $name', one => {
  it('is taken at its steps, and when it is over', () => {
    const begun = split(one, goldenText(one, 'before'))
    const next = split(one, begun, { weight: 25 })

    for (const text of [begun, next, promoted(one, next, CHAMPION)])
      expect(take(text)).toHaveLength(objectsIn(text).length)
  })
})

describe.each(CASES.filter(one => objectsIn(goldenText(one, 'before')).length > 0))(
  'a release by $target, $name',
  one => {
    it('is taken, as what stands there before', () => {
      const before = goldenText(one, 'before')

      for (const text of [before, promoted(one, before, { ...RELEASE, ...one.release })])
        expect(take(text)).toHaveLength(objectsIn(text).length)
    })
  },
)

it('refuses a field that the definition does not have', () => {
  const one = SPLITS.find(({ target }) => target === 'istio')!

  expect(() => take(split(one, goldenText(one, 'before')).replace('weight: 5', 'wight: 5'))).toThrow('wight')
})
