import { type Carrier, type Fields, fieldsOf, itemsOf, type Json, textOf } from './carrier.ts'
import { environmentOf, isEnvironment } from './environments.ts'
import { documentOf, ownName, type Seen } from './seen-object.ts'
import { valueCarriers } from './value-carriers.ts'

/** What the elements of an ApplicationSet's lists say: a release of a model, of an environment, or of both. */
export function elementCarriers(seen: Seen): Carrier[] {
  return listsIn(fieldsOf(seen.object.spec).generators, ['spec', 'generators']).flatMap(
    ({ elements, way }) => {
      const modelKey = MODEL_KEYS.find(key => elements.every(one => textOf(one[key]) !== undefined))
      const environmentKey = environmentKeyOf(seen, elements)
      const isNamed = modelKey !== undefined && modelKey !== environmentKey
      const all = elements.map((element, at) => {
        const model = isNamed ? textOf(element[modelKey])! : ownName(seen)
        const environment = environmentKey === undefined ? undefined : String(element[environmentKey])
        const chosen: Json = {
          ...(environmentKey !== undefined && { [environmentKey]: '{environment}' }),
          ...(isNamed && { [modelKey]: '{model}' }),
        }
        const step = Object.keys(chosen).length > 0 ? chosen : at
        return { element, model, environment, step }
      })
      const alike = Map.groupBy(all, one => JSON.stringify([one.environment, one.model, one.step]))
      return [...alike.values()].flatMap((those): Carrier[] => {
        const { element, model, environment, step } = those[0]!
        // As values of one model, whose version may stand right there.
        const [found] = valueCarriers(
          seen.file,
          { models: { [model]: element } },
          { own: [model], target: 'yaml' },
        )
        if (!found) return []
        const placed = (path: Json): Json[] => [
          ...way,
          step,
          ...(Array.isArray(path) ? path : String(path).split('.')).slice(2),
        ]
        const { parameters, ...carrier } = found
        return [
          {
            ...carrier,
            ...(environment !== undefined && { environment }),
            // Such as those of two clusters: the line that finds one finds both.
            ...(those.length > 1 && {
              unclear: those.map(one => `element ${JSON.stringify(one.element)}`),
            }),
            options: {
              document: documentOf(seen),
              set: (carrier.options.set as { [key: string]: Json }[]).map(one => ({
                ...one,
                path: placed(one.path!),
              })),
            },
            ...(parameters && {
              parameters: parameters.map(one => ({ ...one, path: placed(one.path) })),
            }),
          },
        ]
      })
    },
  )
}

/** The environments that its lists make an Application of each. */
export function listedEnvironments(seen: Seen): string[] {
  const all = listsIn(fieldsOf(seen.object.spec).generators, []).flatMap(({ elements }) => {
    const key = environmentKeyOf(seen, elements)
    return key === undefined ? [] : elements.map(one => String(one[key]))
  })
  return [...new Set(all)]
}

// --- internal ---

/** The key of a list's elements that names environments; none in a file that is of one. */
function environmentKeyOf({ file }: Seen, elements: readonly Fields[]): string | undefined {
  if (environmentOf(file)) return undefined
  return Object.keys(elements[0] ?? {}).find(key => elements.every(one => isEnvironment(String(one[key]))))
}

const MODEL_KEYS = ['model', 'modelName', 'app', 'application', 'service', 'name']

/** The lists, also those in generators of generators. */
function listsIn(generators: unknown, way: Json[]): { elements: Fields[]; way: Json[] }[] {
  return itemsOf(generators).flatMap((generator, at) => {
    const { list, matrix, merge } = fieldsOf(generator)
    const elements = itemsOf(fieldsOf(list).elements).map(fieldsOf)
    return [
      ...(elements.length > 0 ? [{ elements, way: [...way, at, 'list', 'elements'] }] : []),
      ...listsIn(fieldsOf(matrix).generators, [...way, at, 'matrix', 'generators']),
      ...listsIn(fieldsOf(merge).generators, [...way, at, 'merge', 'generators']),
    ]
  })
}
