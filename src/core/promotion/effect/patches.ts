import { isAssayError } from '../../errors/errors.ts'
import { readYaml } from '../../yaml/edit/edit.ts'
import { inRepository } from './kustomization.ts'

/** What patches of a kustomization set: images of containers and URIs of models. */
export interface PatchSet {
  /** Where the patch stands. */
  file: string
  /** All of it. */
  text?: string
  what: 'image' | 'uri'
  value: string
  /** The container, where that is known: by its name or its index in the list. */
  list?: string
  container?: string | number
  /** The object, where the patch says it. */
  kind?: string
  name?: string
}

/** A container of an object in a manifest. */
export interface Container {
  list: string
  index: number
  name?: string
  kind?: string
  object?: string
  image: string
}

/**
 * What the patches of one kustomization set, whether they stand in it or in files of their own; strategic merges and JSON
 * patches. Patches that cannot be read set nothing.
 *
 * @param textOf the text of a file by its path in the repository
 */
export function patchesIn(
  text: string,
  path: string,
  textOf: (path: string) => string | undefined,
): PatchSet[] {
  const kustomization = fieldsOf(documentsOf(text, path)[0])
  return PATCH_FIELDS.flatMap(field => listOf(kustomization[field])).flatMap(entry => {
    const { patch, path: named, target } = typeof entry === 'string' ? inlineOrFile(entry) : fieldsOf(entry)
    const aim = fieldsOf(target)
    const file = typeof named === 'string' ? inRepository(named, path) : path
    if (file === undefined) return []
    const body = typeof named === 'string' ? textOf(file) : patch
    if (typeof body !== 'string') return []
    const shown = typeof named === 'string' ? body : text
    return documentsOf(body, file).flatMap(one =>
      setsIn(one).map(set => ({
        ...set,
        file,
        text: shown,
        ...plainName('kind', aim.kind),
        ...plainName('name', aim.name),
      })),
    )
  })
}

/** Whether a kustomization has patches, or components that may. */
export function mayPatch(text: string | undefined): boolean {
  return text !== undefined && /^[ \t]*["']?(patches\w*|components)["']?[ \t]*:/im.test(text)
}

/** The containers in the objects of a text; none where it cannot be read. */
export function containersIn(text: string, path: string): Container[] {
  return documentsOf(text, path).flatMap(document => {
    const { kind, metadata } = fieldsOf(document)
    const object = fieldsOf(metadata).name
    return containersBelow(document).map(one => ({
      ...one,
      ...(typeof kind === 'string' && { kind }),
      ...(typeof object === 'string' && { object }),
    }))
  })
}

/** Whether a patch is of a container; what it does not say is taken to fit. */
export function isOf(set: PatchSet, one: Container): boolean {
  const same = typeof set.container === 'number' ? set.container === one.index : set.container === one.name
  return (
    (set.container === undefined || (same && set.list === one.list)) &&
    (set.kind === undefined || one.kind === undefined || set.kind === one.kind) &&
    (set.name === undefined || one.object === undefined || set.name === one.object)
  )
}

/** Where what a patch sets stands. */
export function lineOf({ text = '', value }: PatchSet): { line?: number } {
  const at = text.split('\n').findIndex(line => !/^\s*#/.test(line) && line.includes(value))
  return at < 0 ? {} : { line: at + 1 }
}

// --- internal ---

const PATCH_FIELDS = ['patches', 'patchesStrategicMerge', 'patchesJson6902']
const LISTS = ['containers', 'initContainers']
const URIS = ['storageUri', 'modelUri']

type Found = Omit<PatchSet, 'file' | 'text'>

function inlineOrFile(entry: string): { patch?: string; path?: string; target?: unknown } {
  return /[\n{]/.test(entry) ? { patch: entry } : { path: entry }
}

function documentsOf(text: string, path: string): unknown[] {
  try {
    return readYaml(text, path).filter(one => one !== undefined)
  } catch (error) {
    if (isAssayError(error, 'YAML_UNREADABLE')) return []
    throw error
  }
}

function setsIn(document: unknown): Found[] {
  if (Array.isArray(document)) return document.flatMap(one => operation(fieldsOf(one)))
  const { kind, metadata } = fieldsOf(document)
  const of = { ...plainName('kind', kind), ...plainName('name', fieldsOf(metadata).name) }
  return inObject(document).map(set => ({ ...set, ...of }))
}

/** Of a JSON patch: what it sets may be the value itself, or lie in it. */
function operation({ op, path, value }: Record<string, unknown>): Found[] {
  if (typeof path !== 'string' || !/^(add|replace)$/.test(String(op))) return []
  const steps = path.split('/').slice(1)
  const last = steps.at(-1) ?? ''
  const at = steps.findLastIndex(step => LISTS.includes(step))
  const list = steps[at]
  const index = /^\d+$/.test(steps[at + 1] ?? '') ? Number(steps[at + 1]) : undefined
  const inList = at >= 0 && index !== undefined ? { list: list!, container: index } : {}
  if (typeof value === 'string' && last === 'image') return [{ what: 'image', value, ...inList }]
  if (typeof value === 'string') return URIS.includes(last) ? [{ what: 'uri', value }] : []
  if (at === steps.length - 1 && list !== undefined) return inObject({ [list]: value })
  const { image } = fieldsOf(value)
  if (at === steps.length - 2 && typeof image === 'string')
    return [{ what: 'image', value: image, ...inList }]
  return inObject(value)
}

function inObject(value: unknown): Found[] {
  const images = containersBelow(value).map(
    ({ list, index, name, image }): Found => ({
      what: 'image',
      value: image,
      list,
      container: name ?? index,
    }),
  )
  return [...images, ...urisBelow(value).map((uri): Found => ({ what: 'uri', value: uri }))]
}

function containersBelow(value: unknown): Container[] {
  return Object.entries(fieldsOrItems(value)).flatMap(([key, inner]) => {
    if (!LISTS.includes(key) || !Array.isArray(inner)) return containersBelow(inner)
    return inner
      .map(fieldsOf)
      .flatMap(({ name, image }, index) =>
        typeof image === 'string'
          ? [{ list: key, index, image, ...(typeof name === 'string' && { name }) }]
          : [],
      )
  })
}

function urisBelow(value: unknown): string[] {
  return Object.entries(fieldsOrItems(value)).flatMap(([key, inner]) =>
    URIS.includes(key) && typeof inner === 'string' ? [inner] : urisBelow(inner),
  )
}

/** A selector by a pattern says no name. */
function plainName<Key extends string>(key: Key, value: unknown): Partial<Record<Key, string>> {
  if (typeof value !== 'string' || !/^[\w.-]+$/.test(value)) return {}
  return { [key]: value } as Record<Key, string>
}

function fieldsOrItems(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return Array.isArray(value) ? {} : (fieldsOrItems(value) as Record<string, unknown>)
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
