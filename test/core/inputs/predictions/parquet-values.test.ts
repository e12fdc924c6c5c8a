import fc from 'fast-check'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { describe, expect, it } from 'vitest'
import {
  plainTextsOf,
  readCodes,
  readPresence,
} from '../../../../src/core/inputs/predictions/parquet-values.ts'
import { cases } from '../../../support/rounds.ts'

/** Runs of equal codes, and groups of eight packed ones. */
const RUNS = fc.array(
  fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 300 }), code: fc.nat(2 ** 20) }),
    fc.record({ packed: fc.array(fc.nat(2 ** 20), { minLength: 8, maxLength: 40 }) }),
  ),
  { minLength: 1, maxLength: 6 },
)

describe('codes of a dictionary', () => {
  it('are read as the package that reads any column reads them', () => {
    fc.assert(
      fc.property(RUNS, fc.integer({ min: 1, max: 20 }), fc.nat(7), (runs, width, less) => {
        const { bytes, count } = written(runs, width)
        const rows = Math.max(1, count - less)
        const expected = new Array<number>(rows)
        const view = new DataView(bytes.buffer, 1)
        readRleBitPackedHybrid({ view, offset: 0 }, width, expected, bytes.length - 1)

        // A run that is longer than is asked for runs over the end there.
        expected.length = rows

        expect([...readCodes(bytes, rows, undefined, 2 ** 20)]).toEqual(expected)
        const first = bytes.subarray(0, 1)
        expect(() => readCodes(first, rows, undefined, 2 ** 20)).toThrow(RangeError)
        expect(() => readCodes(bytes, rows, undefined, Math.max(...expected))).toThrow('does not have')
      }),
      cases(300),
    )
  })

  it('stand where a row has a value', () => {
    const present = readPresence(Uint8Array.of(3, 0b10110), 5)
    expect(present).toEqual(Uint8Array.of(0, 1, 1, 0, 1))
    // A run of three codes of two bits.
    expect(readCodes(Uint8Array.of(2, 6, 2), 5, present, 3)).toEqual(Int32Array.of(-1, 2, 2, -1, 2))
    expect(readPresence(Uint8Array.of(10, 1), 5)).toBe(undefined)
    expect(() => readPresence(Uint8Array.of(8, 1, 2, 2), 5)).toThrow('does not have')
  })

  it('of a dictionary of one take no bits', () => {
    expect(readCodes(Uint8Array.of(0), 3, undefined, 1)).toEqual(Int32Array.of(0, 0, 0))
    expect(() => readCodes(Uint8Array.of(0), 3, undefined, 0)).toThrow('does not have')
    expect(() => readCodes(new Uint8Array(), 3, undefined, 1)).toThrow('has none')
    expect(readCodes(new Uint8Array(), 2, new Uint8Array(2), 1)).toEqual(Int32Array.of(-1, -1))
  })
})

describe('texts one after the other', () => {
  it('are found where they stand, none beyond the page, and only those of ASCII', () => {
    const page = Buffer.from('\u0001\0\0\0a\0\0\0\0\u0002\0\0\0bc')
    const { starts, ends } = plainTextsOf(page, 3)!
    expect([...starts].map((start, row) => page.toString('latin1', start, ends[row]))).toEqual([
      'a',
      '',
      'bc',
    ])
    expect(() => plainTextsOf(page, 4)).toThrow(RangeError)
    expect(() => plainTextsOf(page.subarray(0, -1), 3)).toThrow(RangeError)
    expect(plainTextsOf(Buffer.from('\u0002\0\0\0é'), 1)).toBe(undefined)
  })
})

function written(runs: ({ count: number; code: number } | { packed: number[] })[], width: number) {
  const bytes = [width]
  let count = 0
  const varint = (value: number) => {
    for (let left = value; ; left >>>= 7) {
      bytes.push(left > 127 ? (left & 127) | 128 : left)
      if (left <= 127) return
    }
  }
  for (const run of runs) {
    if ('packed' in run) {
      const groups = Math.floor(run.packed.length / 8)
      varint((groups << 1) | 1)
      const bits = run.packed
        .slice(0, groups * 8)
        .flatMap(code => Array.from({ length: width }, (_, bit) => (code >> bit) & 1))
      for (let at = 0; at < bits.length; at += 8)
        bytes.push(bits.slice(at, at + 8).reduce((sum, bit, place) => sum | (bit << place), 0))
      count += groups * 8
    } else {
      varint(run.count << 1)
      for (let at = 0; at < width; at += 8) bytes.push(((run.code & (2 ** width - 1)) >> at) & 255)
      count += run.count
    }
  }
  return { bytes: Uint8Array.from(bytes), count }
}
