import { isAssayError } from '../../../core/errors/errors.ts'
import { formatBytes } from '../../../core/text/numbers.ts'
import type { Blob, KeptUploads } from './blob.ts'
import { digestOf, type Manifest, readManifest, writeManifest } from './manifests.ts'
import type { Remote } from './remote.ts'
import { type Uploaded, upload } from './upload.ts'

/** An image as it will be in a registry. */
export interface PreparedImage {
  blobs: readonly Blob[]
  /** Each after those that it names; the last is the image. */
  manifests: readonly Manifest[]
}

export interface PushProgress {
  blob: Blob
  /** Which of them, from 1. */
  at: number
  how: Uploaded
}

/**
 * Pushes an image: what is there is not sent, and nothing is visible by the tag before all of it is there. An image that is there
 * by its digest, byte for byte, is not pushed at all; only the tag is moved where it names another. The tag is looked up once more.
 *
 * @returns whether anything was written
 * @throws AssayError REGISTRY_…, which says how much is there
 */
export async function pushImage(
  remote: Remote,
  { blobs, manifests }: PreparedImage,
  tag: string,
  { kept, told }: { kept: KeptUploads; told: (progress: PushProgress) => void },
): Promise<{ digest: string; isNew: boolean }> {
  const image = manifests.at(-1)!
  const digest = digestOf(image.bytes)
  const brought: Blob[] = []
  try {
    // Its bytes are asked for: that something is there under a name says nothing of what it is.
    const isThere = (await readManifest(remote, digest)) !== undefined
    if (isThere && (await readManifest(remote, tag))?.digest === digest) return { digest, isNew: false }
    if (!isThere) {
      for (const [index, blob] of blobs.entries()) {
        const how = await upload(remote, blob, kept)
        brought.push(blob)
        told({ blob, at: index + 1, how })
      }
      for (const manifest of manifests) await writeManifest(remote, digestOf(manifest.bytes), manifest)
    }
    await writeManifest(remote, tag, image)
    if ((await readManifest(remote, tag))?.digest !== digest)
      throw remote.fail(
        { method: 'GET', url: remote.at(`manifests/${tag}`) },
        `\`${tag}\` was put, and does not name what was sent`,
      )
    return { digest, isNew: !isThere }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const bytes = brought.reduce((all, { size }) => all + size, 0)
    const parts = `${brought.length} of ${blobs.length} parts are in the registry (${formatBytes(bytes)}) and are not sent again`
    throw error.with({ worked: `${parts}; \`${tag}\` is what it was` })
  }
}
