import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { expect, it, vi } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'
import { SLOW } from '../../support/slow.ts'
import { bytes } from './pickles.ts'
import { zipOf } from './zips.ts'

// Four gigabytes are unpacked.
vi.setConfig({ testTimeout: SLOW })

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

it('unpacks no more in all than is unpacked, in however many entries it stands', () => {
  const header = bytes(
    '\x93NUMPY',
    1,
    0,
    118,
    0,
    // As many numbers as there are: what stands behind them would be told.
    "{'descr': '<f8', 'fortran_order': False, 'shape': (32768000,), }".padEnd(117),
    '\n',
  )
  const content = Buffer.concat([header, Buffer.alloc(250 * 1024 * 1024)])
  const [packed, size, crc] = [deflateRawSync(content), content.length, crc32(content)]
  const entry = (index: number) => ({ name: `${index}.npy`, content: packed, method: 8, size, crc })
  const file = zipOf(Array.from({ length: 17 }, (_, index) => entry(index)))

  // The sixteen before it have been read to their end.
  expect(scanModel(bytesInMemory(file), isKnownImport)).toMatchObject({
    format: 'numpy',
    findings: [],
    unscannable: { why: 'bomb', entry: '16.npy' },
  })
})
