import { isAssayError } from '../../core/errors/errors.ts'
import { editYaml, readYaml } from '../../core/yaml/edit/edit.ts'
import { fields, list } from '../parts/manifest.ts'

/** A kustomization that has a file among its resources, by its name from there, or has it no more; all else stays as it is. */
export function withResource(
  { file, text }: { file: string; text: string },
  name: string,
  wanted: boolean,
): { text: string; note?: string } {
  try {
    const { resources } = fields(readYaml(text, file).find(value => value !== undefined))
    const entries = list(resources)
    const index = entries.findIndex(entry => entry === name || entry === `./${name}`)
    if (wanted === index >= 0) return { text }
    const edit = wanted
      ? resources === undefined || resources === null
        ? { path: ['resources'], value: [name], add: true }
        : { path: ['resources', entries.length], value: name, add: true }
      : { path: entries.length === 1 ? ['resources'] : ['resources', index] }
    return { text: editYaml(text, file, [edit]).text }
  } catch (error) {
    if (!isAssayError(error, 'YAML_EDIT_REFUSED', 'YAML_UNREADABLE')) throw error
    const why = error.problems.map(({ what }) => what).join('; ')
    const what = wanted ? `add \`${name}\` to` : `take \`${name}\` out of`
    return { text, note: `${file} could not be changed (${why}): ${what} its \`resources\`` }
  }
}
