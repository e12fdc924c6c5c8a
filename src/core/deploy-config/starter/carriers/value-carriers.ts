import { isAddressKey } from './addresses.ts'
import {
  type Carrier,
  type Fields,
  fieldsOf,
  itemsOf,
  type Json,
  lastPart,
  plainText,
  textOf,
} from './carrier.ts'
import { parametersIn } from './parameters.ts'
import { apartFromServers, type Placed } from './servers.ts'

/** Values of a chart that say a release: of one model, or of many below a key. */

/** A value that a release changes. */
interface Value extends Placed {
  path: Json[]
  /** Why a person has to say whether it is the release's. */
  asks?: string
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
    areModels = false,
  }: {
    prefix?: Json[]
    own: readonly string[]
    parts?: readonly string[]
    target: string
    options?: Carrier['options']
    /** Whether each key is that of a model, so that a version right below it is the model's. */
    areModels?: boolean
  },
): Carrier[] {
  const many = modelsIn(fieldsOf(values), prefix)
  const carried = many.flatMap(({ model, path, map }): Carrier[] => {
    const { found, left } = apartFromServers(valuesIn(map, path, { isModel: true }), () => [model])
    return found.length === 0
      ? []
      : [
          {
            file,
            names: [model],
            target,
            options: { ...options, ...setOf(found, model) },
            says: saysOf(found),
            ...leftOf(left),
            ...unclearOf(found),
            ...parametersIn(map, path),
          },
        ]
  })
  if (carried.length > 0) return carried
  const all = valuesIn(fieldsOf(values), prefix, { isModel: false, areModels })
  const partOf = (one: Value) => parts.find(name => one.path[prefix.length] === name)
  const withAddress = all.flatMap(one => (one.value === '{uri}' ? (partOf(one) ?? []) : []))
  const { found: kept, left } = apartFromServers(all, one => [
    ...own,
    ...withAddress.filter(part => part === partOf(one)),
  ])
  const found = kept.map(one => ({ ...one, ...(partOf(one) !== undefined && { name: partOf(one)! }) }))
  if (found.length === 0) return []
  const images = found.filter(one => one.value.startsWith('{image'))
  const withImage = images.map(one => one.name)
  const alone = found.filter(one => one.value === '{uri}' && !withImage.includes(one.name))
  const main = images.length > 0 ? [...images, ...alone] : found
  const keyed = main.filter(one => one.name !== undefined && one.path[prefix.length] === one.name)
  if (
    keyed.length === main.length &&
    new Set(keyed.map(one => one.name)).size === keyed.length &&
    keyed.length > 1
  )
    return keyed.map(one => {
      const set = [one, ...found.filter(other => other.name === one.name && other !== one)]
      return {
        ...{ file, names: [one.name!], target, says: saysOf(set) },
        options: { ...options, ...setOf(set, one.name) },
        ...leftOf(left),
        ...unclearOf(set),
      }
    })
  const wanted = images.filter(
    one => own.includes(one.name ?? '') || one.path.some(step => own.includes(String(step))),
  )
  const chosen = wanted.length === 1 ? wanted : images
  const rest = found.filter(one => !images.includes(one))
  const names = [...(chosen.length > 0 ? chosen : rest).flatMap(one => one.name ?? []), ...own]
  return [
    {
      ...{ file, names, target, says: saysOf(chosen.length > 0 ? chosen : rest) },
      options: { ...options, ...setOf([...chosen.slice(0, 1), ...rest]) },
      ...parametersIn(values, prefix),
      ...leftOf(left),
      ...unclearOf(chosen, chosen.length > 1),
    },
  ]
}

// --- internal ---

const MOST_DEEP = 8
/** The name of a model in a hub: `acme/support`. */
const HUB = /^[\w.-]+\/[\w.-]+$/
const MANY =
  /^(models?|modelSpec|services|predictors|inferenceServices|applications|apps|deployments|releases|servers|adapters)$/

/** By name below a key, or in a list of names. */
function modelsIn(values: Fields, prefix: Json[], deep = 0): { model: string; path: Json[]; map: Fields }[] {
  return Object.entries(values).flatMap(([key, below]) => {
    const way = [...prefix, key]
    if (!MANY.test(key)) return deep < 2 ? modelsIn(fieldsOf(below), way, deep + 1) : []
    const listed = itemsOf(below).flatMap(one => {
      const model = textOf(fieldsOf(one).name)
      return model === undefined ? [] : [{ model, path: [...way, { name: model }], map: fieldsOf(one) }]
    })
    const keyed = Object.entries(fieldsOf(below)).map(([model, map]) => ({
      ...{ model, path: [...way, model], map: fieldsOf(map) },
    }))
    // `model: { image: … }` is one model and no list of them.
    return [...listed, ...(key === 'model' ? [] : keyed)]
  })
}

