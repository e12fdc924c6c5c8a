import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { unpackGzip } from '../../../src/services/files/unpack.ts'

test('gzip is unpacked whole, up to zeros that fill a block, or not at all', () => {
  const [one, two] = [gzipSync('one'), gzipSync('two')]
  const textOf = (...parts: Uint8Array[]) => {
    const bytes = unpackGzip(Buffer.concat(parts), 6)
    return bytes && Buffer.from(bytes).toString()
  }

  expect(textOf(one, two)).toBe('onetwo')
  expect(textOf(one, Buffer.alloc(100))).toBe('one')
  expect(textOf(one, Buffer.alloc(100), two)).toBeUndefined()
  expect(textOf(one, Buffer.from('two'))).toBeUndefined()
  expect(textOf(one, two, one)).toBeUndefined()
})
