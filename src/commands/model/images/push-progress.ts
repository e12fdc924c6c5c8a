import { formatBytes } from '../../../core/text/numbers.ts'
import type { Blob } from '../../../services/registry/push/blob.ts'
import type { Context } from '../../command/context.ts'

/**
 * The blobs of an image, which say every ten seconds how much of one is on its way and how fast. Bytes are read as the registry
 * takes them, so what was read is what it has, but for what is in the buffers between.
 */
export function withProgress(blobs: readonly Blob[], context: Pick<Context, 'log' | 'now'>): Blob[] {
  return blobs.map((blob, index) => ({
    ...blob,
    read: from => told(blob, from, `${index + 1} of ${blobs.length}`, context),
  }))
}

// --- internal ---

const EVERY_MS = 10_000

async function* told(
  blob: Blob,
  from: number,
  which: string,
  { log, now }: Pick<Context, 'log' | 'now'>,
): AsyncGenerator<Uint8Array> {
  let read = from
  let last = { at: now(), read }
  for await (const piece of blob.read(from)) {
    const elapsed = now() - last.at
    if (elapsed >= EVERY_MS) {
      const speed = (read - last.read) / (elapsed / 1000)
      log.info(`${which}: ${formatBytes(read)} of ${formatBytes(blob.size)}, ${formatBytes(speed)}/s`)
      last = { at: now(), read }
    }
    yield piece
    read += piece.length
  }
}
