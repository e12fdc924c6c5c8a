import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FlatEvents } from '../../../../src/core/traffic/events/flat-events.ts'
import { binOf } from '../../../../src/core/traffic/profile/bins.ts'
import type { Feature } from '../../../../src/core/traffic/profile/feature.ts'
import { cases } from '../../../support/rounds.ts'

const number = (name: string, edges: number[]): Feature => ({
  name,
  type: 'number',
  edges,
  counts: Array<number>(edges.length + 1).fill(1),
  missing: 0,
})
const category = (name: string, categories: string[]): Feature => ({
  name,
  type: 'category',
  categories,
  counts: categories.map(() => 1),
  missing: 0,
  pooled: 0,
})
const FEATURES = [
  number('age', [-20, 0, 0.1, 20, 1e300]),
  category('plan', ['basic', 'pro', '1', 'Zürich']),
  number('größe', [1.5]),
  category('constructor', ['say "a"', '京']),
]
const NAMES = FEATURES.map(({ name }) => name)
const flat = new FlatEvents(FEATURES)

/** What a parser makes of the same bytes; undefined for what is no event of this form. */
function parsed(bytes: Buffer) {
  const { features, ...event } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  const bins = FEATURES.map(one =>
    binOf(one, Object.hasOwn(features, one.name) ? features[one.name] : undefined),
  )
  return { event: JSON.stringify(event), bins }
}

function read(bytes: Buffer) {
  const found = flat.read(bytes)
  return found && { event: JSON.stringify(found.event), bins: [...found.bins] }
}

const SCALAR = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1',
    '-1',
    '20',
    '20.0',
    '1e5',
    '1E-5',
    '-1.5e+300',
    '1e999',
  ),
  fc.constantFrom(
    '"pro"',
    '" pro "',
    '"Zürich"',
    '"京"',
    '"1.0"',
    '""',
    '"41"',
    '"NaN"',
    '"true"',
    '"other"',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
  fc.integer().map(String),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
)
const SPACE = fc.constantFrom('', '', '', ' ', '\n\t ', '\r\n')
const members = (keys: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(SPACE, keys, SPACE, SCALAR, SPACE), { maxLength: 6 })
    .map(all => all.map(([a, key, b, value, c]) => `${a}${JSON.stringify(key)}${b}:${b}${value}${c}`))
/** Events as senders write them, in bytes. */
const EVENT = fc
  .tuple(
    members(
      fc.constantFrom('id', 'time', 'unit', 'model', 'release', 'prediction', 'score', 'error', 'latency_ms'),
    ),
    members(fc.constantFrom(...NAMES, 'another', '__proto__', '')),
    fc.constantFrom(...NAMES),
    fc.nat(6),
    SPACE,
  )
  .map(([outer, inner, name, at, space]) => {
    const row = [...inner, `${JSON.stringify(name)}: 1`]
    const all = [...outer.slice(0, at), `"features":${space}{${row.join(',')}}`, ...outer.slice(at)]
    return Buffer.from(`{${all.join(',')}}${space}`)
  })

describe('a plain event out of its bytes', () => {
  it('is what a parser makes of it', () => {
    // A text that is not ASCII and names no category is left to the parser.
    const isOdd = (text: string) => /[^\0-\x7f]/.test(text.replaceAll(/"(?:größe|Zürich|京)"/g, ''))
    fc.assert(
      fc.property(EVENT, bytes => {
        const found = read(bytes)
        if (found) expect(found).toEqual(parsed(bytes))
        else expect(/"(?:Zürich|京)"/.test(bytes.toString()) || isOdd(bytes.toString())).toBe(true)
      }),
      cases(2000),
    )
  })

  it('is read as a parser does or not at all, whatever is changed in its bytes', () => {
    const change = fc.record({
      at: fc.nat(500),
      take: fc.nat(3),
      put: fc.oneof(
        fc
          .constantFrom(
            '',
            '"',
            '\\',
            ',',
            ':',
            '{',
            '}',
            '[',
            ']',
            '0',
            '1',
            '.',
            '-',
            '+',
            'e',
            ' ',
            'NaN',
            'a',
          )
          .map(text => Buffer.from(text)),
        fc.uint8Array({ minLength: 1, maxLength: 2 }),
      ),
    })
    let readable = 0
    fc.assert(
      fc.property(EVENT, change, (event, { at, take, put }) => {
        const cut = at % event.length
        const bytes = Buffer.concat([event.subarray(0, cut), put, event.subarray(cut + take)])
        const found = read(bytes)
        if (!found) return
        readable++
        expect(found).toEqual(parsed(bytes))
      }),
      cases(5000),
    )
    expect(readable).toBeGreaterThan(50)
  })

  it.each([
    '{"features":{"age":01}}',
    '{"features":{"age":1.}}',
    '{"features":{"age":.5}}',
    '{"features":{"age":+1}}',
    '{"features":{"age":1e}}',
    '{"features":{"age":-}}',
    '{"features":{"age":nul}}',
    '{"features":{"age":[1]}}',
    '{"features":{"age":{}}}',
    '{"features":{"age":"\\u0031"}}',
    '{"features":{"age":1,}}',
    '{"features":{"age":1}',
    '{"features":{"age":1}}x',
    '{"features":{"age":1}}{"features":{"age":1}}',
    '{"features":{"age":1},"features":{"plan":"pro"}}',
    '{"features":{}}',
    '{"features":{"another":1}}',
    '{"features":[41,"pro"]}',
    '{"age":41}',
    '{"specversion":"1.0","features":{"age":1}}',
    '{"id":"ü","features":{"age":1}}',
    '[]',
    '',
  ])('is left to the parser where it is %s', text => {
    expect(read(Buffer.from(text))).toBeUndefined()
  })
})
