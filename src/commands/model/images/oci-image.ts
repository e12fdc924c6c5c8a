import type { ImageBuild } from '../../../core/config/package.ts'
import { AssayError } from '../../../core/errors/errors.ts'
import { type PlannedLayer, planLayers } from '../../../core/image/layers.ts'
import {
  annotationsOf,
  type Descriptor,
  imageManifest,
  type Origin,
  TYPES,
  volumeConfig,
} from '../../../core/image/manifest.ts'
import { folderOf, placeFiles, wantedGlobs } from '../../../core/image/placed-files.ts'
import { registryOf } from '../../../core/release/image-reference.ts'
import { count, formatBytes } from '../../../core/text/numbers.ts'
import { proxyFetch, proxyFor } from '../../../forges/http/proxy.ts'
import { layerBytes, layerDigest } from '../../../services/files/layer-bytes.ts'
import { filesBelow } from '../../../services/files/matching-files.ts'
import { keptUploads } from '../../../services/registry/push/kept-uploads.ts'
import { digestOf } from '../../../services/registry/push/manifests.ts'
import { type PreparedImage, pushImage } from '../../../services/registry/push/push-image.ts'
import { remoteAt } from '../../../services/registry/push/remote.ts'
import type { Blob } from '../../../services/registry/push/upload.ts'
import type { Context } from '../../command/context.ts'

/** Where an image goes to. */
export interface Destination {
  /** As it is written. */
  name: string
  tag: string
  /** Why no credentials may be used, in words. */
  refused?: string | undefined
}

/**
 * Makes an image of the files of a model, without Docker, and pushes it.
 *
 * @returns its digest; with `dryRun` the one that it would have
 * @throws AssayError PACKAGE_INVALID, PACKAGE_CHANGED, FILE_…, REGISTRY_…
 */
export async function makeOciImage(
  context: Context,
  model: string,
  build: ImageBuild,
  { destination, origin, dryRun }: { destination: Destination; origin: Origin; dryRun: boolean },
): Promise<string> {
  const layers = planLayers(await filesOf(context, model, build))
  const image = await preparedImage(context, layers, origin)
  const digest = digestOf(image.manifests.at(-1)!.bytes)
  const { name, tag } = destination
  if (dryRun) {
    context.log.info(`${name}:${tag} would be ${digest}; nothing was pushed`)
    return digest
  }
  const remote = remoteAt(
    { ...registryOf(name), actions: 'pull,push', title: `${name}:${tag} could not be pushed` },
    {
      env: context.env,
      signal: context.signal,
      fetchFor: url => proxyFetch(url, context.env),
      proxyFor: url => proxyFor(url, context.env),
      ...(destination.refused !== undefined && { refused: destination.refused }),
    },
  )
  try {
    const { isNew } = await pushImage(remote, image, tag, {
      kept: keptUploads(name, context.env),
      told: ({ blob, at, how }) =>
        context.log.info(`${at} of ${image.blobs.length}: ${formatBytes(blob.size)} ${HOW[how]}`),
    })
    context.log.info(`${name}:${tag} is ${digest}${isNew ? '' : ', which was there already'}`)
    return digest
  } finally {
    remote.close()
  }
}

// --- internal ---

const HOW = { there: 'there already', mounted: 'taken from another repository', sent: 'sent' }

async function filesOf({ folder }: Context, model: string, { files: globs }: ImageBuild) {
  const found = await filesBelow(folder, wantedGlobs(globs).map(folderOf))
  const { files, problems } = placeFiles(globs, found)
  if (problems.length === 0) return files
  throw new AssayError({ code: 'PACKAGE_INVALID', title: `${model} could not be packaged`, problems })
}

async function preparedImage(
  { folder, log }: Context,
  layers: readonly PlannedLayer[],
  origin: Origin,
): Promise<PreparedImage> {
  const total = layers.reduce((all, { size }) => all + size, 0)
  const files = layers.reduce((all, layer) => all + layer.files.length, 0)
  log.info(`${count(files, 'file')}, ${formatBytes(total)}, ${count(layers.length, 'layer')}`)
  const blobs: Blob[] = []
  for (const layer of layers)
    blobs.push({
      digest: await layerDigest(folder, layer),
      size: layer.size,
      read: from => layerBytes(folder, layer, from),
    })
  const descriptors = blobs.map(({ digest, size }): Descriptor => ({ mediaType: TYPES.layer, digest, size }))
  const config = volumeConfig(descriptors)
  const configBlob = inMemory(config)
  const manifest = imageManifest(
    { mediaType: TYPES.config, digest: configBlob.digest, size: config.length },
    descriptors,
    annotationsOf(origin),
  )
  return {
    blobs: [...blobs, configBlob],
    manifests: [{ mediaType: TYPES.manifest, bytes: manifest }],
  }
}

function inMemory(bytes: Buffer): Blob {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *read(from) {
      yield bytes.subarray(from)
    },
  }
}