function valuesIn(
  map: Fields,
  path: Json[],
  { isModel, areModels = false }: { isModel: boolean; areModels?: boolean },
  deep = 0,
): Value[] {
  if (deep > MOST_DEEP) return []
  const isImage =
    isModel ||
    (areModels && deep === 0) ||
    /image$/i.test(String(path.at(-1) ?? '')) ||
    textOf(map.repository) !== undefined
  const repository = textOf(map.repository) ?? textOf(map.name)
  const named = repository?.includes('/') ? { name: lastPart(repository) } : {}
  const own = isImage ? versionIn(map, path, named) : []
  // Of a release of Helmfile it is the version of its chart.
  const isChart = map.chart !== undefined
  return [
    ...own,
    ...Object.entries(map).flatMap(([key, value]): Value[] => {
      if (key === '<<')
        return valuesIn(fieldsOf(value), path, { isModel, areModels }, deep + 1).map(one => ({
          ...one,
          asks: 'which `<<` takes from elsewhere',
        }))
      const at = [...path, key]
      const text = plainText(value)
      if (Array.isArray(value))
        return key === 'values' ? valuesOfList(value, at, deep) : variablesIn(value, at)
      if (text === undefined) return valuesIn(fieldsOf(value), at, { isModel: areModels }, deep + 1)
      if (/^image(_?name)?$/i.test(key) && /[:@]/.test(text))
        return [{ path: at, value: '{image}', says: text, name: lastPart(text) }]
      if (/^image_?tag$/i.test(key)) return [{ path: at, value: '{image.tag}', says: text }]
      if (/^image_?digest$/i.test(key)) return [{ path: at, value: '{image.digest}', says: text }]
      if (isAddressKey(key) && /^[a-z][\w+.-]*:\/\//.test(text))
        return [{ path: at, value: '{uri}', says: text }]
      if (/^model_?ur[il]$/i.test(key) && HUB.test(text))
        return [{ path: at, value: '{uri}', says: text, asks: 'which is no whole address, as releases have' }]
      if (
        /^model_?version$/i.test(key) ||
        (key === 'version' && !isChart && (isModel || path.at(-1) === 'model'))
      )
        return [{ path: at, value: '{version}', says: text }]
      return []
    }),
  ]
}

/** Of Helmfile: each of its entries is a file, or holds values itself. */
function valuesOfList(list: readonly unknown[], path: Json[], deep: number): Value[] {
  return list.flatMap((one, at) => valuesIn(fieldsOf(one), [...path, at], { isModel: false }, deep + 1))
}

/** Of a list of variables, as of a container. */
function variablesIn(list: readonly unknown[], path: Json[]): Value[] {
  return list.flatMap((one): Value[] => {
    const { name, value } = fieldsOf(one)
    const [key, says] = [textOf(name), textOf(value)]
    return key !== undefined && isAddressKey(key) && says !== undefined && /^[a-z][\w+.-]*:\/\//.test(says)
      ? [{ path: [...path, { name: key }, 'value'], value: '{uri}', says }]
      : []
  })
}

function leftOf(left: string[]): Pick<Carrier, 'left'> {
  return left.length > 0 ? { left } : {}
}

function unclearOf(found: readonly Value[], isUnclear = false): Pick<Carrier, 'unclear'> {
  if (!isUnclear && !found.some(one => one.asks)) return {}
  const shown = (path: Json[]) =>
    path.map(step => (typeof step === 'object' ? JSON.stringify(step) : String(step))).join('.')
  return {
    unclear: found.map(one => `${shown(one.path)}   ${one.says}${one.asks ? `, ${one.asks}` : ''}`),
  }
}

/** The digest where there is one, which cannot be moved, else the tag. */
function versionIn(map: Fields, path: Json[], named: { name?: string }): Value[] {
  for (const [key, value] of [
    ['digest', '{image.digest}'],
    ['tag', '{image.tag}'],
  ] as const)
    if (plainText(map[key]) !== undefined || typeof map[key] === 'number')
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

function pathOf(path: Json[]): Json {
  return path.every(step => typeof step === 'string' && /^(?:[\w-]|\{model\})+$/.test(step))
    ? path.join('.')
    : path
}

function saysOf(values: readonly Value[]): string {
  return values.map(({ says }) => says).join(', ')
}
