import { createHash } from 'node:crypto'
import { AssayError } from '../../core/errors/errors.ts'
import { type LayerPart, type PlannedLayer, partLength } from '../../core/image/layers.ts'
import { visible } from '../../core/text/visible-text.ts'
import { openInside } from './files.ts'

/**
 * The bytes of a layer from one of them on, read as they are asked for. Two windows take turns, since a new one for each piece costs a
 * third of the time: a piece is good until the one after the next is asked for.
 *
 * @throws AssayError FILE_REFUSED, FILE_NOT_FOUND; PACKAGE_CHANGED where a file is not as long as it was, or has not the sha256 that
 * it must have (told where it is read from its beginning)
 */
export async function* layerBytes(
  folder: string,
  { parts }: Pick<PlannedLayer, 'parts'>,
  from = 0,
): AsyncGenerator<Uint8Array> {
  let skip = from
  for (const part of parts) {
    const length = partLength(part)
    if (skip < length) yield* partBytes(folder, part, skip)
    skip = Math.max(0, skip - length)
  }
}

/** `sha256:…` of the bytes of a layer. @throws as `layerBytes`; what `signal` says, once it is stopped */
export async function layerDigest(
  folder: string,
  layer: PlannedLayer,
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of layerBytes(folder, layer)) {
    signal?.throwIfAborted()
    hash.update(piece)
  }
  return `sha256:${hash.digest('hex')}`
}

// --- internal ---

const STRIDE = 1024 * 1024

async function* partBytes(folder: string, part: LayerPart, from: number): AsyncGenerator<Uint8Array> {
  if ('bytes' in part) yield part.bytes.subarray(from)
  else if ('zeros' in part) yield Buffer.alloc(part.zeros - from)
  else yield* fileBytes(folder, part, from)
}

async function* fileBytes(
  folder: string,
  { path, size, sha256 }: Extract<LayerPart, { path: string }>,
  from: number,
): AsyncGenerator<Uint8Array> {
  const { handle, size: now } = await openInside(folder, path, 'file of the model')
  try {
    if (now !== size) throw changed(path, 'it is not as long as it was')
    const windows = [0, 1].map(() => Buffer.allocUnsafeSlow(Math.min(STRIDE, size - from)))
    const hash = sha256 !== undefined && from === 0 ? createHash('sha256') : undefined
    for (let at = from, turn = 0; at < size; turn = 1 - turn) {
      const window = windows[turn]!
      const { bytesRead } = await handle.read(window, 0, Math.min(window.length, size - at), at)
      if (bytesRead === 0) throw changed(path, 'it is not as long as it was')
      at += bytesRead
      hash?.update(window.subarray(0, bytesRead))
      yield window.subarray(0, bytesRead)
    }
    if (hash && hash.digest('hex') !== sha256) throw changed(path, 'it is not what was scanned')
  } finally {
    await handle.close()
  }
}

function changed(path: string, what: string): AssayError {
  return new AssayError({
    code: 'PACKAGE_CHANGED',
    title: 'The files of the model are not what they were',
    problems: [
      {
        what,
        where: { file: visible(path) },
        fix: 'see that nothing writes to it any more, and judge and package the model again',
      },
    ],
  })
}
