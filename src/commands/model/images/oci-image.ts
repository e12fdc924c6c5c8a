import { isAssayError } from '../../../core/errors/errors.ts'
import { type ImageFile, planLayers } from '../../../core/image/layers.ts'
import { annotationsOf, type ImageKind, type Origin } from '../../../core/image/manifest.ts'
import { type ImageReference, registryOf } from '../../../core/release/image-reference.ts'
import { toSecond } from '../../../core/text/instant-words.ts'
import { count, formatBytes } from '../../../core/text/numbers.ts'
import { proxyFetch, proxyFor } from '../../../forges/http/proxy.ts'
import { layerBytes, layerDigest } from '../../../services/files/layer-bytes.ts'
import type { Blob } from '../../../services/registry/push/blob.ts'
import { keptUploads } from '../../../services/registry/push/kept-uploads.ts'
import { type PreparedImage, pushImage } from '../../../services/registry/push/push-image.ts'
import { readBase } from '../../../services/registry/push/read-base.ts'
import { type PushOptions, type Remote, remoteAt } from '../../../services/registry/push/remote.ts'
import { pushRunFacts } from '../../../services/registry/push/run-facts.ts'
import type { Context } from '../../command/context.ts'
import { descriptorOf, preparedImage, preparedModelPack } from './prepared-image.ts'
import { withProgress } from './push-progress.ts'

/** Where an image goes to. */
export interface Destination {
  /** As it is written. */
  name: string
  tag: string
  /** Why no credentials may be used, in words. */
  refused?: string | undefined
}

/** An image that is made here: of what, and on what. */
export interface OciBuild {
  files: readonly ImageFile[]
  kind: ImageKind | 'oci-artifact'
  base: ImageReference | undefined
}

/**
 * Makes an image or a ModelPack of the files of a model, without Docker, and pushes it; then says of it which run made it.
 *
 * @returns its digest; with `dryRun` the one that it would have
 * @throws AssayError CANCELLED, PACKAGE_CHANGED, FILE_…, REGISTRY_…
 */
export async function makeOciImage(
  context: Context,
  model: string,
  build: OciBuild,
  { destination, origin, dryRun }: { destination: Destination; origin: Origin; dryRun: boolean },
): Promise<string> {
  const { name, tag } = destination
  const options = optionsOf(context, destination)
  const opened: Remote[] = []
  const open = (image: string, actions: 'pull' | 'pull,push', title: string) => {
    const remote = remoteAt({ ...registryOf(image), actions, title }, options)
    opened.push(remote)
    return remote
  }
  try {
    const base = build.base && (await baseOf(build.base, open))
    const deepest = Math.max(0, ...(base?.images ?? []).map(({ layers }) => layers.length))
    const layers = await layersOf(
      context,
      build.files,
      Math.max(1, Math.min(MOST_LAYERS, MOST_WITH_BASE - deepest)),
    )
    const { host } = registryOf(name)
    const annotations = annotationsOf({
      ...origin,
      ...(base && { base: { name: base.name, digest: base.digest } }),
    })
    const image =
      build.kind === 'oci-artifact'
        ? preparedModelPack(layers, { model, commit: origin.commit }, annotations)
        : preparedImage(layers, base, build.kind, { host, annotations })
    const { digest, ...subject } = descriptorOf(image.manifests.at(-1)!)
    if (dryRun) context.log.info(`${name}:${tag} would be ${digest}; nothing was pushed`)
    else {
      const remote = open(name, 'pull,push', `${name}:${tag} could not be pushed`)
      await push(context, remote, image, destination, { digest, ...subject })
    }
    return digest
  } finally {
    for (const remote of opened) remote.close()
  }
}

// --- internal ---

const HOW = { there: 'there already', mounted: 'taken from another repository', sent: 'sent' }
const MOST_LAYERS = 100
/** Runtimes mount 127 layers of one image. */
const MOST_WITH_BASE = 127

function optionsOf({ env, signal }: Context, { refused }: Destination): PushOptions {
  return {
    env,
    signal,
    fetchFor: url => proxyFetch(url, env),
    proxyFor: url => proxyFor(url, env),
    ...(refused !== undefined && { refused }),
  }
}

async function baseOf(
  { name, tag, digest }: ImageReference,
  open: (image: string, actions: 'pull', title: string) => Remote,
) {
  const reference = digest ?? tag!
  const title = `The base ${name}${digest === undefined ? `:${tag}` : `@${digest}`} could not be read`
  const remote = open(name, 'pull', title)
  return { remote, name, ...(await readBase(remote, reference)) }
}

/** Files → layers, each hashed: what a registry has is asked for by that. */
async function layersOf(
  { folder, log, signal }: Context,
  files: readonly ImageFile[],
  most: number,
): Promise<Blob[]> {
  const layers = planLayers(files, most)
  const total = layers.reduce((all, { size }) => all + size, 0)
  log.info(`${count(files.length, 'file')}, ${formatBytes(total)}, ${count(layers.length, 'layer')}`)
  const blobs: Blob[] = []
  for (const layer of layers)
    blobs.push({
      digest: await layerDigest(folder, layer, signal),
      size: layer.size,
      read: from => layerBytes(folder, layer, from),
    })
  return blobs
}

async function push(
  context: Context,
  remote: Remote,
  image: PreparedImage,
  { name, tag }: Destination,
  subject: ReturnType<typeof descriptorOf>,
): Promise<void> {
  const { env, log, ci, now, version } = context
  const kept = keptUploads(name, env)
  const blobs = withProgress(image.blobs, context)
  const { isNew } = await pushImage(remote, { ...image, blobs }, tag, {
    kept,
    told: ({ blob, at, how }) =>
      log.info(`${at} of ${image.blobs.length}: ${formatBytes(blob.size)} ${HOW[how]}`),
  })
  log.info(`${name}:${tag} is ${subject.digest}${isNew ? '' : ', which was there already'}`)
  if (!isNew) return
  const facts = {
    ...(ci.runUrl !== undefined && { run: ci.runUrl }),
    ...(ci.pullRequest !== undefined && { pullRequest: ci.pullRequest }),
    created: toSecond(now()),
    assay: version,
  }
  try {
    await pushRunFacts(remote, subject, facts, kept)
  } catch (error) {
    // The image is there, whole, and what is released is its digest.
    if (!isAssayError(error)) throw error
    log.warn(
      `Which run made ${name}:${tag} could not be noted beside it: ${error.problems[0]?.what ?? error.message}`,
    )
  }
}
