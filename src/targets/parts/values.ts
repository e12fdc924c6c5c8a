import * as z from 'zod'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { editYaml, readAt, type YamlEdit } from '../../core/yaml/edit/edit.ts'
import { renderPath } from '../../core/yaml/edit/problem.ts'
import { type Manifest, type ReleaseForTarget, refusal } from '../target.ts'
import { fillValue, Template } from './fields.ts'
import { ensureOwnImages, ensureOwnRepositories } from './image-values.ts'

const ListItem = z
  .record(z.string().min(1), z.string())
  .refine(match => Object.keys(match).length > 0, 'must say what the list item has')

const Path = z.union([
  z
    .string()
    .regex(/^[^.]+(\.[^.]+)*$/, 'must be keys with dots between them')
    .transform(path => path.split('.')),
  z.array(z.union([z.string().min(1), z.int().nonnegative(), ListItem])).min(1),
])

/** Values at paths: what `helm-values` and `yaml` have in common. */
export const Values = z
  .array(
    z.strictObject({
      path: Path.describe(
        'Where: `image.tag`, or a list of keys, list indices and `{key: value}` for the list item that has it.',
      ),
      inside: Path.optional().describe(
        'Where in the text that stands there, which is YAML itself: `serveConfigV2`, a file in a ConfigMap.',
      ),
      value: Template.describe(
        'What: text with `{version}`, `{commit}`, `{model}`, `{uri}` or `{uri.bucket}`, `{uri.path}`, `{image}` or `{image.name}`, `{image.tag}`, `{image.digest}`, and `{parameters.<name>}` of the training.',
      ),
      add: z
        .boolean()
        .default(false)
        .describe('Add the key where it is missing. Otherwise that is an error.'),
    }),
  )
  .min(1, 'needs at least one value')
  .describe('The values to write.')

type Value = z.infer<typeof Values>[number]

export interface ValueOptions {
  set: z.infer<typeof Values>
  registries?: readonly string[]
}

/**
 * The edits of a file. Of texts that are YAML themselves each is one edit, whatever is written into it.
 *
 * @throws AssayError `TARGET_REFUSED`, `YAML_EDIT_REFUSED`, `YAML_UNREADABLE`
 */
export function valueEdits(
  manifest: Manifest,
  release: ReleaseForTarget,
  { set, registries }: ValueOptions,
  document?: number,
): YamlEdit[] {
  const at = document === undefined ? {} : { document }
  const outer = set.filter(({ inside }) => inside === undefined)
  const texts = textsWith(set).map(({ path, values }) => {
    const text = textAt(manifest, path, document)
    const value = inText(text, () => {
      ensureOwnImages(text, release, values, { registries })
      const edits = values.map(one => ({ ...one, value: filled(text, release, one) }))
      return editYaml(text.text, text.file, edits).text
    })
    return { path, value, ...at }
  })
  const edits = outer.map(one => ({
    path: one.path,
    value: filled(manifest, release, one, document),
    add: one.add,
    ...at,
  }))
  ensureOwnImages(manifest, release, outer, { document, registries })
  return [...edits, ...texts]
}

/** @throws AssayError `TARGET_REFUSED` where a digest or tag would stand under the name of another image */
export function checkValues(
  manifest: Manifest,
  release: ReleaseForTarget,
  { set }: ValueOptions,
  document?: number,
): void {
  const outer = set.filter(({ inside }) => inside === undefined)
  ensureOwnRepositories(manifest, release, outer, document)
  for (const { path, values } of textsWith(set)) {
    const text = textAt(manifest, path, document)
    inText(text, () => ensureOwnRepositories(text, release, values))
  }
}

// --- internal ---

/** A text that is YAML itself, as a file; its first line is that after `from`, where that is known. */
interface InnerText extends Manifest {
  from?: number
}

/** Values inside texts, by the text that they are in; each with its path there. */
function textsWith(set: readonly Value[]): { path: Value['path']; values: Value[] }[] {
  const found = new Map<string, { path: Value['path']; values: Value[] }>()
  for (const { inside, ...one } of set) {
    if (inside === undefined) continue
    const key = JSON.stringify(one.path)
    const there = found.get(key) ?? { path: one.path, values: [] }
    there.values.push({ ...one, path: inside })
    found.set(key, there)
  }
  return [...found.values()]
}

function textAt({ file, text }: Manifest, path: Value['path'], document: number | undefined): InnerText {
  const found = readAt(text, file, path, document)
  const key = `\`${renderPath(path)}\``
  if (typeof found?.value === 'string') {
    // The lines of a block follow the one that it begins in.
    const isBlock = /[|>][-+\d]*\s*(#.*)?$/.test(text.split('\n')[found.line - 1] ?? '')
    return { file, text: found.value, ...(isBlock && { from: found.line }) }
  }
  throw refusal({
    what: found ? `${key} is no text` : `there is no text at ${key}`,
    where: { file, ...(found && { line: found.line }) },
    fix: found ? 'write the whole way to the value into `path`, without `inside`' : 'correct `path`',
  })
}

/** What an edit inside a text says of lines, as lines of the file. */
function inText<T>({ from }: InnerText, edit: () => T): T {
  try {
    return edit()
  } catch (error) {
    if (!isAssayError(error, 'TARGET_REFUSED', 'YAML_EDIT_REFUSED', 'YAML_UNREADABLE')) throw error
    const { code, message: title, problems } = error
    const moved = problems.map(({ where, ...problem }) => {
      const line = where?.line !== undefined && from !== undefined ? { line: where.line + from } : {}
      return { ...problem, ...(where && { where: { file: where.file, ...line } }) }
    })
    throw new AssayError({ code, title, problems: moved })
  }
}

function filled(
  manifest: Manifest,
  release: ReleaseForTarget,
  { path, value }: Pick<Value, 'path' | 'value'>,
  document?: number,
) {
  return fillValue(manifest, value, release, readAt(manifest.text, manifest.file, path, document)?.value)
}
