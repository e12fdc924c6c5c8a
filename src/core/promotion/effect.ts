import { AssayError, type Problem } from '../errors.ts'
import { imageName, isSameRepository } from '../release/image-reference.ts'
import type { ReleaseRecord } from '../release/record.ts'
import { shown } from '../yaml-edit/problem.ts'
import { readAt, readYaml } from '../yaml-edit.ts'
import { readsFile } from './kustomization.ts'
import { renderedTexts } from './rendered-objects.ts'

/**
 * Whether an edit has the effect that it is made for. A manifest is not what the cluster gets: a kustomization beside it may
 * name another image, a patch may overwrite it, a chart may not use the value. A promotion without effect is none.
 */

type Release = Pick<ReleaseRecord, 'version' | 'image' | 'uri'>
type Files = ReadonlyMap<string, string>

/** What of a release the edited manifests say, and so the rendered ones must. */
export interface Written {
  version: string
  /** `digest` or, where that is not written, `tag`. */
  image?: { name: string; by: 'digest' | 'tag'; value: string }
  uri?: string
}

export function writtenIn(manifests: readonly string[], { version, image, uri }: Release): Written {
  const says = (text: string | undefined): text is string =>
    text !== undefined && manifests.some(manifest => manifest.includes(text))
  return {
    version,
    ...(image && says(image.digest)
      ? { image: { name: image.name, by: 'digest' as const, value: image.digest } }
      : image && says(image.tag)
        ? { image: { name: image.name, by: 'tag' as const, value: image.tag } }
        : {}),
    ...(says(uri) && { uri }),
  }
}

/**
 * Without a renderer: an entry of `images` that names another image than the edited manifest does. Only of kustomizations that
 * hold the manifest.
 *
 * @param images what the edited manifest names: whole references, or for a kustomization the name that its base has
 * @throws AssayError `PROMOTION_WITHOUT_EFFECT`
 */
export function ensureNotOverridden(
  written: Written,
  { file, images }: { file: string; images: readonly string[] },
  kustomizations: Files,
): void {
  const { image } = written
  if (!image) return
  for (const [path, text] of kustomizations) {
    if (path !== file && !readsFile(text, path, file)) continue
    for (const reference of images) {
      const { entry, result } = transformed(entriesOf(text, path), reference)
      if (entry === undefined || isReference(result, image)) continue
      const line = readAt(text, path, ['images', entry])?.line
      throw withoutEffect(file, {
        what: `\`images[${entry}]\` makes ${result} of the image: ${image.name} with the ${image.by} ${image.value} of ${written.version} would serve nowhere`,
        where: { file: path, ...(line !== undefined && { line }) },
        fix: 'remove the entry, or name this file and its image in the options of the target `kustomize`',
      })
    }
  }
}

/**
 * By what is rendered: the release must be in it, and it must be another than before.
 *
 * @param files all that was rendered from, so that what overrides can be named
 * @param edited the manifest that the target writes
 * @param changed whether the edit changed it
 * @throws AssayError `PROMOTION_WITHOUT_EFFECT`, `YAML_UNREADABLE`
 */
export function ensureEffect(
  written: Written,
  rendered: { before: string; after: string },
  { files, edited, changed }: { files: Files; edited: string; changed: boolean },
): void {
  const texts = renderedTexts(rendered.after)
  const { image, uri, version } = written
  const others = new Map([...files].filter(([path]) => path !== edited))
  if (image) {
    const named = texts.filter(({ key, text }) => key === 'image' && text !== '')
    const own = named.filter(({ text }) => isSameRepository(imageName(text), image.name))
    const isThere =
      own.length > 0
        ? own.some(({ text }) => isReference(text, image))
        : texts.some(one => isReference(one.text, image) || isValue(one, image))
    const what = `the image of ${version}, ${image.name} with the ${image.by} ${image.value},`
    if (!isThere) throw withoutEffect(edited, missing(what, own.length > 0 ? own : named, others, edited))
  }
  if (uri !== undefined && !texts.some(({ text }) => text.includes(uri)))
    throw withoutEffect(
      edited,
      missing(
        `the model URI of ${version}, ${uri},`,
        texts.filter(({ key }) => /uri$/i.test(key)),
        others,
        edited,
      ),
    )
  if (changed && rendered.before === rendered.after)
    throw withoutEffect(edited, {
      what: 'what is rendered from it is the same before and after the edit',
      where: { file: edited },
      fix: 'see that the kustomization or the chart uses what the target writes',
    })
}

