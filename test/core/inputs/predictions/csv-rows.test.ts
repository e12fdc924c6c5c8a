import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { CsvRows, MAX_ROW_BYTES } from '../../../../src/core/inputs/predictions/csv-rows.ts'
import { cases } from '../../../support/rounds.ts'

function rowsOf(text: string | Uint8Array, pieceSize = 1 << 20): string[][] {
  const rows: string[][] = []
  const reader = new CsvRows(
    ({ bytes, starts, ends, cells }) =>
      rows.push(Array.from({ length: cells }, (_, cell) => bytes.toString('utf8', starts[cell], ends[cell]))),
    (problem, line) => {
      throw new Error(`${line}: ${problem}`)
    },
  )
  const bytes = Buffer.from(text as string)
  for (let at = 0; at < bytes.length; at += pieceSize) reader.push(bytes.subarray(at, at + pieceSize))
  reader.end()
  return rows
}

describe('CsvRows', () => {
  test.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a;b;c\n1;2,5;3',
      [
        ['a', 'b', 'c'],
        ['1', '2,5', '3'],
      ],
    ],
    [
      'a\tb\n1\t2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a|b\n1|2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a\n1\n\n\r\n2\n', [['a'], ['1'], ['2']]],
    [
      'a,b\n"1,""x""\n2",3',
      [
        ['a', 'b'],
        ['1,"x"\n2', '3'],
      ],
    ],
    [
      'a,b\n"",""\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    [
      'a,b\n , 2 \n',
      [
        ['a', 'b'],
        ['', '2'],
      ],
    ],
    [
      'a,b\n "1" , 2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n" 1 ",5" disk\n',
      [
        ['a', 'b'],
        [' 1 ', '5" disk'],
      ],
    ],
    [
      'a,b\n1,\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      '\ufeffa,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'ä,東\n😀,"é"',
      [
        ['ä', '東'],
        ['😀', 'é'],
      ],
    ],
    ['', []],
  ])('%j', (text, rows) => {
    expect(rowsOf(text)).toEqual(rows)
    expect(rowsOf(text, 1)).toEqual(rows)
  })

  test.each([
    ['a,b\n1,"2', '2: a quote is opened here and never closed'],
    ['a,b\n"1"x,2', '2: a quoted cell goes on after its closing quote'],
    ['a,b\n"x\ny",2\n"1"x,2', '4: a quoted cell goes on after its closing quote'],
    [`a,b\n"${'x'.repeat(MAX_ROW_BYTES * 3)}`, '2: a row of more than 1,048,576 bytes'],
    ['x'.repeat(MAX_ROW_BYTES * 3), '1: a row of more than 1,048,576 bytes'],
    [`a\n${','.repeat(5000)}`, '2: more than 4096 cells in a row'],
  ])('what is no CSV is told with its line: %#', (text, problem) => {
    expect(() => rowsOf(text)).toThrow(problem)
  })

  test('UTF-16 is told by its mark', () => {
    expect(() => rowsOf(Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'))).toThrow('UTF-16')
  })

  test('whatever is written as CSV reads back equal, however it is cut into pieces', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('"', ',', '\n', '\r', ' ', ';', '\t'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
    })
    const width = fc.integer({ min: 2, max: 5 })
    const table = width.chain(columns =>
      fc
        .array(fc.array(text, { minLength: columns, maxLength: columns }), { maxLength: 6 })
        .map(rows => ({ columns, rows })),
    )
    fc.assert(
      fc.property(
        table,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        ({ columns, rows }, pieceSize, quotes, newline) => {
          const header = Array.from({ length: columns }, (_, column) => `c${column}`)
          const written = Papa.unparse([header, ...rows], { quotes, newline })

          expect(rowsOf(written, pieceSize)).toEqual([header, ...rows])
        },
      ),
      cases(2000),
    )
  })
})
