import * as z from 'zod'
import type { YamlEdit } from '../../core/yaml/edit/edit.ts'
import type { Manifest, ReleaseForTarget } from '../target.ts'
import { fillTemplate, Template } from './fields.ts'
import { ensureOwnImages, ensureOwnRepositories } from './image-values.ts'

const ListItem = z
  .record(z.string().min(1), z.string())
  .refine(match => Object.keys(match).length > 0, 'must say what the list item has')

/** Values at paths: what `helm-values` and `yaml` have in common. */
export const Values = z
  .array(
    z.strictObject({
      path: z
        .union([
          z
            .string()
            .regex(/^[^.]+(\.[^.]+)*$/, 'must be keys with dots between them')
            .transform(path => path.split('.')),
          z.array(z.union([z.string().min(1), z.int().nonnegative(), ListItem])).min(1),
        ])
        .describe(
          'Where: `image.tag`, or a list of keys, list indices and `{key: value}` for the list item that has it.',
        ),
      value: Template.describe(
        'What: text with `{version}`, `{commit}`, `{model}`, `{uri}`, `{image}` or `{image.name}`, `{image.tag}`, `{image.digest}`.',
      ),
      add: z
        .boolean()
        .default(false)
        .describe('Add the key where it is missing. Otherwise that is an error.'),
    }),
  )
  .min(1, 'needs at least one value')
  .describe('The values to write.')

export interface ValueOptions {
  set: z.infer<typeof Values>
  registries?: readonly string[]
}

export function valueEdits(
  manifest: Manifest,
  release: ReleaseForTarget,
  { set, registries }: ValueOptions,
  document?: number,
): YamlEdit[] {
  const edits = set.map(({ path, value, add }) => ({
    path,
    value: fillTemplate(manifest, value, release),
    add,
    ...(document === undefined ? {} : { document }),
  }))
  ensureOwnImages(manifest, release, set, { document, registries })
  return edits
}

/** @throws AssayError `TARGET_REFUSED` where a digest or tag would stand under the name of another image */
export function checkValues(
  manifest: Manifest,
  release: ReleaseForTarget,
  { set }: ValueOptions,
  document?: number,
): void {
  ensureOwnRepositories(manifest, release, set, document)
}
