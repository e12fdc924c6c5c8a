import { imageName, isMirrorOf, isSameRepository } from '../../release/image-reference.ts'
import { readAt } from '../../yaml/edit/edit.ts'
import type { Kustomization } from './kustomization.ts'

/**
 * What the `images` of kustomizations make of the image that a manifest names. The cluster gets that, whatever the manifest says.
 */

/** An image as a manifest says it: by its digest or, where that is not written, its tag. */
export interface WrittenImage {
  name: string
  by: 'digest' | 'tag'
  value: string
}

/** An entry that names another image. */
export interface ImageOverride {
  file: string
  line?: number
  /** Index in `images`. */
  entry: number
  /** The image that it makes. */
  result: string
}

/**
 * The first entry that makes another image of what a manifest names; undefined: the image comes through. Only kustomizations that
 * read the manifest count, or read one that does.
 *
 * @param images what the manifest names: whole references, or for a kustomization the name that its base has
 * @param kustomizations the nearest first
 */
export function overrideOf(
  image: WrittenImage,
  { file, images }: { file: string; images: readonly string[] },
  kustomizations: readonly Kustomization[],
): ImageOverride | undefined {
  const reading = [file]
  let references = [...images]
  for (const kustomization of kustomizations) {
    const { path, text } = kustomization
    if (path !== file && !reading.some(one => kustomization.reads(one))) continue
    reading.push(path)
    const entries = entriesOf(kustomization)
    const made = references.map(reference => transformed(entries, reference))
    for (const { entry, result } of made) {
      if (entry === undefined || isReference(result, image)) continue
      const line = readAt(text, path, ['images', entry])?.line
      return { file: path, ...(line !== undefined && { line }), entry, result }
    }
    references = made.map(({ result }) => result)
  }
  return undefined
}

/** What kustomizations make of an image that something in one of them names, the nearest first; they read each other. */
export function imagesThrough(
  file: string,
  kustomizations: Iterable<Kustomization>,
): (reference: string) => string {
  const reading = [file]
  const steps: ImageEntry[][] = []
  for (const kustomization of kustomizations) {
    const { path } = kustomization
    if (!reading.includes(path) && !reading.some(one => kustomization.reads(one))) continue
    reading.push(path)
    steps.push(entriesOf(kustomization))
  }
  return reference => steps.reduce((image, entries) => transformed(entries, image).result, reference)
}

/** The image of a whole reference; undefined where it names no version. */
export function writtenImage(reference: string): WrittenImage | undefined {
  const name = imageName(reference)
  const [, by, value] = /^([:@])(.+)$/.exec(reference.slice(name.length).replace(/^:[^@]*(?=@)/, '')) ?? []
  return value === undefined ? undefined : { name, by: by === '@' ? 'digest' : 'tag', value }
}

/** Whether a text is a reference to just this image. A digest is the same in a mirror of the repository. */
export function isReference(text: string, { name, by, value }: WrittenImage): boolean {
  const bare = text.replace(/^[a-z]+:\/\//, '')
  const there = imageName(bare)
  if (by === 'tag') return isSameRepository(there, name) && bare.replace(/@.*$/, '').endsWith(`:${value}`)
  return (isSameRepository(there, name) || isMirrorOf(there, name)) && bare.endsWith(`@${value}`)
}

// --- internal ---

interface ImageEntry {
  name: string
  newName?: string
  newTag?: string
  digest?: string
}

function entriesOf({ documents }: Kustomization): ImageEntry[] {
  const value = documents.find(one => one !== undefined) as { images?: unknown } | undefined
  const all = Array.isArray(value?.images) ? value.images : []
  return all.map(entry => {
    const { name, newName, newTag, digest } = (entry ?? {}) as Record<string, unknown>
    const text = (one: unknown) => (one === undefined || one === null || one === '' ? undefined : String(one))
    return { name: String(name), newName: text(newName), newTag: text(newTag), digest: text(digest) }
  })
}

/**
 * What `kustomize build` makes of an image, entry after entry, and the last that changed it.
 * As kustomize's filter `imagetag` does it.
 */
function transformed(entries: readonly ImageEntry[], reference: string): { entry?: number; result: string } {
  let result = reference
  let last: number | undefined
  for (const [index, { name, newName, newTag, digest }] of entries.entries()) {
    // A name with a tag is of the images with that tag.
    const bare = imageName(name)
    if (imageName(result) !== bare || (bare !== name && result.replace(/@.*$/, '') !== name)) continue
    const rest = result.slice(bare.length)
    const version = `${newTag === undefined ? '' : `:${newTag}`}${digest === undefined ? '' : `@${digest}`}`
    const next = `${newName ?? bare}${version === '' ? rest : version}`
    if (next !== result) last = index
    result = next
  }
  return { ...(last !== undefined && { entry: last }), result }
}
