import { readDocuments } from '../../../yaml/documents.ts'
import {
  type Carrier,
  type Fields,
  fieldsOf,
  isCalledLike,
  itemsOf,
  type Json,
  lastPart,
  textOf,
} from './carrier.ts'
import { documentOf, ownName, type Seen, yamlCarrier } from './seen-object.ts'
import { valueCarriers } from './value-carriers.ts'

/** What an Application of Argo CD puts into a chart or a kustomization: values, parameters and images of its source. */
export function applicationCarriers(seen: Seen): Carrier[] {
  const { helm, kustomize } = fieldsOf(fieldsOf(seen.object.spec).source)
  const { valuesObject, values, parameters } = fieldsOf(helm)
  return [
    ...valueCarriers(seen.file, valuesObject, {
      prefix: [...HELM, 'valuesObject'],
      own: [ownName(seen)],
      target: 'yaml',
      options: { document: documentOf(seen) },
    }),
    ...carriersAt(seen, plainOf(values), way => ({ path: [...HELM, 'values'], inside: way })),
    ...carriersAt(seen, nested(parameters), way => ({
      path: [...HELM, 'parameters', { name: way.join('.') }, 'value'],
    })),
    ...imageCarriers(seen, itemsOf(fieldsOf(kustomize).images)),
  ]
}

// --- internal ---

const HELM = ['spec', 'source', 'helm']

/** Of values that are written at another way than they have in the chart. */
function carriersAt(
  seen: Seen,
  values: unknown,
  placed: (way: Json[]) => { path: Json[]; inside?: Json[] },
): Carrier[] {
  const own = [ownName(seen)]
  const found = valueCarriers(seen.file, values, { own, target: 'yaml' })
  const at = (one: { [key: string]: Json }) => {
    const { path } = one
    return { ...one, ...placed(Array.isArray(path) ? path : String(path).split('.')) }
  }
  return found.map(carrier => ({
    ...carrier,
    options: {
      document: documentOf(seen),
      set: (carrier.options.set as { [key: string]: Json }[]).map(at),
    },
    ...(carrier.parameters && {
      parameters: carrier.parameters.map(one => ({ ...one, ...placed(one.path) })),
    }),
  }))
}

/** `image.tag: v1` → `image: { tag: v1 }`. */
function nested(parameters: unknown): Fields {
  const all: Fields = {}
  for (const one of itemsOf(parameters)) {
    const { name, value } = fieldsOf(one)
    const way = textOf(name)?.split('.') ?? []
    const last = way.pop()
    if (last === undefined || way.some(step => step === '__proto__') || last === '__proto__') continue
    let map = all
    for (const step of way) {
      const inner = fieldsOf(map[step])
      map[step] = inner
      map = inner
    }
    map[last] = value
  }
  return all
}

/** A text that is YAML itself; undefined for any other. */
function plainOf(values: unknown): unknown {
  const text = textOf(values)
  const { documents } = readDocuments(text ?? '')
  return text === undefined || documents.length !== 1 ? undefined : documents[0]!.toJS()
}

/** An entry of `images`: `churn=ghcr.io/acme/churn:v1`, or the image alone. */
interface Entry {
  path: Json[]
  before: string
  image: string
}

/** Of several those that the Application is called like; where none is, nobody knows which is the model's. */
function imageCarriers(seen: Seen, entries: readonly unknown[]): Carrier[] {
  const own = ownName(seen)
  const all = entries.flatMap((entry, at): Entry[] => {
    const text = textOf(entry) ?? ''
    const from = text.indexOf('=') + 1
    const image = text.slice(from)
    const path = ['spec', 'source', 'kustomize', 'images', at]
    return /[:@][^/]*$/.test(image) ? [{ path, before: text.slice(0, from), image }] : []
  })
  const named = all.filter(({ image }) => isCalledLike(image, own))
  const isUnclear = named.length === 0 && all.length > 1
  const chosen = named.length > 0 ? named : all.slice(0, 1)
  return chosen.map(({ path, before, image }) => ({
    ...yamlCarrier(seen, [{ path, value: `${before}{image}` }], image),
    names: isUnclear ? [own] : [lastPart(image), own],
    ...(isUnclear && { unclear: all.map(one => `${one.path.join('.')}   ${one.before}${one.image}`) }),
  }))
}
