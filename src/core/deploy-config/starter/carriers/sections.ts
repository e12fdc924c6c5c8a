import { type Carrier, fieldsOf, itemsOf, type Json, partsIn, type ReadFile } from './carrier.ts'
import { isEnvironment } from './environments.ts'
import { valueCarriers } from './value-carriers.ts'

/** One file with a part for each environment: `staging: { churn: … }`, or `churn: { staging: … }`. */

/**
 * What each environment carries in a file of several.
 *
 * @param own the model's name where neither the values nor the name of the file say one
 */
export function sectionCarriers(
  { file, documents }: ReadFile,
  { own, target }: { own: readonly string[]; target: string },
): Carrier[] {
  const stem = file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  return documents.flatMap((document, at) =>
    sectionsOf(document).flatMap(section => {
      const { values, prefix } = unwrapped(section.values)
      const found = valueCarriers(file, values, {
        ...{ prefix, target, parts: partsIn(values), areModels: true },
        own: OF_MANY.test(stem) ? own : [stem],
        options: documents.length > 1 ? { document: at } : {},
      })
      return found.map(carrier => inSection(carrier, section))
    }),
  )
}

// --- internal ---

/** What an environment says in a file of several, as a file of its own would have it. */
interface Section {
  environment: string
  values: unknown
  /** How many keys stand above its name. */
  depth: number
}

/** The parts of a file by their environments, which all stand at one depth; none where fewer than two do. */
function sectionsOf(values: unknown): Section[] {
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    const names = environmentsAt(values, depth)
    if (names.length > 1)
      return names.map(environment => ({ environment, values: partOf(values, environment, depth), depth }))
  }
  return []
}

/** What the values of a section carry, at their ways in the whole file. */
function inSection(carrier: Carrier, { environment, depth }: Section): Carrier {
  const placed = (path: Json): Json[] =>
    (Array.isArray(path) ? path : String(path).split('.')).toSpliced(depth, 0, '{environment}')
  const set = carrier.options.set as { [key: string]: Json }[]
  return {
    ...carrier,
    environment,
    options: { ...carrier.options, set: set.map(one => ({ ...one, path: written(placed(one.path!)) })) },
    ...(carrier.parameters && {
      parameters: carrier.parameters.map(one => ({ ...one, path: placed(one.path) })),
    }),
  }
}

const DEEPEST = 3

/** The names of environments at a depth, where at least one map has two of them beside each other. */
function environmentsAt(values: unknown, depth: number): string[] {
  const keys = Object.keys(fieldsOf(values))
  if (depth === 0) {
    const named = keys.filter(isEnvironment)
    return named.length > 1 ? named : []
  }
  return [...new Set(keys.flatMap(key => environmentsAt(fieldsOf(values)[key], depth - 1)))]
}

/** The values without the keys of environments, and without all that is of none or of another one. */
function partOf(values: unknown, environment: string, depth: number): unknown {
  const map = fieldsOf(values)
  if (depth === 0) return map[environment]
  return Object.fromEntries(
    Object.keys(map).flatMap(key => {
      const part = partOf(map[key], environment, depth - 1)
      return part === undefined ? [] : [[key, part]]
    }),
  )
}

function written(path: Json[]): Json {
  return path.every(step => typeof step === 'string' && /^(?:[\w-]|\{model\}|\{environment\})+$/.test(step))
    ? path.join('.')
    : path
}

/** Without keys that are of all models, such as `environments`, and the only entry of a list. */
function unwrapped(values: unknown, prefix: Json[] = []): { values: unknown; prefix: Json[] } {
  const [[key, inner] = ['', undefined], ...others] = Object.entries(fieldsOf(values))
  if (others.length > 0 || !(OF_MANY.test(key) || Array.isArray(inner))) return { values, prefix }
  const [only, ...more] = itemsOf(inner)
  return only !== undefined && more.length === 0
    ? unwrapped(only, [...prefix, key, 0])
    : unwrapped(inner, [...prefix, key])
}

/** Names of files that are of no model. */
const OF_MANY =
  /^(values|versions|images|releases|models|environments|envs?|deployments?|config|settings|helmfile|services)$/
