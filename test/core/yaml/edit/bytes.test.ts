import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { editYaml } from '../../../../src/core/yaml/edit/edit.ts'
import { cases } from '../../../support/rounds.ts'
import { randomYaml } from './random-yaml.ts'

const TRAPS = [
  '12e4567',
  '1.10',
  'yes',
  '017',
  '2024-01-01',
  '1_000',
  '12:30:45',
  '=',
  '<<',
  '~',
  '',
  'a: b',
  'v #1',
]
const values = fc.oneof(fc.constantFrom(...TRAPS), fc.string({ unit: 'binary', maxLength: 12 }), fc.integer())

describe('editing random files', () => {
  it('DY-006: changes the bytes of the wanted value and no other', () => {
    fc.assert(
      fc.property(randomYaml(), fc.nat(), values, (file, pick, value) => {
        const leaf = file.leaves[pick % Math.max(1, file.leaves.length)]
        if (!leaf) return

        const { text } = editYaml(file.text, 'f.yaml', [{ document: leaf.document, path: leaf.path, value }])

        expect(text.slice(0, leaf.from)).toBe(file.text.slice(0, leaf.from))
        const tail = file.text.slice(leaf.to)
        expect(text.slice(text.length - tail.length)).toBe(tail)
        for (const version of ['1.1', '1.2'] as const)
          expect(
            parseAllDocuments(text.replace(/^\ufeff/, ''), { version, merge: false })[leaf.document]!.getIn(
              leaf.path,
            ),
          ).toBe(value)
      }),
      cases(1_200),
    )
  })

  it('makes several edits at once as one after the other, and none twice', () => {
    fc.assert(
      fc.property(randomYaml(), fc.array(fc.tuple(fc.nat(), values), { maxLength: 4 }), (file, picks) => {
        if (file.leaves.length === 0) return
        const edits = picks.map(([pick, value]) => {
          const { document, path } = file.leaves[pick % file.leaves.length]!
          return { document, path, value }
        })
        const last = edits.filter(
          (edit, index) => !edits.slice(index + 1).some(other => other.path === edit.path),
        )

        const once = editYaml(file.text, 'f.yaml', edits).text
        const twice = editYaml(once, 'f.yaml', last)

        expect(once).toBe(edits.reduce((text, edit) => editYaml(text, 'f.yaml', [edit]).text, file.text))
        expect(twice).toEqual({ text: once, changed: [] })
      }),
      cases(300),
    )
  })

  it('DY-021: a key that is added and taken away leaves the file as it was', () => {
    fc.assert(
      fc.property(randomYaml(), fc.nat(), values, (file, pick, value) => {
        const map = file.maps[pick % Math.max(1, file.maps.length)]
        if (!map) return
        const path = [...map.path, 'zz']

        const added = editYaml(file.text, 'f.yaml', [{ document: map.document, path, value, add: true }])
        const removed = editYaml(added.text, 'f.yaml', [{ document: map.document, path }])

        expect(added.changed).toEqual([path])
        expect(removed.text).toBe(file.text)
      }),
      cases(1_200),
    )
  })
})
