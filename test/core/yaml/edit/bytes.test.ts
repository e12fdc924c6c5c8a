import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { AssayError, type Problem } from '../../../../src/core/errors/errors.ts'
import { editYaml, readYaml, type YamlEdit, type YamlValue } from '../../../../src/core/yaml/edit/edit.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { cases } from '../../../support/rounds.ts'
import { type RandomYaml, randomYaml } from './random-yaml.ts'

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
const values = fc.oneof(
  fc.constantFrom(...TRAPS),
  fc.string({ unit: anyCharacter, maxLength: 12 }),
  fc.integer(),
)

const picks = fc.record({
  kind: fc.constantFrom('set', 'set', 'remove', 'add', 'add below', 'before', 'by what it has'),
  pick: fc.nat(),
  other: fc.nat(),
  value: values,
})

function editFrom(file: RandomYaml, { kind, pick, other, value }: Pick): YamlEdit[] {
  const leaf = file.leaves[pick % Math.max(1, file.leaves.length)]
  const map = file.maps[pick % Math.max(1, file.maps.length)]
  if (kind === 'add' || kind === 'add below') {
    const below = kind === 'add' ? [] : [['x'], ['y', 'x']][other % 2]!
    return map ? [{ document: map.document, path: [...map.path, 'zz', ...below], value, add: true }] : []
  }
  if (!leaf) return []
  const { document, path } = leaf
  if (kind === 'before') {
    const item = itemIn(path)
    return item ? [{ document, path: item, value: ITEMS[other % ITEMS.length]!, add: 'before' }] : []
  }
  if (kind === 'remove')
    return [{ document, path: other % 3 === 0 && path.length > 1 ? path.slice(0, -1) : path }]
  if (kind === 'set') return [{ document, path, value }]
  const at = path.findLastIndex(step => typeof step === 'number')
  if (at < 0 || at + 2 !== path.length) return []
  // The item is known by one of its keys, and the same or another one is written.
  const has = { [path.at(-1)!]: file.text.slice(leaf.from, leaf.to).replace(/^["']|["']$/g, '') }
  return [{ document, path: [...path.slice(0, at), has, `k${other % 2}`], value }]
}

/** What may become an item of a list. */
const ITEMS: YamlValue[] = ['x: y', { name: 'a', route: [{ to: 'b', weight: 5 }], on: true }, ['1.10', {}]]

/** The last item of a list on a path. */
function itemIn(path: (string | number)[]): (string | number)[] | undefined {
  const at = path.findLastIndex(step => typeof step === 'number')
  return at < 0 ? undefined : path.slice(0, at + 1)
}

type Pick = typeof picks extends fc.Arbitrary<infer T> ? T : never

function oneByOne(text: string, edits: YamlEdit[]): unknown {
  let now = text
  const refused: unknown[] = []
  for (const edit of edits) {
    const made = attempt(() => editYaml(now, 'f.yaml', [edit]).text)
    if (typeof made === 'string') now = made
    else refused.push(...made)
  }
  const apart = [...new Map(refused.map(problem => [JSON.stringify(problem), problem])).values()]
  return refused.length > 0 ? apart : now
}

/** What comes out, or the problems. */
function attempt(action: () => string): string | Problem[] {
  try {
    return action()
  } catch (error) {
    if (error instanceof AssayError) return error.problems
    throw error
  }
}

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

  it('makes edits of all kinds at once as one after the other, and refuses the same', () => {
    fc.assert(
      fc.property(randomYaml(), fc.array(picks, { minLength: 2, maxLength: 5 }), (file, chosen) => {
        const edits = chosen.flatMap(pick => editFrom(file, pick))

        const made = attempt(() => editYaml(file.text, 'f.yaml', edits).text)
        const wanted = oneByOne(file.text, edits)

        // What only the proof finds is refused as a whole.
        if (JSON.stringify(wanted).includes('would change more')) expect(made).toBeInstanceOf(Array)
        else expect(made).toEqual(wanted)
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

  it('an item that is put before another and taken away leaves the file as it was', () => {
    let put = 0
    fc.assert(
      fc.property(randomYaml(), fc.nat(), fc.constantFrom(...ITEMS), (file, pick, value) => {
        const lists = file.leaves.flatMap(({ document, path }) => {
          const item = itemIn(path)
          return item ? [{ document, path: item }] : []
        })
        const place = lists[pick % Math.max(1, lists.length)]
        if (!place) return

        const made = attempt(() => editYaml(file.text, 'f.yaml', [{ ...place, value, add: 'before' }]).text)
        if (typeof made !== 'string') return expect(made[0]!.what).toContain('does not begin on a line')

        put++
        const read = readYaml(made, 'f.yaml')[place.document]
        expect(place.path.reduce<unknown>((inner, step) => (inner as never)[step], read)).toEqual(value)
        expect(editYaml(made, 'f.yaml', [place]).text).toBe(file.text)
      }),
      cases(1_200),
    )
    expect(put).toBeGreaterThan(10)
  })
})
