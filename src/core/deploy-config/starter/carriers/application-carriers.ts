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
import { elementCarriers, listedEnvironments } from './element-carriers.ts'
import { documentOf, ownName, type Seen, yamlCarrier } from './seen-object.ts'
import { valueCarriers } from './value-carriers.ts'

/** What an Application of Argo CD puts into a chart or a kustomization: values, parameters and images of its sources. */
export function applicationCarriers(seen: Seen): Carrier[] {
  return carriersOf(seen, seen.object.spec, ['spec'])
}

/** What an ApplicationSet makes of every element alike, and what its elements say. */
export function applicationSetCarriers(seen: Seen): Carrier[] {
  const { template } = fieldsOf(seen.object.spec)
  const found = elementCarriers(seen)
  if (found.length > 0) return found
  const shared = carriersOf(seen, fieldsOf(template).spec, ['spec', 'template', 'spec'])
  const environments = listedEnvironments(seen)
  return environments.length > 1 ? shared.map(one => ({ ...one, overlays: environments })) : shared
}

/** Of values that are a text of an object, which is YAML itself. */
export function textCarriers(seen: Seen, text: unknown, path: Json[], own = [ownName(seen)]): Carrier[] {
  return carriersAt(seen, plainOf(text), inside => ({ path, inside }), own)
}

// --- internal ---

/** Of several sources that say a release, those that are called like the Application; where none is, nobody knows which is the model's. */
function carriersOf(seen: Seen, spec: unknown, way: Json[]): Carrier[] {
  const { source, sources } = fieldsOf(spec)
  const ofSources = itemsOf(sources)
    .map((one, at) => ({ one, found: sourceCarriers(seen, one, [...way, 'sources', at]) }))
    .filter(({ found }) => found.length > 0)
  const named = ofSources.filter(({ one, found }) => {
    const { chart, path } = fieldsOf(one)
    const texts = [chart, path].flatMap(text => textOf(text) ?? [])
    return [...texts, ...found.flatMap(({ says }) => says)].some(text => isCalledLike(text, ownName(seen)))
  })
  const chosen = (named.length > 0 ? named : ofSources).flatMap(({ found }) => found)
  const isUnclear = named.length === 0 && ofSources.length > 1
  const unclear = chosen.map(({ options, says }) => `${JSON.stringify(options.set)}   ${says}`)
  return [
    ...sourceCarriers(seen, source, [...way, 'source']),
    ...chosen.map(one => (isUnclear ? { ...one, unclear } : one)),
  ]
}

function sourceCarriers(seen: Seen, source: unknown, way: Json[]): Carrier[] {
  const { helm, kustomize } = fieldsOf(source)
  const { valuesObject, values, parameters } = fieldsOf(helm)
  const ofHelm = [...way, 'helm']
  return [
    ...valueCarriers(seen.file, valuesObject, {
      prefix: [...ofHelm, 'valuesObject'],
      own: [ownName(seen)],
      target: 'yaml',
      options: { document: documentOf(seen) },
    }),
    ...textCarriers(seen, values, [...ofHelm, 'values']),
    ...carriersAt(seen, nested(parameters), inner => ({
      path: [...ofHelm, 'parameters', { name: inner.join('.') }, 'value'],
    })),
    ...imageCarriers(seen, itemsOf(fieldsOf(kustomize).images), [...way, 'kustomize', 'images']),
  ]
}

/** Of values that are written at another way than they have in the chart. */
function carriersAt(
  seen: Seen,
  values: unknown,
  placed: (way: Json[]) => { path: Json[]; inside?: Json[] },
  own = [ownName(seen)],
): Carrier[] {
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
function imageCarriers(seen: Seen, entries: readonly unknown[], way: Json[]): Carrier[] {
  const own = ownName(seen)
  const all = entries.flatMap((entry, at): Entry[] => {
    const text = textOf(entry) ?? ''
    const from = text.indexOf('=') + 1
    const image = text.slice(from)
    const path = [...way, at]
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
