import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyBudget } from '../../../../src/core/traffic/events/body-budget.ts'
import { parseInTurns } from '../../../../src/core/traffic/events/json-in-turns.ts'
import { parseJsonText } from '../../../../src/core/traffic/events/json-text.ts'
import { cases } from '../../../support/rounds.ts'
import { throughTurns } from '../../../support/traffic.ts'

const read = (text: string, piece?: number) => throughTurns(parseInTurns(text, bodyBudget(0), piece))

describe('JSON in turns', () => {
  it('is what it is at once, however small the pieces are', () => {
    // Names and texts that are longer than a piece are looked for to its end, and no farther.
    const value = fc.jsonValue({ maxDepth: 5 })
    const space = fc.constantFrom(undefined, 1)
    fc.assert(
      fc.property(value, space, fc.integer({ min: 30, max: 60 }), (one, indent, piece) => {
        const text = JSON.stringify(one, null, indent)
        expect(read(text, piece)).toEqual({ value: JSON.parse(text) })
      }),
      cases(300),
    )
  })

  it('is none where it would be none at once, whatever is changed in it', () => {
    const change = fc.record({
      at: fc.nat(400),
      take: fc.nat(2),
      put: fc.constantFrom(
        '',
        ',',
        '[',
        ']',
        '{',
        '}',
        '"',
        '\\',
        ':',
        'NaN',
        '-Infinity',
        ' ',
        '1',
        '\u0001',
      ),
    })
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), change, (one, { at, take, put }) => {
        const whole = JSON.stringify([one, { name: one }, 'a "text" \\', -1.5e-300])
        const text = whole.slice(0, at % whole.length) + put + whole.slice((at % whole.length) + take)
        expect(read(text, 40)).toEqual(parseJsonText(text))
      }),
      cases(1000),
    )
  })

  it.each([
    ['lists in lists', '['.repeat(200_000)],
    ['empty objects', `[${'{},'.repeat(400_000)}{}]`],
    ['names', `{${Array.from({ length: 30_000 }, (_, index) => `"name ${index}":1`).join()}}`],
    ['a number', '1'.repeat(100_000)],
    ['words for no number', 'NaN'.repeat(100_000)],
  ])('gives up what has too many of %s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  it('gives a turn after each piece, and none for what is small', () => {
    const turns = (text: string) => [...parseInTurns(text, bodyBudget(0))].length

    expect(turns(JSON.stringify({ features: { age: 41 } }))).toBe(0)
    expect(turns(`[${'1,'.repeat(500_000)}1]`)).toBeGreaterThan(20)
    expect(turns(JSON.stringify('"'.repeat(500_000)))).toBeGreaterThan(20)
  })

  it('has names such as `__proto__` as its own', () => {
    const text = `{"a":"${'x'.repeat(50)}","__proto__":{"age":[${'1,'.repeat(50)}1]}}`
    const { value } = read(text, 40)!

    expect(Object.keys(value as object)).toEqual(['a', '__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})
