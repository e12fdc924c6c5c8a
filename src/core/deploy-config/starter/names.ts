import type { Json } from './carriers/carrier.ts'
import { environmentOf, environmentStem } from './carriers/environments.ts'

/** Names of models and environments, and the placeholders that stand for them. */

/** A name as a part of that of a file. */
export function partOf(name: string): RegExp {
  return new RegExp(`(?<=^|[-._])${escaped(name)}(?=$|[-._])`)
}

/** Names that stand in a configuration as placeholders. */
export interface Names {
  model: string
  environment: string | undefined
}

/** Where the model is named, in options, and in names of objects the environment. */
export function withNames(value: Json, names: Names, key = ''): Json {
  const { model } = names
  if (typeof value === 'string') {
    if (value === model) return '{model}'
    if (key === 'name') return withBoth(value, names)
    if (key === 'path')
      return value
        .split('.')
        .map(step => (step === model ? '{model}' : step))
        .join('.')
    if (key === 'value') return value.replace(new RegExp(`/${escaped(model)}=(?=\\{)`), '/{model}=')
    // Its repository, with whatever version stands behind it.
    const image = new RegExp(`(^|/)${escaped(model)}(?=$|[:@])`)
    return key === 'image' ? value.replace(image, '$1{model}') : value
  }
  if (Array.isArray(value)) return value.map(one => withNames(one, names))
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([own, one]) => [own, withNames(one, names, own)]))
}

// --- internal ---

/** `churn-staging` → `{model}-{environment}`; any other name stays. */
function withBoth(name: string, { model, environment }: Names): string {
  const found = environmentStem(name)
  if (found?.stem !== model || found.environment !== environment) return name
  return environmentOf(name)!.template.replace(model, () => '{model}')
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