/** The references to the written image in a manifest. @throws AssayError `YAML_UNREADABLE` */
export function referencesIn(text: string, file: string, { image }: Written): string[] {
  if (!image) return []
  const found = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && isReference(value, image)) found.add(value)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  readYaml(text, file).forEach(collect)
  return [...found]
}

// --- internal ---

const MOST_NAMED = 3

/** Whether a text is a reference to just this image. */
function isReference(text: string, { name, by, value }: NonNullable<Written['image']>): boolean {
  const bare = text.replace(/^[a-z]+:\/\//, '')
  if (!isSameRepository(imageName(bare), name)) return false
  return by === 'digest' ? bare.endsWith(`@${value}`) : bare.replace(/@.*$/, '').endsWith(`:${value}`)
}

/** The digest alone, where an object takes it so. A tag alone may be anything, and a ConfigMap runs nothing. */
function isValue(
  { object, text }: { object: string; text: string },
  { by, value }: NonNullable<Written['image']>,
): boolean {
  return by === 'digest' && text === value && !object.startsWith('ConfigMap/')
}

function missing(
  what: string,
  instead: readonly { object: string; key: string; text: string }[],
  others: Files,
  edited: string,
): Problem {
  const found = instead.map(one => ({ ...one, at: placeOf(one.text, others) }))
  const overriding = found.find(({ at }) => at !== undefined) ?? found[0]
  const there = instead
    .slice(0, MOST_NAMED)
    .map(({ object, key, text }) => `${object} has the ${key} ${text}`)
  return {
    what: `${what} is not in what is rendered${there.length > 0 ? `: ${there.join('; ')}` : ''}`,
    where: overriding?.at ?? { file: edited },
    fix: overriding?.at
      ? 'this is what counts in its place: remove it, or have the target write there'
      : 'see that the kustomization or the chart uses what the target writes',
  }
}

/** The line that brings a value: by its digest or tag, else by all of it. */
function placeOf(text: string, files: Files): { file: string; line: number } | undefined {
  const [, part] = /[@:]([^@:/]+(?::[0-9a-f]{64})?)$/.exec(text) ?? []
  for (const wanted of [text, ...(part === undefined ? [] : [part])])
    for (const [file, content] of files) {
      const at = content.split('\n').findIndex(line => !/^\s*#/.test(line) && wordsIn(line).includes(wanted))
      if (at >= 0) return { file, line: at + 1 }
    }
  return undefined
}

/** A line's values: a tag `1` is not found in `10`. */
function wordsIn(line: string): string[] {
  const bare = line.replace(/["',{}[\]]/g, ' ').split(/\s+/)
  return bare.flatMap(word => [word, word.replace(/^.*@/, ''), word.replace(/^.*:/, '')])
}

interface ImageEntry {
  name: string
  newName?: string
  newTag?: string
  digest?: string
}

function entriesOf(text: string, path: string): ImageEntry[] {
  const value = readYaml(text, path).find(one => one !== undefined) as { images?: unknown } | undefined
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
    if (imageName(result) !== name) continue
    const rest = result.slice(imageName(result).length)
    const version = `${newTag === undefined ? '' : `:${newTag}`}${digest === undefined ? '' : `@${digest}`}`
    const next = `${newName ?? name}${version === '' ? rest : version}`
    if (next !== result) last = index
    result = next
  }
  return { ...(last !== undefined && { entry: last }), result }
}

function withoutEffect(file: string, problem: Problem): AssayError {
  return new AssayError({
    code: 'PROMOTION_WITHOUT_EFFECT',
    title: `To edit ${file} would change nothing that serves`,
    problems: [shown(problem)],
  })
}
