import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonPath, valueAt } from '../../../src/core/deploy-config/answers/json-path.ts'

const isShort = (step: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(step)

/** A step in one of the ways that it may be written. */
function written(step: string | number, way: number): string {
  if (typeof step === 'number') return `[${step}]`
  if (way === 0 && isShort(step)) return `.${step}`
  const double = JSON.stringify(step)
  if (way === 1) return `[${double}]`
  return `['${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}']`
}

/** Every place of a document, by its steps. */
function placesOf(json: unknown): { path: (string | number)[]; value: unknown }[] {
  const inside =
    typeof json !== 'object' || json === null
      ? []
      : Array.isArray(json)
        ? json.map((value, index): [number, unknown] => [index, value])
        : Object.entries(json)
  return [
    { path: [], value: json },
    ...inside.flatMap(([step, value]) =>
      placesOf(value).map(below => ({ path: [step, ...below.path], value: below.value })),
    ),
  ]
}

describe('a path into JSON', () => {
  it('leads to every place of any document, however its steps are written', () => {
    const cases = fc
      .jsonValue({ maxDepth: 3 })
      .chain(json =>
        fc.tuple(fc.constant(json), fc.constantFrom(...placesOf(json)), fc.infiniteStream(fc.nat(2))),
      )
    fc.assert(
      fc.property(cases, ([json, { path, value }, ways]) => {
        const text = `$${path.map(step => written(step, ways.next().value)).join('')}`
        const parsed = parseJsonPath(text)

        expect(parsed).toEqual(path)
        expect(valueAt(json, parsed!)).toBe(value)
      }),
    )
  })

  it('is refused or read, and never more than a path, whatever is written', () => {
    const text = fc.string({ unit: fc.constantFrom(...'$.[]\'"\\ab01-*?@:, u') })
    fc.assert(
      fc.property(text, tail => {
        const path = parseJsonPath(`$${tail}`)
        // What is read again from its plainest spelling is the same.
        if (path) expect(parseJsonPath(`$${path.map(step => written(step, 1)).join('')}`)).toEqual(path)
      }),
    )
  })

  it.each([
    '',
    'a',
    '$.',
    '$..a',
    '$.*',
    '$[*]',
    '$[1:2]',
    '$[?@.a]',
    '$[01]',
    '$[-0]',
    "$['a]",
    '$.a b',
    '$.1',
  ])('is none: %s', text => {
    expect(parseJsonPath(text)).toBeUndefined()
  })

  it('counts from the end where the index is negative', () => {
    expect(valueAt({ a: [1, 2, 3] }, parseJsonPath('$.a[-1]')!)).toBe(3)
    expect(valueAt([1], parseJsonPath('$[-2]')!)).toBeUndefined()
  })

  it('finds nothing where the document holds nothing of its own', () => {
    for (const path of ['$.constructor', '$.__proto__', '$.length', '$.toString.name'])
      expect(valueAt({ a: 1 }, parseJsonPath(path)!)).toBeUndefined()
    expect(valueAt([1, 2], parseJsonPath('$.length')!)).toBeUndefined()
    expect(valueAt('text', parseJsonPath('$.length')!)).toBeUndefined()
  })
})
