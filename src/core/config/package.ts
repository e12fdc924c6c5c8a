import * as z from 'zod'
import type { Problem } from '../errors/errors.ts'
import { RelativePath } from '../text/relative-path.ts'
import type { WhereOf } from '../yaml/config.ts'
import { Seconds } from './commands.ts'

/** What is deployed, in `assay.yml`: a command that packages, an image that Assay makes, or where to look. */

const Glob = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    glob => !/^!?(?:[a-z]+:|[/\\~])|\\|\0/i.test(glob) && !glob.split('/').includes('..'),
    'must be a path or a glob inside the repository, without `..`',
  )

const Options = z.strictObject({
  run: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Command that packages and pushes. It writes `image=name@sha256:…` or `uri=…` as a line into the file that `ASSAY_PACKAGE_FILE` names.',
    ),
  timeout: Seconds.default('1h'),
  image: z
    .string()
    .max(400)
    .optional()
    .describe(
      'Image whose digest is looked up in its registry, or that Assay makes and pushes: `ghcr.io/acme/churn:{commit}`; `{commit}`, `{short_commit}` and `{model}` are replaced.',
    ),
  uri: z
    .string()
    .max(1024)
    .optional()
    .describe('Where a model server loads the model from: `s3://models/{model}/{commit}`.'),
  build: z
    .enum(['auto', 'docker', 'oci'])
    .optional()
    .describe(
      '`oci`: Assay makes the image itself, without Docker. `docker`: from a Dockerfile, by what is installed. `auto`: from the Dockerfile where there is one and a program that builds it, else by itself; with `kind` or `base` always by itself. Default, where `files`, `kind` or `from` are set: `auto`.',
    ),
  from: RelativePath.optional().describe('The Dockerfile, of `build: docker`. Default: `Dockerfile`.'),
  kind: z
    .enum(['volume', 'modelcar', 'server', 'oci-artifact'])
    .optional()
    .describe(
      'What Assay makes. `volume`: the files alone, which Kubernetes mounts (`subPath: models`). `modelcar`: on a small base with a shell, for KServe. `server`: on the image of a model server. `oci-artifact`: a ModelPack. Default: `volume`.',
    ),
  base: z
    .string()
    .max(400)
    .optional()
    .describe('Image that the files are put on: `name:tag` or `name@sha256:…`; of `modelcar` and `server`.'),
  files: z
    .array(Glob)
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Paths and globs of the files of the model. They lie below `/models`, without the folders before the first wildcard: `model/**` puts `model/a.onnx` at `/models/a.onnx`. `!model/*.log` leaves files out.',
    ),
})

export const Package = z.union([
  z
    .string()
    .min(1)
    .transform(run => Options.parse({ run })),
  Options,
])
export type Package = z.infer<typeof Package>

/** What Assay makes an image of, and how. */
export interface ImageBuild {
  build: NonNullable<Package['build']>
  from: string | undefined
  kind: NonNullable<Package['kind']>
  base: string | undefined
  files: readonly string[]
}

/** Keys that speak of an image that is made here. */
const BUILD_KEYS = ['build', 'from', 'kind', 'base', 'files'] as const

/** The way to what is deployed: one of three, whatever else is set. */
export type PackagingWay =
  | { way: 'command'; run: string; timeout: string }
  | { way: 'build'; build: ImageBuild; timeout: string }
  | { way: 'look up' }

export function packagingWay(packaging: Package): PackagingWay {
  const { run, timeout, build = 'auto', from, kind = 'volume', base, files = [] } = packaging
  if (run !== undefined) return { way: 'command', run, timeout }
  if (BUILD_KEYS.every(key => packaging[key] === undefined)) return { way: 'look up' }
  const made = build === 'auto' && ofOwnMaking(packaging) !== undefined ? 'oci' : build
  return { way: 'build', build: { build: made, from, kind, base, files }, timeout }
}

/** Keys of `package` that contradict each other, or cannot do without one another. */
export function packageIsOneWay(
  { package: packaging }: { package?: Package | undefined },
  at: WhereOf,
): Problem[] {
  if (!packaging) return []
  const where = (key: keyof Package) => at(['package', key])
  const way = packagingWay(packaging)
  if (way.way === 'look up')
    return packaging.image !== undefined || packaging.uri !== undefined ? [] : [NOTHING(at)]
  const set = BUILD_KEYS.filter(key => packaging[key] !== undefined)
  if (way.way === 'command')
    return set.map(key => ({
      what: `\`package\` has \`run\` and \`${key}\`: either a command makes the image, or Assay does`,
      where: where(key),
      fix: `remove \`run\`, or \`${key}\``,
    }))
  const { build, kind, base, files } = way.build
  const wrong = (key: keyof Package, what: string, fix: string): Problem => ({ what, where: where(key), fix })
  const problems: Problem[] = []
  if (packaging.image === undefined)
    problems.push({
      what: 'nothing says where the image that is made goes to',
      where: at(['package']),
      fix: 'add `image`, such as `image: ghcr.io/acme/churn:{commit}`',
    })
  if (build === 'docker')
    problems.push(
      ...(['kind', 'base', 'files'] as const)
        .filter(key => packaging[key] !== undefined)
        .map(key =>
          wrong(key, `\`${key}\` is not of \`build: docker\`: the Dockerfile says it`, `remove \`${key}\``),
        ),
    )
  const own = ofOwnMaking(packaging) ?? 'build'
  const asked = own === 'build' ? '`build: oci`' : `\`${own}\``
  if (build === 'oci' && packaging.from !== undefined)
    problems.push(
      wrong('from', `\`from\` is a Dockerfile, and ${asked} takes none`, `remove \`from\`, or ${asked}`),
    )
  if (build === 'oci' && files.length === 0)
    problems.push({
      what: `${asked} needs \`files\`: what is put into the image`,
      where: where(own),
      fix: 'add them, such as `files: [model/**]`',
    })
  const needsBase = kind === 'modelcar' || kind === 'server'
  if (needsBase && base === undefined)
    problems.push(
      wrong('kind', `\`kind: ${kind}\` needs \`base\`: the image that the files are put on`, BASES[kind]),
    )
  if (!needsBase && base !== undefined && build !== 'docker')
    problems.push(
      wrong(
        'base',
        `\`kind: ${kind}\` has no \`base\``,
        'remove `base`, or write `kind: server` or `kind: modelcar`',
      ),
    )
  return problems
}

// --- internal ---

/** A key that only an image has which Assay makes itself. */
function ofOwnMaking(packaging: Package): 'kind' | 'base' | undefined {
  return (['kind', 'base'] as const).find(key => packaging[key] !== undefined)
}

const BASES = {
  modelcar: 'add a small image with a shell, such as `base: busybox:1.37`',
  server: 'add the image of the model server, such as `base: seldonio/mlserver:1.7.1`',
}

const NOTHING = (at: WhereOf): Problem => ({
  what: '`package` needs `run`, `image`, `uri` or `files`',
  where: at(['package']),
  fix: 'name the command that packages, or the files that the image is made of',
})
