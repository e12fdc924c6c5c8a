import {
  type BaseConfig,
  type BaseManifest,
  type Platform,
  parseImage,
  parseImageConfig,
  parseIndex,
} from '../../../core/image/base.ts'
import { readBlob, readManifest } from './manifests.ts'
import type { Remote } from './remote.ts'

/** A base for one platform. */
export interface BaseImage extends BaseManifest {
  settings: BaseConfig
  /** Undefined where the base is of one platform alone. */
  platform: Platform | undefined
}

/**
 * Reads an image that others are put on: the manifests of all its platforms and their configurations, no layer.
 *
 * @throws AssayError REGISTRY_…
 */
export async function readBase(
  remote: Remote,
  reference: string,
): Promise<{ digest: string; images: BaseImage[] }> {
  const whole = await readManifest(remote, reference)
  const request = { method: 'GET', url: remote.at(`manifests/${reference}`) } as const
  if (!whole) throw remote.absent(request, 'there is no such image or tag')
  const index = parseIndex(whole.bytes)
  const parts = index ?? [{ digest: whole.digest, platform: undefined }]
  if (parts.length === 0) throw remote.fail(request, 'the base is an index without an image')
  const images: BaseImage[] = []
  for (const { digest, platform } of parts) {
    const manifest = digest === whole.digest ? whole : await readManifest(remote, digest)
    const image = manifest && parseImage(manifest.bytes)
    if (!image) throw remote.fail(request, 'the base is no image that others can be put on')
    const settings = parseImageConfig(await readBlob(remote, image.config.digest))
    if (!settings) throw remote.fail(request, 'the configuration of the base is none of an image')
    images.push({ ...image, settings, platform })
  }
  return { digest: whole.digest, images }
}
