import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planLayers } from '../../../src/core/image/layers.ts'
import { layerBytes, layerDigest } from '../../../src/services/files/layer-bytes.ts'
import { sha256 } from '../../support/registry.ts'

const SIZES = { 'a.bin': 3_000_001, 'b.txt': 5, 'c.bin': 1_048_576, 'd.bin': 0 }

function world() {
  const folder = mkdtempSync(join(tmpdir(), 'assay-layer-'))
  mkdirSync(join(folder, 'model'))
  const files = Object.entries(SIZES).map(([name, size], index) => {
    const bytes = Buffer.alloc(size).map((_, at) => (at * 31 + (at >> 8) + index) & 255)
    writeFileSync(join(folder, 'model', name), bytes)
    return { path: `model/${name}`, place: name, size }
  })
  return { folder, layer: planLayers(files)[0]! }
}

/** Copied piece by piece, as they come. */
async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = []
  for await (const piece of pieces) copies.push(Buffer.from(piece))
  return Buffer.concat(copies)
}

describe('the bytes of a layer', () => {
  it('are the same from wherever they are read on, and as many as planned', async () => {
    const { folder, layer } = world()
    const whole = await all(layerBytes(folder, layer))

    expect(whole).toHaveLength(layer.size)
    expect(await layerDigest(folder, layer)).toBe(sha256(whole))
    for (const from of [1, 511, 1025, 1_500_000, 3_001_537, layer.size - 1, layer.size])
      expect((await all(layerBytes(folder, layer, from))).equals(whole.subarray(from))).toBe(true)
  })

  it('leave a piece alone until the one after the next is asked for', async () => {
    const { folder, layer } = world()
    let before: { piece: Uint8Array; copy: Buffer } | undefined
    for await (const piece of layerBytes(folder, layer)) {
      if (before) expect(before.copy.equals(before.piece)).toBe(true)
      before = { piece, copy: Buffer.from(piece) }
    }
  })

  it('are hashed no further once the job is stopped', async () => {
    const { folder, layer } = world()
    const stop = new AbortController()
    const hashing = layerDigest(folder, layer, stop.signal)
    stop.abort('SIGINT')

    await expect(hashing).rejects.toBe('SIGINT')
  })

  it('are refused where a file is not as long as it was', async () => {
    const { folder, layer } = world()
    truncateSync(join(folder, 'model/c.bin'), 10)

    await expect(layerDigest(folder, layer)).rejects.toMatchObject({
      code: 'PACKAGE_CHANGED',
      problems: [{ where: { file: 'model/c.bin' } }],
    })
  })
})
