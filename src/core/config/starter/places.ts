import { isNameable } from './path-words.ts'
import { recipesOf } from './recipes.ts'
import { folderOf, nameOf, type Place, type Repository } from './repository.ts'

/** Which models a repository has, and which of its files each depends on. */

/** Folders beside each other that each train something are a model each; otherwise the repository is one. */
export function placesOf(repository: Repository): [Place, ...Place[]] {
  const folders = [...new Set(repository.files.filter(file => trains(file, repository)).map(modelFolder))]
  const whole: Place = { model: modelName(repository.name), folder: '', files: repository.files }
  if (folders.includes('')) return [whole]
  const [one, ...more] = scriptsBeside(repository)
  if (folders.length === 0 && one && more.length > 0) return [one, ...more]
  const [siblings = []] = [...Map.groupBy(folders, folderOf).values()].toSorted((a, b) => b.length - a.length)
  if (siblings.length < 2) return [whole]
  const [first, ...others] = siblings.toSorted().map(folder => placeIn(folder, repository.files))
  const names = new Set([first!, ...others].map(({ model }) => model.toLowerCase()))
  return names.size === siblings.length ? [first!, ...others] : [whole]
}

/** Globs of what a model depends on: a pull request that changes only words trains nothing. */
export function pathsOf(place: Place, places: readonly Place[], { files }: Repository): string[] {
  const words = ['!**/*.md', ...(files.some(file => file.startsWith('docs/')) ? ['!docs/**'] : [])]
  if (place.folder === '') {
    const others = places.filter(other => other !== place).flatMap(other => ownOf(other, place))
    return ['**', ...words, ...others.map(part => `!${part}`)]
  }
  const parent = folderOf(place.folder)
  const shared = files
    .filter(file => !places.some(({ folder }) => file.startsWith(`${folder}/`)) && CODE.test(file))
    .flatMap(file => sharedPart(file, parent))
    .filter(part => !places.some(({ folder }) => folder.startsWith(part.replace(/\*\*$/, ''))))
  return [`${place.folder}/**`, ...new Set(shared), ...words.slice(0, 1)]
}

// --- internal ---

const TRAINS = /^(train|train_?model|training|fit)\.(py|R|jl|sh|[mc]?js|ipynb)$/i
/** Folders that are no model of their own, but the parts of what is above them. */
const PARTS = /(^|\/)(src|scripts?|notebooks?|code|bin|tools?|pipelines?)$/
const NO_MODEL = /(^|\/)(tests?|docs|examples?|templates?|\.[^/]+)(\/|$)/
const CODE = /\.(py|R|jl|[mc]?js|sh|sql|ya?ml|toml|cfg|lock|dvc|txt|json|ipynb)$|(^|\/)(Makefile|dvc\.lock)$/
const NOT_SHARED =
  /^(\.|tests?\/|docs\/|notebooks?\/|outputs?\/|results?\/|reports?\/|mlruns\/|artifacts?\/|logs?\/|deploy\/|infra\/|k8s\/|charts?\/)/

function trains(file: string, { texts }: Repository): boolean {
  if (NO_MODEL.test(folderOf(file)) || !isNameable(file)) return false
  const name = nameOf(file)
  if (TRAINS.test(name) || name === 'dvc.yaml') return true
  // A task of the whole may train each of several.
  if (folderOf(file) === '' || !texts.has(file)) return false
  return recipesOf(file, texts.get(file)!)?.recipes.some(recipe => recipe.name === 'train') ?? false
}

/** `train_churn.py` beside `train_fraud.py`: a model each, where each has files of its name. */
function scriptsBeside({ files }: Repository): Place[] {
  const scripts = files.flatMap(script => {
    const [, after, before] = BESIDE.exec(nameOf(script)) ?? []
    const name = after ?? before
    return name === undefined || NO_MODEL.test(folderOf(script)) ? [] : [{ script, name }]
  })
  const apart = scripts.map(({ script, name }) => folderCalled(name, script))
  const isApart = apart.every(folder => folder !== undefined) && new Set(apart).size === apart.length
  if (scripts.length > 1 && isApart) return apart.map(folder => placeIn(folder!, files))
  const places = scripts.map(({ script, name }): Place => {
    const isOf = (file: string) => file === script || isNamed(file, name)
    return { model: modelName(name), folder: '', files: files.filter(isOf), script }
  })
  return places.every(({ files, script }) => files.some(file => file !== script && !/\.py$/.test(file)))
    ? places
    : []
}

/** The folder of a model that its script lies below: `packages/churn` of `packages/churn/src/train_churn.py`. */
function folderCalled(name: string, script: string): string | undefined {
  const parts = folderOf(script).split('/')
  const at = parts.indexOf(name)
  return at >= 0 && isNameable(script) ? parts.slice(0, at + 1).join('/') : undefined
}

const BESIDE = /^(?:train_(.+)|(.+)_train)\.py$/

function isNamed(file: string, name: string): boolean {
  return (
    folderOf(file).split('/').includes(name) || nameOf(file).split(/[_.-]/).join('_').startsWith(`${name}_`)
  )
}

/** What is another model's alone: its script, its folders. */
function ownOf({ script, files, model }: Place, { files: ours }: Place): string[] {
  const folders = files.flatMap(file => {
    const parts = file.split('/')
    const at = parts.indexOf(model)
    return at >= 0 && at < parts.length - 1 ? [`${parts.slice(0, at + 1).join('/')}/**`] : []
  })
  return [...new Set([script!, ...folders])].filter(part => !ours.includes(part))
}

function modelFolder(file: string): string {
  // What lies below `models/churn/src` is a part of `models/churn`.
  const folder = folderOf(file).replace(/(.)\/src\/.*$/, '$1')
  return PARTS.test(folder) ? folderOf(folder) : folder
}

function placeIn(folder: string, files: readonly string[]): Place {
  const name = nameOf(folder)
  const isOf = (file: string) => file.startsWith(`${folder}/`) || folderOf(file).split('/').includes(name)
  return { model: modelName(name), folder, files: files.filter(isOf) }
}

/** The folder above the models or at the top that a file lies in; of the files at the top those that say what is installed or run. */
function sharedPart(file: string, parent: string): string[] {
  if (NOT_SHARED.test(file)) return []
  const from = parent !== '' && file.startsWith(`${parent}/`) ? parent.split('/').length : 0
  const parts = file.split('/')
  if (parts.length > from + 1) return [`${parts.slice(0, from + 1).join('/')}/**`]
  return /^(assay|docker-compose|renovate|mkdocs|_config)/.test(nameOf(file)) ||
    /^(metrics|results|package)\.json$/.test(nameOf(file))
    ? []
    : [file]
}

function modelName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 63) || 'model'
  )
}
