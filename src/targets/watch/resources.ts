import { isAssayError } from '../../core/errors/errors.ts'
import { editYaml, readYaml } from '../../core/yaml/edit/edit.ts'
import { fields, list } from '../parts/manifest.ts'
import { WATCH_FILE } from './names.ts'

/** A kustomization that has the file among its resources, or has it no more; all else stays as it is. */
export function withResource(
  { file, text }: { file: string; text: string },
  wanted: boolean,
): { text: string; note?: string } {
  try {
    const { resources } = fields(readYaml(text, file).find(value => value !== undefined))
    const entries = list(resources)
    const index = entries.findIndex(entry => entry === WATCH_FILE || entry === `./${WATCH_FILE}`)
    if (wanted === index >= 0) return { text }
    const edit = wanted
      ? resources === undefined || resources === null
        ? { path: ['resources'], value: [WATCH_FILE], add: true }
        : { path: ['resources', entries.length], value: WATCH_FILE, add: true }
      : { path: entries.length === 1 ? ['resources'] : ['resources', index] }
    return { text: editYaml(text, file, [edit]).text }
  } catch (error) {
    if (!isAssayError(error, 'YAML_EDIT_REFUSED', 'YAML_UNREADABLE')) throw error
    const why = error.problems.map(({ what }) => what).join('; ')
    const what = wanted ? `add \`${WATCH_FILE}\` to` : `take \`${WATCH_FILE}\` out of`
    return { text, note: `${file} could not be changed (${why}): ${what} its \`resources\`` }
  }
}
