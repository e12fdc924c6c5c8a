import { describe, expect, it } from 'vitest'
import {
  checkLevels,
  checkPage,
  type PageHeader,
} from '../../../../src/core/inputs/predictions/parquet-runs.ts'

const page = (encoding: string, num_values: number) =>
  ({ type: 'DATA_PAGE', data_page_header: { encoding, num_values } }) as PageHeader
/** As the format's own writers do it: zigzag, seven bits a byte. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
/** A block of up to 128 lengths that are all alike. */
const lengths = (count: number, each: number): number[] => [
  ...varint(128),
  ...varint(4),
  ...varint(count),
  ...varint(each * 2),
  ...(count > 1 ? [0, 0, 0, 0, 0] : []),
]

describe('the lengths inside a Parquet page', () => {
  it.each([
    ['a run as long as the page', [2, ...varint(1000 * 2), 3], 1000],
    ['groups of bits, the last filled up', [1, ...varint(126 * 2 + 1), ...new Array(126).fill(255)], 1001],
    ['several runs', [2, ...varint(600 * 2), 3, ...varint(400 * 2), 0], 1000],
    ['no values', [], 0],
  ])('are fine: %s', (_, bytes, values) => {
    expect(() => checkPage(Uint8Array.from(bytes), page('RLE_DICTIONARY', values), false)).not.toThrow()
  })

  it.each([
    ['a run of 2²⁸ values', [2, ...varint(2 ** 29), 3]],
    ['groups of bits beyond the page', [1, ...varint(2 ** 20 + 1), 255]],
    ['the second run', [2, ...varint(600 * 2), 3, ...varint(2 ** 24), 0]],
    ['values of 255 bits', [255, ...varint(2000), 3]],
  ])('are refused: %s', (_, bytes) => {
    expect(() => checkPage(Uint8Array.from(bytes), page('RLE_DICTIONARY', 1000), false)).toThrow(RangeError)
  })

  it('of nulls are looked at in both kinds of page', () => {
    const run = [...varint(2 ** 29), 1]
    const second = { type: 'DATA_PAGE_V2', data_page_header_v2: { num_values: 10 } } as PageHeader

    expect(() => checkPage(Uint8Array.from([run.length, 0, 0, 0, ...run]), page('PLAIN', 10), true)).toThrow(
      RangeError,
    )
    expect(() => checkLevels(Uint8Array.from(run), second)).toThrow(RangeError)
    expect(() => checkLevels(Uint8Array.from([20, 1]), second)).not.toThrow()
  })

  it('of shared beginnings cannot exceed the text before', () => {
    const texts = (shared: number) =>
      Uint8Array.from([
        ...lengths(2, 0).slice(0, 4),
        0,
        shared * 2,
        0,
        0,
        0,
        0,
        ...lengths(2, 3),
        1,
        2,
        3,
        4,
        5,
        6,
      ])

    expect(() => checkPage(texts(3), page('DELTA_BYTE_ARRAY', 2), false)).not.toThrow()
    expect(() => checkPage(texts(50), page('DELTA_BYTE_ARRAY', 2), false)).toThrow(RangeError)
    expect(() => checkPage(texts(3), page('DELTA_BYTE_ARRAY', 1), false)).toThrow(RangeError)
  })
})
