import { describe, expect, it } from 'vitest'
import { columnPages, unpackBudget } from '../../../../src/core/inputs/predictions/parquet-pages.ts'

describe('the dictionary of a column', () => {
  it('counts by its entries, also where each is a bit: those take the space of a number once they are read', () => {
    const entries = (count: number) => [...columnPages(dictionary(count), FACTS, unpackBudget(1000, 1))]

    // 64 MiB for a file of nearly nothing.
    expect(entries(8_000_000)).toEqual([])
    expect(() => entries(9_000_000)).toThrow('more than its row group or its file holds')
  })
})

const ROOT = { children: [], count: 1, path: [] as string[], element: { name: 'root' } }
const COLUMN = { ...ROOT, path: ['flag'], element: { name: 'flag', repetition_type: 'REQUIRED' as const } }
const FACTS = {
  rows: 1,
  path: [ROOT, COLUMN],
  chunk: { path_in_schema: ['flag'], type: 'BOOLEAN' as const, codec: 'UNCOMPRESSED' as const },
}

/** A page of so many bits, with its header as Thrift writes it: kind, two sizes, and a structure of count and encoding. */
function dictionary(count: number): ArrayBuffer {
  const size = count / 8
  const header = [0x15, ...number(2), 0x15, ...number(size), 0x15, ...number(size), 0x4c]
  const bytes = new Uint8Array(size + 64)
  bytes.set([...header, 0x15, ...number(count), 0x15, ...number(0), 0, 0])
  const page = header.length + number(count).length + 5
  return bytes.buffer.slice(0, page + size)
}

function number(value: number): number[] {
  const bytes: number[] = []
  let left = value * 2
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return [...bytes, left]
}
