import type { FileHandle } from 'node:fs/promises'
import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import { unusable } from '../../core/inputs/predictions/columns.ts'
import { isZstd, type StreamCutter, zstdFrames } from '../../core/inputs/predictions/zstd-frames.ts'
import { isGzip } from './unpack.ts'

/** How much of a file is read at once, in bytes. */
export const PIECE = 1024 * 1024

/** How a text can be packed. */
export interface Packing {
  name: string
  /** By the first four bytes of a file. */
  begins(bytes: Uint8Array): boolean
  /** Undefined where this Node cannot. */
  unpacker(): Transform | undefined
  /** For an unpacker that goes on with the next stream only where a piece begins with it. */
  streams(): StreamCutter
}

export const PACKINGS: readonly Packing[] = [
  {
    name: 'gzip',
    begins: isGzip,
    unpacker: () => zlib.createGunzip({ chunkSize: PIECE }),
    streams: () => ({ cut: piece => [piece], isWhole: true }),
  },
  // Since Node 22.15 and 23.8.
  {
    name: 'zstd',
    begins: isZstd,
    unpacker: () => zlib.createZstdDecompress?.({ chunkSize: PIECE }),
    streams: zstdFrames,
  },
]

/**
 * What a packed file holds, piece by piece: of all the streams in it, one behind the other. Zeros behind the last of gzip are none of
 * it, as for gzip itself: they fill up a block.
 *
 * @throws AssayError PREDICTIONS_INVALID where it is damaged, cut off, or goes on with something else
 */
export async function* unpacked(
  handle: FileHandle,
  file: string,
  packing: Packing,
): AsyncGenerator<Uint8Array> {
  const { name } = packing
  const stream = packing.unpacker()
  if (!stream)
    throw unusable(
      file,
      `it is packed by ${name}, which Node ${process.versions.node} cannot unpack`,
      'Run Assay with Node 22.15 or newer, unpack it before, or pack it by gzip.',
    )
  const fed = feed(handle, stream, packing.streams())
  // Behind the end of the stream nobody waits for it but who awaits `fed`.
  fed.catch(cause => stream.readableEnded || stream.destroy(cause))
  try {
    yield* stream
    await fed
  } catch (cause) {
    if (cause instanceof RangeError || /^(?:Z_|ZSTD_)/.test(String((cause as NodeJS.ErrnoException).code)))
      throw unusable(
        file,
        `its ${name} compression is damaged`,
        'Write it again: it may be cut off, or something else stands behind it.',
      )
    throw cause
  } finally {
    stream.destroy()
  }
}

// --- internal ---

/** One piece at a time: what is left of one that an unpacker wanted no more of tells where it ended. */
async function feed(handle: FileHandle, stream: Transform, streams: StreamCutter): Promise<void> {
  let given = 0
  let hasEnded = false
  for await (const piece of piecesOf(handle))
    for (const part of streams.cut(piece)) {
      if (!hasEnded) await written(stream, part)
      given += part.length
      const left = Math.min(given - (stream as unknown as { bytesWritten: number }).bytesWritten, part.length)
      hasEnded ||= left > 0
      if (part.subarray(part.length - left).some(byte => byte !== 0))
        throw new RangeError('something stands behind the end')
    }
  if (!streams.isWhole) throw new RangeError('it is cut off')
  if (!hasEnded) stream.end()
}

function written(stream: Transform, part: Uint8Array): Promise<void> {
  return new Promise((done, failed) => {
    stream.write(part, cause => (cause ? failed(cause) : done()))
  })
}

async function* piecesOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(PIECE), 0, PIECE, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}
