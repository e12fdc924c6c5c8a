import { configOnBase, imageIndex, isForeign } from '../../../core/image/base.ts'
import {
  type Descriptor,
  type ImageKind,
  imageManifest,
  TYPES,
  volumeConfig,
} from '../../../core/image/manifest.ts'
import {
  MODEL_PACK,
  modelPackConfig,
  modelPackLayers,
  modelPackManifest,
} from '../../../core/image/model-pack.ts'
import { type Blob, inMemory } from '../../../services/registry/push/blob.ts'
import { digestOf } from '../../../services/registry/push/manifests.ts'
import type { PreparedImage } from '../../../services/registry/push/push-image.ts'
import type { BaseImage } from '../../../services/registry/push/read-base.ts'
import type { Remote } from '../../../services/registry/push/remote.ts'

/** What files are put on. */
export interface Base {
  remote: Remote
  images: readonly BaseImage[]
}

/**
 * The manifests and blobs of an image with these layers: alone, or on a base, for each platform that the base has. Layers of a base
 * in the same registry are mounted from there, those of another are copied.
 */
export function preparedImage(
  layers: readonly Blob[],
  base: Base | undefined,
  kind: ImageKind,
  { host, annotations }: { host: string; annotations: Readonly<Record<string, string>> },
): PreparedImage {
  const own = layers.map(({ digest, size }): Descriptor => ({ mediaType: TYPES.layer, digest, size }))
  if (!base) {
    const made = imageOf(volumeConfig(own), own, annotations)
    return { blobs: [...layers, made.config], manifests: [made.manifest] }
  }
  const images = base.images.map(image => ({
    ...imageOf(configOnBase(image.settings, own, kind), [...image.layers, ...own], annotations),
    platform: image.platform,
  }))
  const copied = base.images.flatMap(({ layers: theirs }) =>
    theirs.filter(layer => !isForeign(layer)).map(layer => copyOf(layer, base.remote, host)),
  )
  const blobs = [...copied, ...layers, ...images.map(({ config }) => config)]
  const entries = images.flatMap(({ manifest, platform }) =>
    platform ? [{ ...descriptorOf(manifest), platform }] : [],
  )
  const manifests = images.map(({ manifest }) => manifest)
  return {
    blobs: [...new Map(blobs.map(blob => [blob.digest, blob])).values()],
    manifests:
      entries.length === 0
        ? manifests
        : [...manifests, { mediaType: TYPES.index, bytes: imageIndex(entries, annotations) }],
  }
}

/** The manifest and blobs of a ModelPack with these layers. */
export function preparedModelPack(
  layers: readonly Blob[],
  { model, commit }: { model: string; commit: string },
  annotations: Readonly<Record<string, string>>,
): PreparedImage {
  const own = modelPackLayers(layers)
  const config = inMemory(modelPackConfig(model, commit, own))
  const descriptor = { mediaType: MODEL_PACK.config, digest: config.digest, size: config.size }
  const manifest = { mediaType: TYPES.manifest, bytes: modelPackManifest(descriptor, own, annotations) }
  return { blobs: [...layers, config], manifests: [manifest] }
}

/** How a manifest is named by others. */
export function descriptorOf({ mediaType, bytes }: PreparedImage['manifests'][number]): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

// --- internal ---

function imageOf(
  configBytes: Buffer,
  layers: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
) {
  const config = inMemory(configBytes)
  const descriptor = { mediaType: TYPES.config, digest: config.digest, size: config.size }
  const manifest = { mediaType: TYPES.manifest, bytes: imageManifest(descriptor, layers, annotations) }
  return { config, manifest }
}

function copyOf({ digest, size }: Descriptor, from: Remote, host: string): Blob {
  return {
    digest,
    size,
    read: at => skipped(from.download(digest), at),
    ...(from.host === host && { mountFrom: from.repository }),
  }
}

async function* skipped(stream: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const piece of stream) {
    if (left < piece.length) yield piece.subarray(left)
    left = Math.max(0, left - piece.length)
  }
}
