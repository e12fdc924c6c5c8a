import { type Carrier, type Fields, fieldsOf, type Json, lastPart, textOf } from './carrier.ts'
import { parametersIn } from './parameters.ts'

/** Values of a chart that say a release: of one model, or of many below a key. */

/** A value that a release changes. */
interface Value {
  path: string[]
  value: string
  says: string
  /** What the image is called, where something beside it says so. */
  name?: string
}

/**
 * The models of a file of values, each with what is written.
 *
 * @param prefix where the values stand in the file
 * @param own the model's name where the values do not say one
 * @param parts of the chart: each has its values below its name
 */
export function valueCarriers(
  file: string,
  values: unknown,
  {
    prefix = [],
    own,
    parts = [],
    target,
    options = {},
  }: {
    prefix?: string[]
    own: readonly string[]
    parts?: readonly string[]
    target: string
    options?: Carrier['options']
  },
): Carrier[] {
  const many = modelsIn(fieldsOf(values), prefix)
  const carried = many.flatMap(({ model, path, map }): Carrier[] => {
    const found = valuesIn(map, path, { isModel: true })
    return found.length === 0
      ? []
      : [
          {
            file,
            names: [model],
            target,
            options: { ...options, ...setOf(found, model) },
            says: saysOf(found),
            ...parametersIn(map, path),
          },
        ]
  })
  if (carried.length > 0) return carried
  const found = valuesIn(fieldsOf(values), prefix, { isModel: false }).map(one => {
    const part = parts.find(name => one.path[prefix.length] === name)
    return part === undefined ? one : { ...one, name: part }
  })
  if (found.length === 0) return []
  const images = found.filter(one => one.value.startsWith('{image'))
  const keyed = images.filter(one => one.name !== undefined && one.path[prefix.length] === one.name)
  if (keyed.length === images.length && keyed.length > 1)
    return keyed.map(one => ({
      ...{ file, names: [one.name!], target, says: one.says },
      options: { ...options, ...setOf([one], one.name) },
    }))
  const wanted = images.filter(
    one => own.includes(one.name ?? '') || one.path.some(step => own.includes(step)),
  )
  const chosen = wanted.length === 1 ? wanted : images
  const rest = found.filter(one => !images.includes(one))
  const names = [...chosen.flatMap(one => one.name ?? []), ...own]
  return [
    {
      ...{ file, names, target, says: saysOf(chosen.length > 0 ? chosen : rest) },
      options: { ...options, ...setOf([...chosen.slice(0, 1), ...rest]) },
      ...parametersIn(values, prefix),
      ...(chosen.length > 1 && { unclear: chosen.map(one => `${one.path.join('.')}   ${one.says}`) }),
    },
  ]
}

// --- internal ---

const MOST_DEEP = 8
const MANY = /^(models|services|predictors|inferenceServices)$/

function modelsIn(values: Fields, prefix: string[]): { model: string; path: string[]; map: Fields }[] {
  return Object.entries(values).flatMap(([key, below]) =>
    MANY.test(key)
      ? Object.entries(fieldsOf(below)).map(([model, map]) => ({
          model,
          path: [...prefix, key, model],
          map: fieldsOf(map),
        }))
      : [],
  )
}

function valuesIn(map: Fields, path: string[], { isModel }: { isModel: boolean }, deep = 0): Value[] {
  if (deep > MOST_DEEP) return []
  const isImage = isModel || /image$/i.test(path.at(-1) ?? '') || textOf(map.repository) !== undefined
  const repository = textOf(map.repository) ?? textOf(map.name)
  const named = repository?.includes('/') ? { name: lastPart(repository) } : {}
  const own = isImage ? versionIn(map, path, named) : []
  return [
    ...own,
    ...Object.entries(map).flatMap(([key, value]): Value[] => {
      const at = [...path, key]
      const text = textOf(value)
      if (text === undefined) return valuesIn(fieldsOf(value), at, { isModel: false }, deep + 1)
      if (/^image$/i.test(key) && /[:@]/.test(text))
        return [{ path: at, value: '{image}', says: text, name: lastPart(text) }]
      if (/^image_?tag$/i.test(key)) return [{ path: at, value: '{image.tag}', says: text }]
      if (/^image_?digest$/i.test(key)) return [{ path: at, value: '{image.digest}', says: text }]
      if (/^(model|storage)?_?uri$/i.test(key) && /^[a-z][\w+.-]*:\/\//.test(text))
        return [{ path: at, value: '{uri}', says: text }]
      if (/^model_?version$/i.test(key) || (key === 'version' && (isModel || path.at(-1) === 'model')))
        return [{ path: at, value: '{version}', says: text }]
      return []
    }),
  ]
}

/** The digest where there is one, which cannot be moved, else the tag. */
function versionIn(map: Fields, path: string[], named: { name?: string }): Value[] {
  for (const [key, value] of [
    ['digest', '{image.digest}'],
    ['tag', '{image.tag}'],
  ] as const)
    if (textOf(map[key]) !== undefined || typeof map[key] === 'number')
      return [
        { path: [...path, key], value, says: `${textOf(map.repository) ?? ''} ${map[key]}`.trim(), ...named },
      ]
  return []
}

function setOf(values: readonly Value[], model?: string): { set: Json[] } {
  return {
    set: values.map(({ path, value }) => ({
      path: pathOf(path.map(step => (step === model ? '{model}' : step))),
      value,
    })),
  }
}

function pathOf(path: string[]): Json {
  return path.every(step => /^(?:[\w-]|\{model\})+$/.test(step)) ? path.join('.') : path
}

function saysOf(values: readonly Value[]): string {
  return values.map(({ says }) => says).join(', ')
}
