import * as z from 'zod'
import { type Descriptor, type ImageKind, json, TYPES } from './manifest.ts'

/** The image that files are put on: what its manifests say, and what becomes of them. */

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const Parsed = z.object({ mediaType: z.string().max(200), digest: Digest, size: z.int().nonnegative() })
const Platform = z.looseObject({ os: z.string().max(100), architecture: z.string().max(100) })
export type Platform = z.infer<typeof Platform>

const Manifest = z.object({ config: Parsed, layers: z.array(Parsed).max(127) })
const Index = z.object({ manifests: z.array(Parsed.extend({ platform: Platform.optional() })).max(200) })
const Config = z.looseObject({
  config: z.looseObject({}).nullish(),
  rootfs: z.looseObject({ diff_ids: z.array(Digest).max(127) }),
  history: z.array(z.looseObject({})).nullish(),
})
export type BaseConfig = z.infer<typeof Config>

export interface BaseManifest {
  config: Descriptor
  layers: Descriptor[]
}

/** The images of an index, one a platform; attestations, which are of none, are left out. Undefined where it is no index. */
export function parseIndex(bytes: Buffer): { digest: string; platform: Platform }[] | undefined {
  const index = Index.safeParse(parsed(bytes))
  return index.data?.manifests.flatMap(({ digest, platform }) =>
    platform && platform.os !== 'unknown' ? [{ digest, platform }] : [],
  )
}

/** A manifest of one image, of OCI or of Docker; its layers are named as OCI has them. Undefined where it is none. */
export function parseImage(bytes: Buffer): BaseManifest | undefined {
  const manifest = Manifest.safeParse(parsed(bytes)).data
  return manifest && { ...manifest, layers: manifest.layers.map(asOci) }
}

export function parseImageConfig(bytes: Buffer): BaseConfig | undefined {
  const config = Config.safeParse(parsed(bytes)).data
  return config
}

/** Layers that nobody but their maker gives out: they are named, and not copied. */
export function isForeign({ mediaType }: Descriptor): boolean {
  return /nondistributable|foreign/.test(mediaType)
}

/** The configuration of an image on a base, with our layers at its end. */
export function configOnBase(base: BaseConfig, layers: readonly Descriptor[], kind: ImageKind): Buffer {
  const { rootfs, history } = base
  return json({
    ...base,
    ...(kind === 'modelcar' && { config: modelcarCommand(base.config ?? {}) }),
    rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, ...layers.map(({ digest }) => digest)] },
    ...(history && { history: [...history, ...layers.map(() => ({ created_by: 'assay package' }))] }),
  })
}

/** An image for several platforms. */
export function imageIndex(
  manifests: readonly (Descriptor & { platform: Platform })[],
  annotations: Readonly<Record<string, string>>,
): Buffer {
  return json({ schemaVersion: 2, mediaType: TYPES.index, manifests, annotations })
}

// --- internal ---

const OCI_LAYERS: Readonly<Record<string, string>> = {
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip': 'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.diff.tar.zstd': 'application/vnd.oci.image.layer.v1.tar+zstd',
}

/** The same bytes have two names. */
function asOci(layer: Descriptor): Descriptor {
  return { ...layer, mediaType: OCI_LAYERS[layer.mediaType] ?? layer.mediaType }
}

/**
 * KServe starts it with arguments of its own, which an entrypoint would take for others; without any it does the same: it shows its
 * files to the container beside it, and stays.
 */
function modelcarCommand(config: object): object {
  const { Entrypoint: _, ...rest } = config as { Entrypoint?: unknown }
  return { ...rest, Cmd: ['sh', '-c', 'ln -sfn /proc/$$/root/models /mnt/models && sleep infinity'] }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
