import { isAssayError } from '../../errors/errors.ts'
import { readYaml } from '../../yaml/edit/edit.ts'

/** What a kustomization refers to, by paths in the repository; or why it is not rendered. */
export interface NeededFiles {
  files: string[]
  /** Folders with a kustomization of their own. */
  folders: string[]
  /** In words: it would reach outside the repository, or start a program. */
  refused?: string
}

/** A kustomization taken apart once, for all who ask what it reads and what it makes of an image. */
export interface Kustomization {
  path: string
  text: string
  /** As plain values; those without content are undefined. */
  documents: readonly unknown[]
  /** Whether it reads a file, or the kustomization of its folder, whatever else it refers to. */
  reads(file: string): boolean
}

/** How a kustomization file may be called; one of them in a folder. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/**
 * The files that `kustomize build` reads for a kustomization, one step deep. Refused is what the repository does not hold:
 * addresses and repositories on other hosts, which kustomize would fetch; and what starts programs or other tools: charts,
 * generators, transformers and validators. A field that is not known here is refused too.
 *
 * @throws AssayError `YAML_UNREADABLE`
 */
export function neededFiles(text: string, path: string): NeededFiles {
  const documents = readYaml(text, path).filter(document => document !== undefined)
  const needed: NeededFiles = { files: [], folders: [] }
  if (documents.length !== 1) return { ...needed, refused: `${path} has ${documents.length} documents` }
  const kustomization = lowered(documents[0])
  if (kustomization === undefined) return { ...needed, refused: `${path} says a field twice, or merges some` }
  for (const [field, value] of Object.entries(fieldsOf(kustomization))) {
    const read = FIELDS[field]
    if (!read)
      return { ...needed, refused: `\`${asWritten(documents[0], field)}\` of ${path} is not rendered` }
    for (const reference of read(value)) {
      const found = inRepository(reference.path, path)
      if (found === undefined || (reference.folder && HOST.test(reference.path)))
        return { ...needed, refused: `${path} refers to \`${reference.path}\`, which is outside` }
      needed[reference.folder ? 'folders' : 'files'].push(found)
    }
  }
  return needed
}

/** Text of a kustomization → what it says; undefined: it is no YAML, and tells nothing. */
export function readKustomization(text: string, path: string): Kustomization | undefined {
  const documents = documentsOf(text, path)
  if (!documents) return undefined
  let references: ReadonlySet<string> | undefined
  return {
    path,
    text,
    documents,
    reads(file) {
      references ??= referencesOf(documents, path)
      return references.has(file) || references.has(file.replace(/[^/]*$/, ''))
    },
  }
}

/** The folders of the components of a kustomization. */
export function componentsOf({ documents, path }: Kustomization): string[] {
  return documents.flatMap(document =>
    texts(fieldsOf(lowered(document)).components).flatMap(folder => inRepository(folder, path) ?? []),
  )
}

/** A path in the repository that a file refers to; undefined for addresses and for what lies above the repository. */
export function inRepository(reference: string, from: string): string | undefined {
  if (!RELATIVE.test(reference) || /(^|\/)_git(\/|$)|\.git(\/|$)/.test(reference)) return undefined
  const parts = from.split('/').slice(0, -1)
  for (const part of reference.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined
    if (!['', '.', '..'].includes(part)) parts.push(part)
  }
  return parts.length === 0 ? undefined : parts.join('/')
}

// --- internal ---

function documentsOf(text: string, path: string): unknown[] | undefined {
  try {
    return readYaml(text, path)
  } catch (error) {
    if (isAssayError(error, 'YAML_UNREADABLE')) return undefined
    throw error
  }
}

/** Paths in the repository; those of folders end with `/`. */
function referencesOf(documents: readonly unknown[], path: string): ReadonlySet<string> {
  const found = documents.flatMap(document =>
    Object.entries(fieldsOf(lowered(document))).flatMap(([field, value]) =>
      (FIELDS[field] ?? nothing)(value).flatMap(reference => {
        const at = inRepository(reference.path, path)
        return at === undefined ? [] : [reference.folder ? `${at}/` : at]
      }),
    ),
  )
  return new Set(found)
}

interface Reference {
  path: string
  folder?: boolean
}

type Read = (value: unknown) => Reference[]

/** `example.com/acme/base`: where a file is meant, kustomize looks for a file; where a folder is meant, it clones. */
const HOST = /^[\w-]+(\.[\w-]+)+(\/|$)/
const RELATIVE = /^[\p{L}\p{N}_.+\- ]+(\/[\p{L}\p{N}_.+\- ]+)*\/?$/u

const nothing: Read = () => []
const files: Read = value => texts(value).map(path => ({ path }))
const folders: Read = value => texts(value).map(path => ({ path, folder: true }))
const filesOrFolders: Read = value =>
  texts(value).map(path => ({ path, folder: !/\.(ya?ml|json)$/i.test(path) }))
/** A patch written into the kustomization is no path. */
const filesOrPatches: Read = value =>
  texts(value)
    .filter(text => !/[\n{]/.test(text))
    .map(path => ({ path }))
const patches: Read = value => [
  ...filesOrPatches(value),
  ...listOf(value).flatMap(entry => files(fieldsOf(entry).path)),
]
/** Of generated ConfigMaps and Secrets: `key=path` or a path. */
const generated: Read = value =>
  listOf(value).flatMap(entry => {
    const { files: named, envs, env } = fieldsOf(entry)
    const paths = texts(named).map(text => text.replace(/^[^=]*=/, ''))
    return [...paths, ...texts(envs), ...texts(env)].map(path => ({ path }))
  })

/** Every field of a kustomization that is rendered; generators, transformers, validators and charts are not among them. */
const FIELDS: Record<string, Read> = {
  resources: filesOrFolders,
  bases: folders,
  components: folders,
  crds: files,
  configurations: files,
  openapi: value => files(fieldsOf(value).path),
  replacements: value => listOf(value).flatMap(entry => files(fieldsOf(entry).path)),
  patches,
  patchesjson6902: patches,
  patchesstrategicmerge: filesOrPatches,
  configmapgenerator: generated,
  secretgenerator: generated,
  ...Object.fromEntries(
    [
      ...['apiversion', 'kind', 'metadata', 'namespace', 'nameprefix', 'namesuffix', 'images', 'imagetags'],
      ...['replicas', 'labels', 'commonlabels', 'commonannotations', 'generatoroptions', 'vars'],
      ...['sortoptions', 'buildmetadata'],
    ].map(field => [field, nothing]),
  ),
}

/**
 * With the names of all fields in lower case, as Go reads them whatever their case; undefined where two become one, or where
 * a merge key hides some.
 */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(lowered)
    return items.includes(undefined) ? undefined : items
  }
  if (typeof value !== 'object' || value === null) return value ?? null
  const entries = Object.entries(value).map(([key, inner]) => [key.toLowerCase(), lowered(inner)] as const)
  const names = new Set(entries.map(([key]) => key))
  const unclear = names.size < entries.length || names.has('<<')
  return unclear || entries.some(([, inner]) => inner === undefined) ? undefined : Object.fromEntries(entries)
}

function asWritten(kustomization: unknown, field: string): string {
  return Object.keys(fieldsOf(kustomization)).find(name => name.toLowerCase() === field) ?? field
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(one => typeof one === 'string')
}
