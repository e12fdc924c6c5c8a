import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { zipOf } from './zips.ts'

const whyNot = (file: Uint8Array) => scanModel(bytesInMemory(file), isKnownImport).unscannable?.why

it('unpacks no more than is unpacked, whatever the archive says of its size', () => {
  const size = 300 * 1024 * 1024
  const zeros = deflateRawSync(Buffer.alloc(size))
  const honest = zipOf([{ name: 'a', content: zeros, method: 8, size, crc: 0 }])
  const liar = zipOf([{ name: 'a', content: zeros, method: 8, size: 100, crc: crc32(Buffer.alloc(100)) }])

  expect(whyNot(honest)).toBe('bomb')
  expect(whyNot(liar)).toBe('archive')
  expect(whyNot(gzipSync(Buffer.alloc(size)))).toBe('bomb')
})
