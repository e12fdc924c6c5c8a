import { readDocuments } from '../../yaml/documents.ts'
import { type Carrier, type Fields, fieldsOf, itemsOf, type Json, lastPart, textOf } from './carrier.ts'
import { environmentOf } from './environments.ts'
import { documentOf, type Seen, yamlCarrier } from './seen-object.ts'
import { valueCarriers } from './value-carriers.ts'

/** What an Application of Argo CD puts into a chart or a kustomization: values, parameters and images of its source. */
export function applicationCarriers(seen: Seen): Carrier[] {
  const { helm, kustomize } = fieldsOf(fieldsOf(seen.object.spec).source)
  const { valuesObject, values, parameters } = fieldsOf(helm)
  return [
    ...valueCarriers(seen.file, valuesObject, {
      prefix: [...HELM, 'valuesObject'],
      own: [withoutEnvironment(seen.name)],
      target: 'yaml',
      options: { document: documentOf(seen) },
    }),
    ...carriersAt(seen, plainOf(values), way => ({ path: [...HELM, 'values'], inside: way })),
    ...carriersAt(seen, nested(parameters), way => ({
      path: [...HELM, 'parameters', { name: way.join('.') }, 'value'],
    })),
    ...itemsOf(fieldsOf(kustomize).images).flatMap((one, at) => imageCarriers(seen, one, at)),
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
  const own = [withoutEnvironment(seen.name)]
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

/** `churn=ghcr.io/acme/churn:v1`, or the image alone. */
function imageCarriers(seen: Seen, entry: unknown, at: number): Carrier[] {
  const text = textOf(entry) ?? ''
  const image = text.slice(text.indexOf('=') + 1)
  if (!/[:@]/.test(lastPartOf(image))) return []
  const before = text.slice(0, text.indexOf('=') + 1)
  const path: Json[] = ['spec', 'source', 'kustomize', 'images', at]
  return [
    {
      ...yamlCarrier(seen, [{ path, value: `${before}{image}` }], image),
      names: [lastPart(image), withoutEnvironment(seen.name)],
    },
  ]
}

function lastPartOf(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1)
}

/** `churn` of `churn-staging`, as objects of one namespace are told apart. */
function withoutEnvironment(name: string): string {
  const template = environmentOf(name)?.template.replace(/[-._]?\{environment\}[-._]?/, '')
  return template || name
}
