import * as z from 'zod'
import { imageName, isSameRepository } from '../core/release/image-reference.ts'
import type { YamlEdit } from '../core/yaml/edit/edit.ts'
import { readYaml } from '../core/yaml/edit/edit.ts'
import { fillTemplate, Template } from './parts/fields.ts'
import { imageFor, Pin, Registries } from './parts/image.ts'
import { choices, type Fields, fields, list } from './parts/manifest.ts'
import { manifestPath } from './parts/manifest-path.ts'
import { type Manifest, type ReleaseForTarget, refusal, target } from './target.ts'

const Options = z
  .strictObject({
    file: manifestPath('kustomization.yaml'),
    image: z
      .string()
      .min(1)
      .optional()
      .describe('`name` of the entry in `images`: the image name that the manifests of the base have.'),
    add: z
      .boolean()
      .default(false)
      .describe('Add the entry to `images` where it is missing. Otherwise that is an error.'),
    pin: Pin,
    registries: Registries,
    literals: z
      .array(
        z.strictObject({
          config_map: z.string().min(1).describe('`name` of the entry in `configMapGenerator`.'),
          key: z
            .string()
            .regex(/^[\w.-]+$/, 'must be a key of a ConfigMap')
            .describe('Key of the literal, before its `=`.'),
          value: Template.describe('What to write after the `=`: text with `{version}`, `{uri}` and so on.'),
        }),
      )
      .default([])
      .describe('Literals of generated ConfigMaps.'),
  })
  .refine(
    options => options.image !== undefined || options.literals.length > 0,
    'needs `image` or `literals`',
  )

/** Images and ConfigMap literals of a kustomization. */
export const kustomize = target('kustomize', Options, (manifest, release, options) => {
  const documents = readYaml(manifest.text, manifest.file)
  const kustomization = fields(documents.find(value => value !== undefined))
  return [
    ...(options.image === undefined
      ? []
      : imageEdits(manifest, release, kustomization, options, options.image)),
    ...options.literals.map(literal => literalEdit(manifest, release, kustomization, literal)),
  ]
})

// --- internal ---

type Options = z.infer<typeof Options>

function imageEdits(
  manifest: Manifest,
  release: ReleaseForTarget,
  kustomization: Fields,
  options: Options,
  name: string,
): YamlEdit[] {
  const entries = list(kustomization.images).map(fields)
  const entry = entries.find(one => one.name === name)
  if (!entry && !options.add) {
    const hint = choices(
      entries.map(one => one.name),
      name,
    )
    const fix = hint.endsWith('?') ? hint : `${hint}; or set \`add: true\``
    throw refusal({ what: `no \`${name}\` in \`images\``, where: { file: manifest.file }, fix })
  }
  const { pin } = options
  // An entry may be for one tag alone: `name: churn:v1`.
  const nameNow = String(entry?.newName ?? imageName(name))
  const at = ['images', { name }]
  const path = entry?.newName === undefined ? at : [...at, 'newName']
  const image = imageFor(manifest, release, options, { path, name: nameNow })
  const wanted: Record<string, string> = {}
  if (!isSameRepository(image.name, nameNow)) wanted.newName = image.name
  if (pin !== 'digest') wanted.newTag = image.tag!
  if (pin !== 'tag') wanted.digest = image.digest
  if (!entry) return [{ path: ['images', entries.length], value: { name, ...wanted }, add: true }]
  return [
    // What is not wanted goes first: a digest left over would win over the new tag.
    ...(pin === 'digest' ? [{ path: [...at, 'newTag'] }] : []),
    ...(pin === 'tag' ? [{ path: [...at, 'digest'] }] : []),
    ...Object.entries(wanted).map(([key, value]) => ({
      path: [...at, key],
      value,
      add: true,
    })),
  ]
}

function literalEdit(
  manifest: Manifest,
  release: ReleaseForTarget,
  kustomization: Fields,
  { config_map, key, value }: Options['literals'][number],
): YamlEdit {
  const generators = list(kustomization.configMapGenerator).map(fields)
  const at = generators.findIndex(generator => generator.name === config_map)
  const where = { file: manifest.file }
  if (at < 0) {
    const fix = choices(
      generators.map(generator => generator.name),
      config_map,
    )
    throw refusal({ what: `no \`${config_map}\` in \`configMapGenerator\``, where, fix })
  }
  const literals = list(generators[at]!.literals).map(String)
  const index = literals.findIndex(literal => literal.startsWith(`${key}=`))
  if (index < 0) {
    const fix = choices(
      literals.map(literal => literal.split('=')[0]),
      key,
    )
    throw refusal({ what: `no \`${key}=\` in the literals of \`${config_map}\``, where, fix })
  }
  const path = ['configMapGenerator', at, 'literals', index]
  return { path, value: `${key}=${fillTemplate(manifest, value, release)}` }
}
