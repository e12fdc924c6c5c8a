import { AssayError, type Problem } from '../../errors/errors.ts'
import { imageName, isSameRepository } from '../../release/image-reference.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import { readYaml } from '../../yaml/edit/edit.ts'
import { shown } from '../../yaml/edit/problem.ts'
import { type ImageOverride, isReference, type WrittenImage } from './image-overrides.ts'
import { type RenderedText, renderedTexts } from './rendered-objects.ts'

/**
 * Whether an edit has the effect that it is made for. A manifest is not what the cluster gets: a kustomization beside it may
 * name another image, a patch may overwrite it, a chart may not use the value. A promotion without effect is none.
 */

type Release = Pick<ReleaseRecord, 'version' | 'image' | 'uri'>
type Files = ReadonlyMap<string, string>

/** What of a release the edited manifests say, and so the rendered ones must. */
export interface Written {
  version: string
  image?: WrittenImage
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

/** `PROMOTION_WITHOUT_EFFECT` for an entry of `images` that names another image than the edited manifest does. */
export function overridden(
  file: string,
  { image, version }: Written,
  { file: at, entry, result, line }: ImageOverride,
): AssayError {
  return withoutEffect(file, {
    what: `\`images[${entry}]\` makes ${result} of the image: ${image!.name} with the ${image!.by} ${image!.value} of ${version} would serve nowhere`,
    where: { file: at, ...(line !== undefined && { line }) },
    fix: 'remove the entry, or name this file and its image in the options of the target `kustomize`',
  })
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
  // Nothing is deployed from there yet, so nothing can be in the release's place.
  if (texts.length === 0) return
  const { image, uri, version } = written
  const shownTexts = texts.filter(one => one.in === undefined)
  const others = new Map([...files].filter(([path]) => path !== edited))
  if (image && !hasImage(texts, image)) {
    const named = shownTexts.filter(({ key, text }) => key === 'image' && text !== '')
    const own = named.filter(({ text }) => isSameRepository(imageName(text), image.name))
    const what = `the image of ${version}, ${image.name} with the ${image.by} ${image.value},`
    throw withoutEffect(edited, missing(what, own.length > 0 ? own : named, others, edited))
  }
  if (uri !== undefined && !hasUri(texts, uri)) {
    const named = shownTexts.filter(one => isUri(one))
    throw withoutEffect(edited, missing(`the model URI of ${version}, ${uri},`, named, others, edited))
  }
  // What can be looked for was found: an edit of other values may be for people alone.
  if (changed && !image && uri === undefined && rendered.before === rendered.after)
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

/**
 * Whether objects run the image. Where one names its repository with another version, that counts; otherwise the version may stand
 * beside the name, in an argument, or alone, as the object takes it.
 */
function hasImage(texts: readonly RenderedText[], image: WrittenImage): boolean {
  const run = texts.filter(one => one.in !== 'metadata')
  if (run.some(({ key, text }) => key === 'image' && isReference(text, image))) return true
  const isOwn = (text: string) => isSameRepository(imageName(text), image.name)
  const isPinned = ({ key, text }: RenderedText) => key === 'image' && isOwn(text) && imageName(text) !== text
  if (run.some(isPinned)) return false
  const namedIn = new Set(run.filter(({ text }) => isOwn(text)).map(({ object }) => object))
  return run.some(one => {
    const { object, key, text } = one
    if (
      isReference(text, image) ||
      holds(text, `${image.name}${image.by === 'digest' ? '@' : ':'}${image.value}`)
    )
      return true
    if (text !== image.value) return false
    // A tag alone may be anything, and a ConfigMap runs nothing.
    return image.by === 'digest' ? !object.startsWith('ConfigMap/') : VERSION.test(key) && namedIn.has(object)
  })
}

const VERSION = /(tag|version)$/i

/** Charts cut the scheme off. Annotations count where nothing else names a URI: some controllers run by them. */
function hasUri(texts: readonly RenderedText[], uri: string): boolean {
  const bare = uri.replace(/^[\w+.-]+:\/\//, '')
  const isThere = ({ text }: RenderedText) => holds(text, bare)
  const run = texts.filter(one => one.in !== 'metadata')
  return run.some(isThere) || (!run.some(isUri) && texts.some(isThere))
}

function isUri({ key }: RenderedText): boolean {
  return /uri$/i.test(key)
}

/** `s3://models/4` is not in `s3://models/42`. */
function holds(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1))
    if (!/^[A-Za-z0-9]/.test(text.slice(at + part.length))) return true
  return false
}

function missing(what: string, instead: readonly RenderedText[], others: Files, edited: string): Problem {
  const found = instead.map(one => ({ ...one, at: positionOf(one.text, others) }))
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
function positionOf(text: string, files: Files): { file: string; line: number } | undefined {
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

function withoutEffect(file: string, problem: Problem): AssayError {
  return new AssayError({
    code: 'PROMOTION_WITHOUT_EFFECT',
    title: `To edit ${file} would change nothing that serves`,
    problems: [shown(problem)],
  })
}
