/** Programs that build and push an image from a Dockerfile, and how each is spoken to. */

export interface ImageToBuild {
  /** Absolute paths. */
  context: string
  dockerfile: string
  /** `name:tag`. */
  reference: string
  /** Of the commit, in seconds since the epoch: what the image says when it was made. */
  time: number
  /** What is written into it; as labels, since not every builder writes annotations. */
  labels: Readonly<Record<string, string>>
  /** The registry, where it is one of this machine and speaks plain http. */
  plainHost?: string
}

/** What a builder said when it was asked. */
export interface Told {
  version: string
  /** Why the same inputs may give another digest, in words; absent where they give the same. */
  unsteady?: string
}

interface Builder {
  title: string
  /** Asked in this order; each must end well, or the builder is not there. */
  questions: readonly (readonly string[])[]
  /** Or why it cannot be used although it answers, in words that follow its title. */
  told(answers: readonly string[]): Told | { unusable: string }
  /** Programs with their arguments, in order. The last of them leaves the digest in `digestFile`. */
  calls(image: ImageToBuild, digestFile: string, told: Told): readonly (readonly string[])[]
  /** From the text of that file. */
  digestIn(text: string): string | undefined
  logins: LoginVariable
}

/** The variable that tells a builder where its logins are: the folder of a `config.json`, or such a file. */
export type LoginVariable = 'DOCKER_CONFIG' | 'REGISTRY_AUTH_FILE'

export type BuilderName = 'buildx' | 'buildah' | 'podman' | 'kaniko'

const KEEPS_TIMES =
  "its driver `docker` keeps the times of files; `docker buildx create --use` makes a builder that writes the commit's"
const KANIKO = '/kaniko/executor'

/** In the order in which they are looked for. */
export const BUILDERS: Readonly<Record<BuilderName, Builder>> = {
  buildx: {
    title: 'docker buildx',
    // The first speaks of the program alone, the second of a daemon; it ends well whether one can be reached or not.
    questions: [
      ['docker', 'buildx', 'version'],
      ['docker', 'buildx', 'inspect', '--bootstrap'],
    ],
    told: ([version = '', inspected = '']) =>
      /^Status:\s+running\s*$/m.test(inspected)
        ? {
            version: versionIn(version),
            // It refuses `rewrite-timestamp` where it keeps images in containerd (moby/buildkit#4230).
            ...(/^Driver:\s+docker\s*$/m.test(inspected) && { unsteady: KEEPS_TIMES }),
          }
        : { unusable: 'has no builder that runs (`docker buildx inspect --bootstrap`)' },
    calls: (image, digestFile, { unsteady }) => [
      [
        ...['docker', 'buildx', 'build', '--progress=plain', '--provenance=false', '--sbom=false'],
        ...[`--build-arg=SOURCE_DATE_EPOCH=${image.time}`, ...labelsOf(image)],
        ...[`--file=${image.dockerfile}`, `--metadata-file=${digestFile}`],
        `--output=${[
          `type=image,name=${image.reference},push=true`,
          ...(unsteady === undefined ? ['rewrite-timestamp=true'] : []),
          ...(image.plainHost === undefined ? [] : ['registry.insecure=true']),
        ].join(',')}`,
        image.context,
      ],
    ],
    digestIn: digestInMetadata,
    logins: 'DOCKER_CONFIG',
  },
  buildah: ofContainers('buildah'),
  podman: ofContainers('podman'),
  kaniko: {
    title: 'kaniko',
    questions: [[KANIKO, 'version']],
    told: ([version = '']) => ({ version: versionIn(version) }),
    calls: (image, digestFile) => [
      [
        ...[KANIKO, '--reproducible', ...labelsOf(image), `--dockerfile=${image.dockerfile}`],
        ...[`--context=dir://${image.context}`, `--destination=${image.reference}`],
        `--digest-file=${digestFile}`,
        ...(image.plainHost === undefined ? [] : [`--insecure-registry=${image.plainHost}`]),
      ],
    ],
    digestIn: digestAlone,
    logins: 'DOCKER_CONFIG',
  },
}

// --- internal ---

/** Both are made of the same parts and take the same flags. */
function ofContainers(program: 'buildah' | 'podman'): Builder {
  return {
    title: program,
    questions: [[program, '--version']],
    told: ([version = '']) => ({ version: versionIn(version) }),
    calls: (image, digestFile) => [
      [
        ...[program, 'build', '--format=oci', `--timestamp=${image.time}`],
        // What differs by version and by what is cached: a label that names the version, and layers in between.
        ...['--identity-label=false', '--layers=false', ...labelsOf(image)],
        ...[`--file=${image.dockerfile}`, `--tag=${image.reference}`, image.context],
      ],
      [
        ...[program, 'push', `--digestfile=${digestFile}`],
        ...(image.plainHost === undefined ? [] : ['--tls-verify=false']),
        image.reference,
      ],
    ],
    digestIn: digestAlone,
    logins: 'REGISTRY_AUTH_FILE',
  }
}

function labelsOf({ labels }: ImageToBuild): string[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `--label=${name}=${value}`)
}

/** `github.com/docker/buildx v0.24.0 d0e5e86`, `buildah version 1.28.2 (…)`, `Kaniko version :  v1.25.4`. */
function versionIn(text: string): string {
  return /\bv?(\d+\.\d+[\w.+-]{0,40})/.exec(text)?.[1] ?? 'of unknown version'
}

function digestAlone(text: string): string | undefined {
  return /^sha256:[0-9a-f]{64}$/.exec(text.trim())?.[0]
}

function digestInMetadata(text: string): string | undefined {
  try {
    const metadata = JSON.parse(text) as Record<string, unknown> | null
    const digest = metadata?.['containerimage.digest']
    return typeof digest === 'string' ? digestAlone(digest) : undefined
  } catch {
    return undefined
  }
}
