import { MODEL_NAME } from '../../text/names.ts'
import { readYaml, type YamlPath } from '../../yaml/edit/edit.ts'
import { KUSTOMIZATION_NAMES } from '../effect/kustomization.ts'

/** Which models a deploy repository has, by what `assay-deploy.yml` says of where they stand: no list of them is kept anywhere. */

/** How a target names a model. `{model}` stands where the name is. */
export interface NamedModels {
  /** Path of the file in the repository. */
  file: string
  /** Ways to values in it; of a text that is YAML itself, `inside` is the way in that. */
  ways: readonly { path: YamlPath; inside?: YamlPath }[]
  /** `name` of an entry of `images`. */
  image?: string
  /** An object of the file, by its kind where that is said, and its name. */
  object?: { kind?: string; name: string }
}

/** A name that stands where that of a model does. */
export interface NamedModel {
  model: string
  /** The file that it was found by. */
  file: string
  /** A file is called like it and like nothing else: it may be anything, such as `service.yaml`. */
  isLoose: boolean
}

/**
 * The models that are named by files, or in them where the names of files say none.
 *
 * @param files all paths of the repository
 * @throws AssayError `YAML_UNREADABLE`
 */
export function modelsThere(
  { file, ways, image, object }: NamedModels,
  files: readonly string[],
  textOf: (path: string) => string | undefined,
): NamedModel[] {
  if (file.includes(MODEL)) {
    const nameIn = reader(file)
    const [last = ''] = file.split('/').slice(-1)
    const isLoose = /^\{model\}\.\w+$/.test(last) && !file.slice(0, -last.length).includes(MODEL)
    return files.flatMap(path => {
      const model = KUSTOMIZATION_NAMES.includes(baseName(path)) && isLoose ? undefined : nameIn(path)
      return model === undefined ? [] : [{ model, file: path, isLoose }]
    })
  }
  const text = textOf(file)
  if (text === undefined) return []
  const documents = readYaml(text, file)
  const named = [
    ...ways.flatMap(({ path, inside }) =>
      documents.flatMap(document =>
        inside ? insideNames(document, path, inside, file) : namesAt(document, path),
      ),
    ),
    ...(image?.includes(MODEL) ? imageNames(documents, reader(image)) : []),
    ...(object?.name.includes(MODEL) ? objectNames(documents, object) : []),
  ]
  return [...new Set(named)].map(model => ({ model, file, isLoose: false }))
}

// --- internal ---

const MODEL = '{model}'

/** Reads the name of a model out of a text that follows a template; of two names in it, both are the same. */
function reader(template: string): (text: string) => string | undefined {
  const [first = '', ...more] = template.split(MODEL).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = new RegExp(
    `^${first}${more.map((part, at) => `${at === 0 ? '([^/]+)' : '\\1'}${part}`).join('')}$`,
  )
  return text => {
    const name = pattern.exec(text)?.[1]
    return name !== undefined && MODEL_NAME.test(name) ? name : undefined
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function imageNames(documents: readonly unknown[], nameIn: (text: string) => string | undefined): string[] {
  return documents.flatMap(document =>
    itemsOf(mapOf(document).images).flatMap(entry => {
      const { name } = mapOf(entry)
      return typeof name === 'string' ? (nameIn(name) ?? []) : []
    }),
  )
}

function objectNames(
  documents: readonly unknown[],
  { kind, name }: NonNullable<NamedModels['object']>,
): string[] {
  const nameIn = reader(name)
  return documents.flatMap(document => {
    const object = mapOf(document)
    const own = mapOf(object.metadata).name
    const isOne = typeof own === 'string' && (kind === undefined || object.kind === kind)
    return isOne ? (nameIn(own) ?? []) : []
  })
}

function insideNames(document: unknown, path: YamlPath, inside: YamlPath, file: string): string[] {
  const text = valueAt(document, path)
  return typeof text === 'string' ? readYaml(text, file).flatMap(one => namesAt(one, inside)) : []
}

/** The names of models on a way to a value that is there. */
function namesAt(value: unknown, [step, ...rest]: YamlPath): string[] {
  if (step === undefined) return []
  if (typeof step === 'string' && step.includes(MODEL)) {
    const nameIn = reader(step)
    return Object.entries(mapOf(value)).flatMap(([key, below]) =>
      valueAt(below, rest) === undefined ? [] : (nameIn(key) ?? []),
    )
  }
  if (typeof step === 'object') {
    const [key = '', wanted] = Object.entries(step).find(([, one]) => String(one).includes(MODEL)) ?? []
    if (typeof wanted === 'string') {
      const nameIn = reader(wanted)
      return itemsOf(value).flatMap(item => {
        const name = mapOf(item)[key]
        return typeof name === 'string' && valueAt(item, rest) !== undefined ? (nameIn(name) ?? []) : []
      })
    }
  }
  return namesAt(valueAt(value, [step]), rest)
}

function valueAt(value: unknown, [step, ...rest]: YamlPath): unknown {
  if (step === undefined) return value
  if (typeof step === 'number') return valueAt(itemsOf(value)[step], rest)
  if (typeof step === 'string') {
    const map = mapOf(value)
    return Object.hasOwn(map, step) ? valueAt(map[step], rest) : undefined
  }
  const matches = (item: unknown) =>
    Object.entries(step).every(([key, wanted]) => mapOf(item)[key] === wanted)
  return valueAt(itemsOf(value).find(matches), rest)
}

function mapOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
