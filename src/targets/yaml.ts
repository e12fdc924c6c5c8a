import * as z from 'zod'
import { readYaml } from '../core/yaml/edit/edit.ts'
import { Registries } from './parts/image.ts'
import { choices, fields } from './parts/manifest.ts'
import { ValuesPath } from './parts/manifest-path.ts'
import { checkValues, Values, valueEdits } from './parts/values.ts'
import { type Manifest, refusal, target } from './target.ts'

const Options = z.strictObject({
  file: ValuesPath.describe("The file, relative to the environment's folder."),
  document: z
    .union([
      z.int().nonnegative(),
      z.strictObject({
        kind: z.string().min(1).describe('`kind` of the object.'),
        name: z.string().min(1).optional().describe('`metadata.name`, where several are of the kind.'),
      }),
    ])
    .optional()
    .describe(
      'Which document, where the file has several: its index from 0, or `kind` and `name` of the object.',
    ),
  set: Values,
  registries: Registries,
})

/** Any values in any YAML file, or in one of JSON. */
export const yaml = target(
  'yaml',
  Options,
  (manifest, release, options) =>
    valueEdits(manifest, release, options, documentOf(manifest, options.document)),
  {
    check: (manifest, release, options) =>
      checkValues(manifest, release, options, documentOf(manifest, options.document)),
  },
)

// --- internal ---

function documentOf(
  { file, text }: Manifest,
  wanted: z.infer<typeof Options>['document'],
): number | undefined {
  if (typeof wanted !== 'object') return wanted
  const objects = readYaml(text, file).map(fields)
  const found = objects.flatMap(({ kind, metadata }, index) =>
    kind === wanted.kind && [undefined, fields(metadata).name].includes(wanted.name) ? [index] : [],
  )
  if (found.length === 1) return found[0]
  const name = `${wanted.kind}${wanted.name ? ` called \`${wanted.name}\`` : ''}`
  const what = found.length === 0 ? `there is no ${name}` : `there are ${found.length} of ${name}`
  const there = objects.flatMap(({ kind, metadata }) => (kind ? [`${kind} ${fields(metadata).name}`] : []))
  throw refusal({ what, where: { file }, fix: choices(there) })
}
