import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import type { Scan } from '../../../src/core/scan/looked.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { npyOf, rawNpyOf } from './arrays.ts'
import { bytes, WAYS } from './pickles.ts'

const scan = (file: Uint8Array): Scan => scanModel(bytesInMemory(file), isKnownImport)
const EVIL = WAYS['STACK_GLOBAL, protocol 4']!('posix.system')
const isSafe = ({ findings, unscannable }: Scan) => findings.length === 0 && unscannable === undefined

describe('an array passes as NumPy 2.4.6 writes it', () => {
  it.each<[string, string, number]>([
    ["'<f8'", '(2, 3)', 48],
    ["'<f8'", '()', 8],
    ["'<f4'", '(0,)', 0],
    ["'|b1'", '(2,)', 2],
    ["'<U3'", '(1,)', 12],
    ["'|S1'", '(2,)', 2],
    ["'|V3'", '(2,)', 6],
    ["'<c32'", '(1,)', 32],
    ["'<M8[ns]'", '(1,)', 8],
    ["'<m8[25s]'", '(2,)', 16],
    ["'>i4'", '(3L,)', 12],
    ["[('a', '<f8'), ('b', '<i4', (2,))]", '(2,)', 32],
    ["[(('t', 'a'), '<f8')]", '(2,)', 16],
    ["[('a', '|u1'), ('', '|V7'), ('b', '<f8')]", '(2,)', 32],
    ["[(\"a'b\\\\\", '<f8'), ('c', [('d', '<i2')])]", '(1,)', 10],
  ])('%s %s', (descr, shape, size) => {
    expect(scan(npyOf(descr, shape, new Uint8Array(size)))).toEqual({
      format: 'numpy',
      findings: [],
      imports: 0,
    })
  })
})

describe('objects are found', () => {
  it.each(["'|O'", "[('a', '|O')]", "[('a', '<f8'), ('b', [('c', '|O', (2,))])]", "[('a]', '|O')]"])(
    'in %s',
    descr => {
      const { findings } = scan(npyOf(descr, '(1,)', EVIL))

      expect(findings.map(({ kind }) => kind)).toEqual(['import', 'call'])
    },
  )
})

describe('a header that NumPy does not write is not believed', () => {
  it.each([
    "'object'",
    "'i4,O'",
    "'\\x4f'",
    "'' 'O'",
    "'|' 'O'",
    "'O'",
    "'O8'",
    "u'|O'",
    '"|O"',
    "'''|O'''",
    "[('a','object')]",
    "[('a', 'object')]",
    "[('a]','|O')]",
    "[('a', '<f8') , ('b', '|O')]",
    "('|O', (1,))",
    "{'names': ['a'], 'formats': ['O']}",
    "'<f8', 'descr': '|O'",
    "'=f8'",
    "'f8'",
  ])('%s', descr => {
    expect(scan(npyOf(descr, '(1,)', EVIL)).unscannable?.why).toBe('malformed')
  })

  it.each([
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'descr': '|O', }",
    "{'fortran_order': False, 'shape': (1,), 'descr': '<f8', }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } | {'descr': 'O'}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0x1,), }",
  ])('%s', header => {
    expect(scan(rawNpyOf(`${header}\n`, EVIL)).unscannable?.why).toBe('malformed')
  })

  it('of whatever type, unless it is one whose bytes are there', () => {
    const part = fc.constantFrom("'", '"', '|', 'O', 'object', 'f8', '<', ',', ' ', '[', ']', '(', ')', 'a')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), parts => {
        expect(isSafe(scan(npyOf(parts.join(''), '(1,)', EVIL)))).toBe(false)
      }),
    )
  })
})

describe('the bytes of an array are as many as its header says', () => {
  it('and nothing follows', () => {
    expect(scan(npyOf("'<f8'", '(1,)', bytes(new Uint8Array(8), EVIL))).findings).toMatchObject([
      { kind: 'after_end' },
    ])
  })

  it.each(['(2,)', '(9999999999999999999, 9999999999999999999)'])('and none is missing of %s', shape => {
    expect(scan(npyOf("'<f8'", shape, new Uint8Array(8))).unscannable?.why).toBe('ends')
  })
})
