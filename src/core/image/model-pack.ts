import { MODELS } from './layers.ts'
import { type Descriptor, json, TYPES } from './manifest.ts'

/**
 * A ModelPack of the CNCF (its model-spec v1 as of June 2026): an artifact whose layers are a model. Its layers are those of an
 * image of the same files, byte for byte, so that a registry keeps them once.
 */

export const MODEL_PACK = {
  manifest: 'application/vnd.cncf.model.manifest.v1+json',
  config: 'application/vnd.cncf.model.config.v1+json',
  weight: 'application/vnd.cncf.model.weight.v1.tar',
} as const

/** What it says of the model. */
export function modelPackConfig(model: string, commit: string, layers: readonly Descriptor[]): Buffer {
  return json({
    descriptor: { name: model, revision: commit },
    config: {},
    modelfs: { type: 'layers', diffIds: layers.map(({ digest }) => digest) },
  })
}

/** Descriptors of layers as the specification names them; nobody has looked whether a file is a weight or a tokenizer. */
export function modelPackLayers(layers: readonly Pick<Descriptor, 'digest' | 'size'>[]): Descriptor[] {
  return layers.map(({ digest, size }) => ({
    mediaType: MODEL_PACK.weight,
    digest,
    size,
    annotations: { 'org.cncf.model.file.mediatype.untested': 'true', 'org.cncf.model.filepath': MODELS },
  }))
}

export function modelPackManifest(
  config: Descriptor,
  layers: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: TYPES.manifest,
    artifactType: MODEL_PACK.manifest,
    config,
    layers,
    annotations,
  })
}
