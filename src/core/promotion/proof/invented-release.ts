import { ImageName, ModelUri } from '../../release/image.ts'
import { imageName } from '../../release/image-reference.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { readYaml } from '../../yaml/edit/edit.ts'
import { plainValue } from '../../yaml/plain-value.ts'

/** A release that never was, to see what a promotion of one would do. */

/** What is known of the place that it would enter. */
export interface InventedFor {
  model: string
  /** What serves there, where a record says so: a release of the same image, in the same storage. */
  record: ReleaseRecord | undefined
  /** All documents of its manifests, as plain values. */
  documents: readonly unknown[]
  /** Options of its targets: the parameters that they write are those of the release. */
  options: unknown
}

/**
 * Releases that a place may take, the likeliest first: each has another of the images that are named there, since a target takes no
 * image but its own.
 */
export function inventedReleases({ model, record, documents, options }: InventedFor): ReleaseRecord[] {
  const found = documents.flatMap(document => scalarsOf(document))
  const images = record?.image ? [record.image.name] : imagesIn([...found, ...scalarsOf(options)])
  const names = [...new Set([...images, `registry.example/${lowered(model)}`])].slice(0, MOST_IMAGES)
  const uri = uriFor(model, record, found)
  return names.map(name => ({
    schema: 1,
    model,
    version: INVENTED,
    commit: COMMIT,
    committed: WHEN,
    repository: 'https://registry.example/model',
    created: WHEN,
    by: INVENTED,
    verdict: 'pass',
    image: { name, digest: INVENTED_DIGEST, tag: INVENTED_TAG },
    uri,
    parameters: Object.fromEntries(parametersIn(options).map(key => [key, PARAMETER])),
    gates: [],
    metrics: {},
    assay: '0.0.0',
  }))
}

/** One more that never was, of the same image, which may serve beside it. */
export function nextInvented(release: ReleaseRecord): ReleaseRecord {
  const { image, uri } = release
  return {
    ...release,
    version: NEXT,
    commit: 'b66b'.repeat(10),
    ...(image && { image: { ...image, digest: `sha256:${'b66b'.repeat(16)}`, tag: 'assay-next-tag' } }),
    ...(uri !== undefined && { uri: uri.replace(`/${INVENTED}/`, `/${NEXT}/`) }),
  }
}

/** The same release of another image: of the one that what is rendered says it is of. */
export function ofImage(release: ReleaseRecord, rendered: string): ReleaseRecord {
  const { image } = release
  const [, whole] = BY_DIGEST.exec(rendered) ?? BY_TAG.exec(rendered) ?? []
  const name = whole ?? repositoryBeside(rendered)
  if (!image || name === undefined || !ImageName.safeParse(name).success) return release
  return { ...release, image: { ...image, name } }
}

// --- internal ---

const INVENTED = 'assay-check'
const NEXT = 'assay-next'
/** None of these is a part of another: each is found by itself. */
const INVENTED_TAG = 'assay-tag'
const INVENTED_DIGEST = `sha256:${'a55a'.repeat(16)}`
const BY_DIGEST = new RegExp(`([\\w./:-]+?)(?::[\\w.-]+)?@${INVENTED_DIGEST}`)
const BY_TAG = new RegExp(`([\\w./:-]+):${INVENTED_TAG}(?![\\w.-])`)
const COMMIT = 'a55a'.repeat(10)
const WHEN = '2000-01-01T00:00:00Z'
/** What nobody has trained with. */
const PARAMETER = 0.54321
const MOST_IMAGES = 40
const MOST_DEEP = 60

interface Scalar {
  key: string
  value: string
}

/** Of values that have the name of an image beside its tag or digest, as those of a HelmRelease do. */
function repositoryBeside(rendered: string): string | undefined {
  const visit = (value: unknown, deep: number): string | undefined => {
    if (typeof value !== 'object' || value === null || deep > MOST_DEEP) return undefined
    const { repository, tag, digest } = value as Record<string, unknown>
    if (typeof repository === 'string' && (tag === INVENTED_TAG || digest === INVENTED_DIGEST))
      return repository
    for (const inner of Object.values(value)) {
      const found = visit(inner, deep + 1)
      if (found !== undefined) return found
    }
    return undefined
  }
  return visit(readYaml(rendered, 'rendered'), 0)
}

