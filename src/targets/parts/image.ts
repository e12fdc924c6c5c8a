import * as z from 'zod'
import { artifactWords } from '../../core/release/artifact-kind.ts'
import type { Image } from '../../core/release/image.ts'
import { imageName, isFrom, isSameRepository } from '../../core/release/image-reference.ts'
import { readAt, type YamlPath } from '../../core/yaml/edit/edit.ts'
import { type Manifest, type ReleaseForTarget, refusal } from '../target.ts'
import { choices, fields, list } from './manifest.ts'

/** How an image is named in a manifest. */
export const Pin = z
  .enum(['digest', 'tag', 'both'])
  .default('digest')
  .describe('What names the image: its digest, which cannot be moved, its tag, or both.')

export const Registries = z
  .array(
    z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9.:/_-]*\/$/,
        'must be the start of an image name, up to a `/`: `ghcr.io/acme/`',
      ),
  )
  .optional()
  .describe(
    'Where images may come from: the starts of their names. Default: only the image the manifest has now.',
  )

export const Container = z
  .string()
  .min(1)
  .optional()
  .describe('Name of the container. Default: the only one.')

/** Where in a manifest an image is named. */
export interface ImagePosition {
  document?: number
  path: YamlPath
  /** Name of the image that stands there; empty where none does. */
  name: string
}

/**
 * The image of a release, once it may stand here.
 *
 * @throws AssayError `TARGET_REFUSED` without image, of an artifact that is no image, without the tag that `pin` needs, or from
 *   a foreign registry
 */
export function imageFor(
  manifest: Manifest,
  release: ReleaseForTarget,
  { pin, registries }: { pin: z.infer<typeof Pin>; registries?: readonly string[] },
  position: ImagePosition,
): Image {
  const { image } = release
  const where = { file: manifest.file }
  if (!image)
    throw refusal({
      what: `the release ${release.model} ${release.version} has no image`,
      where,
      fix: 'tell Assay which image the packaging made',
    })
  if (image.artifact !== undefined)
    throw refusal({
      what: `${image.name} of ${release.version} is ${artifactWords(image.artifact)}, and no container can be started from it`,
      where,
      fix: 'write its address where a model is loaded from (`package.uri`, `oci://…`), or package the model as an image (`package.kind: volume`)',
    })
  if (pin !== 'digest' && image.tag === undefined)
    throw refusal({ what: `the image of ${release.version} has no tag`, where, fix: 'set `pin: digest`' })
  ensureOwnImage(manifest, image, position, registries)
  return image
}

/**
 * The rule of all targets: a release changes the version of the image that stands there, and another image only where the
 * registry of its own is allowed. A digest under the name of another repository is an image that does not exist.
 *
 * @throws AssayError `TARGET_REFUSED` with the line and both names
 */
export function ensureOwnImage(
  manifest: Manifest,
  image: Image,
  { document, path, name }: ImagePosition,
  registries: readonly string[] = [],
): void {
  if (registries.some(start => isFrom(image.name, start)) || isSameRepository(image.name, name)) return
  throw refusal({
    what: `the release brings the image ${image.name}, the manifest has ${name || 'none'}`,
    where: { file: manifest.file, ...lineOf(manifest, path, document) },
    fix: 'correct the manifest, or allow its registry in `registries`',
  })
}

/** `name@digest`, `name:tag` or `name:tag@digest`. */
export function imageReference({ name, tag, digest }: Image, pin: z.infer<typeof Pin>): string {
  return `${name}${pin === 'digest' ? '' : `:${tag}`}${pin === 'tag' ? '' : `@${digest}`}`
}

/**
 * Index and present image name of one container of a pod.
 *
 * @throws AssayError `TARGET_REFUSED` where it is not clear which one is meant
 */
export function containerOf(
  { file }: Manifest,
  containers: unknown,
  wanted: string | undefined,
  path: string,
) {
  const all = list(containers).map(fields)
  const names = all.map(one => one.name)
  const index = wanted === undefined && all.length === 1 ? 0 : names.indexOf(wanted)
  if (wanted === undefined && all.length > 1)
    throw refusal({
      what: `\`${path}\` has ${all.length} containers`,
      where: { file },
      fix: `set \`container\`; ${choices(names)}`,
    })
  if (index < 0) {
    const what =
      wanted === undefined ? `\`${path}\` has no container` : `no container \`${wanted}\` in \`${path}\``
    throw refusal({ what, where: { file }, fix: choices(names, wanted) })
  }
  return { index, name: imageName(all[index]!.image) }
}

// --- internal ---

/** Of the image, or of what holds it. */
function lineOf({ file, text }: Manifest, path: YamlPath, document?: number): { line?: number } {
  const found = readAt(text, file, path, document) ?? readAt(text, file, path.slice(0, -1), document)
  return found ? { line: found.line } : {}
}
