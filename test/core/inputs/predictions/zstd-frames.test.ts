import { constants, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isZstd, zstdFrames } from '../../../../src/core/inputs/predictions/zstd-frames.ts'

const { ZSTD_c_checksumFlag, ZSTD_c_contentSizeFlag } = constants

const frame = fc.oneof(
  fc
    .record({
      text: fc.string(),
      // More than a block of 128 KiB, and one that is nothing but one byte.
      times: fc.constantFrom(1, 1, 100, 40_000),
      checksum: fc.nat(1),
      size: fc.nat(1),
    })
    .map(({ text, times, checksum, size }) =>
      zstdCompressSync(text.repeat(times), {
        params: { [ZSTD_c_checksumFlag]: checksum, [ZSTD_c_contentSizeFlag]: size },
      }),
    ),
  fc.record({ last: fc.nat(15), content: fc.uint8Array({ maxLength: 300 }) }).map(({ last, content }) => {
    const head = Buffer.from([0x50 + last, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])
    head.writeUInt32LE(content.length, 4)
    return Buffer.concat([head, content])
  }),
)

describe('zstdFrames', () => {
  test('cuts a file behind each frame, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
        (frames, lengths) => {
          const whole = Buffer.concat(frames)
          const ends = frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length)
          const cutter = zstdFrames()
          const found: number[] = []
          let at = 0
          for (let piece = 0; at < whole.length; piece++)
            for (const cut of cutter.cut(whole.subarray(at, at + lengths[piece % lengths.length]!))) {
              expect(whole.subarray(at, at + cut.length).equals(cut)).toBe(true)
              at += cut.length
              if (cutter.isWhole || ends.includes(at)) found.push(at)
            }

          expect(found).toEqual(ends)
          expect(cutter.isWhole).toBe(true)
          expect(frames.every(isZstd)).toBe(true)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('is whole only where each frame has ended', () => {
    const whole = Buffer.concat([zstdCompressSync('a'.repeat(500)), zstdCompressSync('b')])
    const wholeAt = Array.from({ length: whole.length }, (_, index) => index + 1).filter(length => {
      const frames = zstdFrames()
      frames.cut(whole.subarray(0, length))
      return frames.isWhole
    })

    expect(wholeAt).toEqual([zstdCompressSync('a'.repeat(500)).length, whole.length])
    expect(() => zstdFrames().cut(Buffer.concat([whole, Buffer.alloc(4)]))).toThrow(RangeError)
  })
})
