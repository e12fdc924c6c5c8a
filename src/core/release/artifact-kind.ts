/**
 * What a registry keeps under a digest, where it is no image that a container can be started from: a model of one of the two
 * formats that are known by their types, or something else.
 */
export const ARTIFACT_KINDS = ['modelpack', 'modelkit', 'other'] as const
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number]

/**
 * The kind of a manifest, by the type that it says it has and by that of its configuration; undefined of an image. An index of
 * several platforms is one, unless it says otherwise.
 *
 * @param manifest parsed JSON of an image manifest, an index, or their elder kinds of Docker
 */
export function artifactKindOf(manifest: Readonly<Record<string, unknown>>): ArtifactKind | undefined {
  const { artifactType, config, manifests } = manifest
  const configType = (config as { mediaType?: unknown } | null | undefined)?.mediaType
  const said = [artifactType, configType].filter(type => typeof type === 'string')
  const known = KNOWN.find(({ types }) => said.some(type => types.test(type)))
  if (known) return known.kind
  if (Array.isArray(manifests)) return artifactType === undefined ? undefined : 'other'
  return typeof configType === 'string' && IMAGES.has(configType) ? undefined : 'other'
}

/** In words, with their article. */
export function artifactWords(kind: ArtifactKind): string {
  return WORDS[kind]
}

// --- internal ---

const WORDS: Record<ArtifactKind, string> = {
  modelpack: 'a ModelPack',
  modelkit: 'a ModelKit of KitOps',
  other: 'an artifact of another kind than an image',
}

/** ModelPack had another name before the CNCF took it; both are in registries. */
const KNOWN: { kind: ArtifactKind; types: RegExp }[] = [
  { kind: 'modelpack', types: /^application\/vnd\.(?:cncf|cnai)\.model\./ },
  { kind: 'modelkit', types: /^application\/vnd\.kitops\.modelkit\./ },
]

const IMAGES = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])
