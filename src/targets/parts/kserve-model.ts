import type * as z from 'zod'
import { imageName } from '../../core/release/image-reference.ts'
import { type Manifest, type ReleaseForTarget, refusal } from '../target.ts'
import { fillTemplate } from './fields.ts'
import { containerOf, imageFor, imageReference, type Pin } from './image.ts'
import { choices, type Fields, fields } from './manifest.ts'

/** Where below a predictor the model is named, and what shall stand there. */
export interface ModelPosition {
  path: (string | number)[]
  value: string
}

interface Wanted {
  write: 'uri' | 'image'
  container?: string
  pin: z.infer<typeof Pin>
  registries?: string[]
}

/**
 * `model.storageUri`, or that of the one framework the old way (`sklearn.storageUri`); `model.storage.path`, where a key of the
 * storage says the rest; for an image the container, or `model.image`.
 *
 * @throws AssayError `TARGET_REFUSED`
 */
export function modelPosition(
  manifest: Manifest,
  release: ReleaseForTarget,
  { document, predictor }: { document: number; predictor: Fields },
  options: Wanted,
): ModelPosition {
  if (options.write === 'uri') {
    const { uri } = release
    if (uri === undefined)
      throw refusal({
        what: `the release ${release.model} ${release.version} has no model URI`,
        where: { file: manifest.file },
        fix: 'tell Assay where the packaging put the model, or set `write: image`',
      })
    const stored = Object.keys(predictor).filter(key => 'storage' in fields(predictor[key]))
    const holders = Object.keys(predictor).filter(key => 'storageUri' in fields(predictor[key]))
    if (stored.length === 1 && holders.length === 0) {
      const [key = ''] = stored
      const value = pathIn(manifest, fields(fields(predictor[key]).storage), { release, uri })
      return { path: [key, 'storage', 'path'], value }
    }
    return { path: [framework(manifest, predictor, 'storageUri'), 'storageUri'], value: uri }
  }
  const position =
    predictor.containers === undefined
      ? modelImage(manifest, predictor)
      : containerImage(manifest, predictor, options.container)
  const path = ['spec', 'predictor', ...position.path]
  const image = imageFor(manifest, release, options, { document, path, name: position.name })
  return { path: position.path, value: imageReference(image, options.pin) }
}

// --- internal ---

/**
 * The path below the bucket that `storage.key` names, or `storage.parameters`.
 *
 * @throws AssayError `TARGET_REFUSED` where the release lies in another bucket than the parameters say, or in none
 */
function pathIn(
  manifest: Manifest,
  storage: Fields,
  { release, uri }: { release: ReleaseForTarget; uri: string },
): string {
  const { bucket } = fields(storage.parameters)
  if (typeof bucket === 'string' && fillTemplate(manifest, '{uri.bucket}', release) !== bucket)
    throw refusal({
      what: `the model is at ${uri}, and \`storage.parameters.bucket\` is ${bucket}`,
      where: { file: manifest.file },
      fix: 'correct the bucket, or package the model into it',
    })
  return fillTemplate(manifest, '{uri.path}', release)
}

function containerImage(manifest: Manifest, predictor: Fields, wanted: string | undefined) {
  const { index, name } = containerOf(manifest, predictor.containers, wanted, 'spec.predictor.containers')
  return { path: ['containers', index, 'image'], name }
}

function modelImage(manifest: Manifest, predictor: Fields) {
  const key = framework(manifest, predictor, 'image')
  return { path: [key, 'image'], name: imageName(fields(predictor[key]).image) }
}

function framework({ file }: Manifest, predictor: Fields, field: string): string {
  const keys = Object.keys(predictor).filter(key => field in fields(predictor[key]))
  if (keys.length === 1) return keys[0]!
  const what =
    keys.length === 0
      ? `no \`${field}\` in \`spec.predictor.model\``
      : `\`${field}\` is in ${keys.join(' and ')}`
  throw refusal({ what, where: { file }, fix: `\`spec.predictor\`: ${choices(Object.keys(predictor))}` })
}
