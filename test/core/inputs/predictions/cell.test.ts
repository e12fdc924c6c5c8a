import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  canonicalLabel,
  numberFromBytes,
  numberFromText,
  textFromBytes,
  textFromValue,
} from '../../../../src/core/inputs/predictions/cells/cell.ts'
import { TextCodes } from '../../../../src/core/inputs/predictions/cells/text-codes.ts'
import { cases } from '../../../support/rounds.ts'

const number = (text: string) => numberFromBytes(Buffer.from(`,${text},`), 1, 1 + Buffer.byteLength(text))

describe('numberFromBytes', () => {
  test.each([
    ['0.1', 0.1],
    ['-12.50', -12.5],
    ['+3', 3],
    ['.5', 0.5],
    ['5.', 5],
    ['1e-7', 1e-7],
    ['123456789012345678', 123456789012345680],
    ['0.30000000000000004', 0.30000000000000004],
    ['-0', 0],
    ['-0.0e5', 0],
  ])('%s is read', (text, value) => {
    expect(number(text)).toBe(value)
  })

  test.each([
    '',
    '.',
    '-',
    '+',
    'NaN',
    'inf',
    'Infinity',
    '0x10',
    '1_000',
    '1,5',
    '1.2.3',
    '1e',
    'e5',
    '--1',
    '1 2',
    '١',
    'true',
    ' 1',
  ])('%j is not a number', text => {
    expect(number(text)).toBeNaN()
    expect(numberFromText(text)).toBeNaN()
  })

  test('every double reads back exactly, whatever its notation', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(20), (value, decimals) => {
        expect(number(String(value))).toBe(value + 0)
        expect(number(value.toExponential())).toBe(value + 0)
        if (Math.abs(value) < 1e15)
          expect(number(value.toFixed(decimals))).toBe(Number(value.toFixed(decimals)) + 0)
      }),
      cases(5000),
    )
  })

  test('bytes and text agree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('0', '1', '9', '.', '-', '+', 'e', 'E', ' ', 'x'), { maxLength: 25 }),
        parts => {
          expect(number(parts.join(''))).toBe(numberFromText(parts.join('')))
        },
      ),
      cases(5000),
    )
  })
})

describe('texts', () => {
  test('bytes that are not UTF-8 have no text', () => {
    expect(textFromBytes(Buffer.from([0x61, 0xe9, 0x62]), 0, 3)).toBeUndefined()
    expect(textFromBytes(Buffer.from('xäx'), 1, 3)).toBe('ä')
  })

  test('values of Parquet columns have the text one would write in a CSV', () => {
    const values = [
      'a',
      1.5,
      12345678901234567890n,
      true,
      new Date('2026-01-31'),
      new Date('2026-01-31T10:00:00Z'),
      null,
      [1],
      new Date(Number.NaN),
    ]

    expect(values.map(textFromValue)).toEqual([
      'a',
      '1.5',
      '12345678901234567890',
      'true',
      '2026-01-31',
      '2026-01-31T10:00:00.000Z',
      undefined,
      undefined,
      undefined,
    ])
  })

  test('one label has one spelling', () => {
    expect(['1', '1.0', '1.', 'True', 'TRUE'].map(canonicalLabel)).toEqual(['1', '1', '1', '1', '1'])
    expect(['0', '0.0', '-0', 'false'].map(canonicalLabel)).toEqual(['0', '0', '0', '0'])
    expect(['01', '1.5', 'yes', '-1', '1e3'].map(canonicalLabel)).toEqual(['01', '1.5', 'yes', '-1', '1e3'])
  })
})

test('texts of the same bytes have the same code, all others codes of their own', () => {
  // As many short ones as have to share their places in a table.
  const unit = fc.constantFrom('\0', 'a', 'b', '1', '0', 'é', '\x01')
  const texts = fc.array(fc.string({ unit, minLength: 1, maxLength: 5 }), { maxLength: 200 })
  fc.assert(
    fc.property(texts, list => {
      const codes = new TextCodes()
      const found = list.map(text => codes.codeOfBytes(Buffer.from(text), 0, Buffer.byteLength(text)))

      const different = [...new Set(list)]
      expect(codes.values).toEqual(different)
      expect(found).toEqual(list.map(text => different.indexOf(text)))
    }),
    cases(200),
  )
})
