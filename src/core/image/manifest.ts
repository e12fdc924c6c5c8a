/** Manifests and configurations of images (OCI image specification 1.1): values → the bytes that are stored and hashed. */

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
  annotations?: Record<string, string>
}

export const TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const

/** What kind of image holds the files. */
export type ImageKind = 'volume' | 'modelcar' | 'server'

/** What is made from the same inputs, wherever and whenever: no run, no time. */
export interface Origin {
  commit: string
  /** The image that it is put on. */
  base?: { name: string; digest: string }
  /** sha256 of what identifies the data. */
  data?: string
  /** sha256 of the metrics. */
  metrics?: string
}

/** The configuration of an image that holds files and nothing that runs. */
export function volumeConfig(layers: readonly Descriptor[]): Buffer {
  return json({
    // Whoever mounts it looks for a platform that is that of the machine, unless the image is of one alone.
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: [],
  })
}

export function imageManifest(
  config: Descriptor,
  layers: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
): Buffer {
  return json({ schemaVersion: 2, mediaType: TYPES.manifest, config, layers, annotations })
}

/** What a manifest says of where it is from. */
export function annotationsOf({ commit, base, data, metrics }: Origin): Record<string, string> {
  return {
    ...(data !== undefined && { 'dev.assay.data': data }),
    ...(metrics !== undefined && { 'dev.assay.metrics': metrics }),
    ...(base && {
      'org.opencontainers.image.base.digest': base.digest,
      'org.opencontainers.image.base.name': base.name,
    }),
    'org.opencontainers.image.revision': commit,
  }
}

/** The bytes of a value: those that are hashed are those that are sent. */
export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