/**
 * Texts with the key that they stand at; of a list, that of the list. What a name stands beside is that name's, as parameters of a
 * chart are, or values of patches. A text that is YAML itself is read too, the texts in it are not: aliases would make more of each.
 */
function scalarsOf(value: unknown, key = '', deep = 0, isInText = false): Scalar[] {
  if (typeof value === 'string') {
    if (!/[\n{]/.test(value)) return [{ key, value }]
    const inner = isInText ? [] : plainIn(value)
    return inner.length > 0
      ? scalarsOf(inner, key, deep + 1, true)
      : [...value.matchAll(IN_TEXT)].map(([, own, one]) => ({ key: own!, value: one! }))
  }
  if (typeof value !== 'object' || value === null || deep > MOST_DEEP) return []
  const { name, path, value: named } = value as Record<string, unknown>
  // Of an operation of JSON Patch the last step of its path.
  const [told] = [name, typeof path === 'string' ? path.split('/').at(-1) : undefined].filter(
    one => typeof one === 'string',
  )
  const { registry, repository } = value as Record<string, unknown>
  const whole = [registry, repository].every(one => typeof one === 'string' && one !== '')
    ? [{ key: 'repository', value: `${registry}/${repository}` }]
    : []
  const scalars = Object.entries(value).flatMap(([own, inner]) => {
    const isNamed = own === 'value' && told !== undefined && typeof named === 'string'
    return scalarsOf(inner, Array.isArray(value) ? key : isNamed ? told : own, deep + 1, isInText)
  })
  return [...whole, ...scalars]
}

/** Lists and maps that a text is, as YAML. */
function plainIn(text: string): object[] {
  return readDocuments(text).documents.flatMap(document => {
    const read = plainValue(document)
    return 'value' in read && typeof read.value === 'object' && read.value !== null ? [read.value] : []
  })
}

/** In a text that is no YAML as it stands, such as a template: a key, and the value behind it. */
const IN_TEXT = /^[ \t-]*["']?([\w.-]+)["']?[ \t]*:[ \t]+["']?([^\s"'#]+)/gm

/** The images that keys are of, those of entries of `images` last: any object has a name. */
function imagesIn(found: readonly Scalar[]): string[] {
  // An Application of Argo CD writes `name=image`.
  const named = [/(images?|repository|newName)$/i, /^name$/].flatMap(pattern =>
    found
      .filter(({ key }) => pattern.test(key))
      .map(({ value }) => imageName(value.slice(value.indexOf('=') + 1))),
  )
  return named.filter(name => ImageName.safeParse(name).success)
}

/** In the storage that is named there. */
function uriFor(model: string, record: ReleaseRecord | undefined, found: readonly Scalar[]): string {
  const there = [record?.uri, ...found.map(({ value }) => value)].find(
    value => value !== undefined && STORED.test(value) && ModelUri.safeParse(value).success,
  )
  const [, storage] = STORED.exec(there ?? '') ?? []
  const bucket = found.find(({ key, value }) => key === 'bucket' && /^[\w.-]+$/.test(value))?.value
  return `${storage ?? `s3://${bucket ?? 'models'}`}/${INVENTED}/${lowered(model)}`
}

/** Scheme and bucket of a model's address. */
const STORED = /^((?!https?:|oci:|docker:)[a-z][a-z0-9+.-]{1,20}:\/\/[A-Za-z0-9._-]+)\//

function parametersIn(options: unknown): string[] {
  return [...(JSON.stringify(options) ?? '').matchAll(/\{parameters\.([^{}"\\]+)\}/g)].map(
    ([, name]) => name!,
  )
}

function lowered(model: string): string {
  return (
    model
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'model'
  )
}
