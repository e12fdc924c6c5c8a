import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import {
  type MetricsFileOptions,
  parseMetricsFile,
} from '../../../../src/core/inputs/metrics-file/metrics-file.ts'
import { isInherited, METRIC_NAME, MetricName, metricNameOf } from '../../../../src/core/text/names.ts'
import { anyCharacter } from '../../../support/any-character.ts'
import { cases } from '../../../support/rounds.ts'

const parse = (text: string, file: string, options?: MetricsFileOptions) =>
  parseMetricsFile(Buffer.from(text), file, options)

const text = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 200 })
const key = fc
  .oneof(
    fc.constantFrom('a', 'b', 'a/b', 'acc,none', 'new york', 'mAP50(B)', '1', '-1', 'Straße', 'x.y', 'C++'),
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 6 }),
  )
  .filter(one => !isInherited(one) && one !== '_type' && one !== 'next_page_token')
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, 'text', '0.9', ''),
)
const tree = fc.letrec<{ node: unknown }>(tie => ({
  node: fc.oneof(
    { depthSize: 'small' },
    value,
    fc.dictionary(key, tie('node'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('node'), { maxLength: 3 }),
  ),
})).node

describe('names', () => {
  it('any text comes to one name, which a gate may say in either form', () => {
    fc.assert(
      fc.property(text, written => {
        const name = metricNameOf(written)
        expect(name).toMatch(METRIC_NAME)
        expect(metricNameOf(name)).toBe(name)
        if (!isInherited(name)) expect(MetricName.parse(written)).toBe(name)
      }),
      cases(2000),
    )
  })
})

describe('trees', () => {
  it('every leaf is a metric or is told to have no value, and nothing else is', () => {
    fc.assert(
      fc.property(fc.dictionary(key, tree, { maxKeys: 5, noNullPrototype: true }), root => {
        const { metrics, without, withheld } = parse(JSON.stringify(root), 'm.json')
        const numbers = new Set(numbersIn(root))
        for (const [name, number] of metrics) {
          expect(without.has(name)).toBe(false)
          expect(numbers.has(number)).toBe(true)
        }
        if (numbers.size > 0) expect(metrics.size + without.size + withheld.length).toBeGreaterThan(0)
      }),
      cases(1000),
    )
  })

  it('`at` with the keys of a number finds it', () => {
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1, maxLength: 6 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (path, number) => {
          const root = path.reduceRight<unknown>((inner, name) => ({ zz: 'beside', [name]: inner }), number)
          const { metrics, withheld } = parse(JSON.stringify(root), 'm.json', { at: path.join('/') })
          // A name that looks like a secret or an address is withheld.
          expect([...metrics.values()]).toEqual(withheld.length > 0 ? [] : [number + 0])
        },
      ),
      cases(1000),
    )
  })
})

describe('tables', () => {
  const cell = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('', 'nan', 'NA', 'x'),
  )

  it('give the last cell of each column that is not empty, and no older number in its place', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }), rows => {
        fc.pre(rows.some(row => row.some(one => one !== '')))
        const data = rows.map((row, step) => [String(step), ...row])
        const { metrics } = parse(Papa.unparse({ fields: ['step', 'a', 'b', 'c'], data }), 'm.csv')
        for (const [column, name] of ['a', 'b', 'c'].entries()) {
          const last = rows.map(row => row[column]!).findLast(one => one !== '')
          const number = last === undefined || !/\d/.test(last) ? undefined : Number(last) + 0
          expect(metrics.get(name)).toBe(number)
        }
      }),
      cases(500),
    )
  })

  it('any options of any table end in metrics or in an AssayError', () => {
    const row = fc.oneof(fc.constantFrom('a=1', 'highest a', 'lowest zz', '=', 'a'), text)
    const table = fc.array(fc.array(fc.oneof(cell, text), { maxLength: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(table, row, (data, asked) => {
        try {
          for (const number of parse(Papa.unparse([['a', 'b'], ...data]), 'm.csv', {
            row: asked,
          }).metrics.values())
            expect(Number.isFinite(number)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
        }
      }),
      cases(1000),
    )
  })
})

describe('what is too much', () => {
  it.each([
    [
      'columns',
      'm.csv',
      `${Array.from({ length: 30_000 }, (_, at) => `c${at}`).join(',')}\n${'1,'.repeat(29_999)}1`,
    ],
    [
      'keys',
      'm.json',
      JSON.stringify(Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`k${at}`, 1]))),
    ],
    ['lines', 'm.jsonl', Array.from({ length: 30_000 }, (_, at) => `{"name":"n${at}","a":1}`).join('\n')],
  ])('%s are refused', (_, file, much) => {
    expect(() => parse(much, file)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ what: 'more than 20,000 values' })] }),
    )
  })

  it('keys that fit `at` in many ways are not all tried', () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? 1 : Object.fromEntries(['a', 'a/a', 'a/a/a'].map(name => [name, nested(depth - 1)]))

    expect(() => parse(JSON.stringify(nested(8)), 'm.json', { at: `${'a/'.repeat(400)}b` })).toThrow(
      AssayError,
    )
  })
})

function numbersIn(node: unknown): number[] {
  if (typeof node === 'number') return [node + 0]
  return typeof node === 'object' && node !== null ? Object.values(node).flatMap(numbersIn) : []
}
