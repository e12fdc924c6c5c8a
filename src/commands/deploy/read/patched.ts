import { join } from 'node:path/posix'
import { isAssayError } from '../../../core/errors/errors.ts'
import { referencesIn, type Written } from '../../../core/promotion/effect/effect.ts'
import { imagesThrough, isReference } from '../../../core/promotion/effect/image-overrides.ts'
import {
  componentsOf,
  KUSTOMIZATION_NAMES,
  type Kustomization,
  neededFiles,
  readKustomization,
} from '../../../core/promotion/effect/kustomization.ts'
import {
  type Container,
  containersIn,
  isOf,
  lineOf,
  mayPatch,
  type PatchSet,
  patchesIn,
} from '../../../core/promotion/effect/patches.ts'
import type { KeyChange } from '../../../core/promotion/plan/standing.ts'
import { imageName, isMirrorOf, isSameRepository } from '../../../core/release/image-reference.ts'
import type { SeenFiles, TextOf } from './seen-files.ts'

/** A manifest with what the release wrote into it, and the kustomizations that may read it, the nearest first. */
export interface PatchedManifest {
  file: string
  written: Written
  /** Of the target `kustomize`, whose manifest is a kustomization: the name that its base has for the image. */
  baseName?: string
  kustomizations: readonly string[]
}

/**
 * What patches put in the place of a release that a manifest says: of the kustomizations that read it, and of their components.
 * A patch of a sidecar is none of it.
 *
 * @param files manifests, and where kustomizations may be
 * @param more of what these refer to: patches, components and resources
 */
export function patchedIn(manifest: PatchedManifest, files: SeenFiles, more: TextOf): KeyChange[] {
  const reading = readingOf(manifest, files)
  const images = namedIn(manifest, files.text)
  const sets = reading.flatMap(one => setsOf(one, images, more)).slice(0, MOST_SETS)
  if (sets.length === 0) return []
  const carriers = carriersOf(manifest, reading, files.text, more)
  const { image, uri } = manifest.written
  const known = new Map<string, (reference: string) => string>()
  const found = sets.flatMap((set): { set: OwnedSet; change: Omit<KeyChange, 'file'> }[] => {
    if (set.what === 'uri')
      return uri === undefined || set.value === uri
        ? []
        : [{ set, change: { key: 'the patched model URI', recorded: uri, there: set.value } }]
    if (!image) return []
    const through = known.get(set.by) ?? imagesThrough(set.by, [...set.components, ...reading])
    known.set(set.by, through)
    const result = through(set.value)
    if (isReference(result, image) || !isOfRelease(set, result, image.name, carriers)) return []
    const recorded = `${image.name}${image.by === 'tag' ? ':' : '@'}${image.value}`
    return [{ set, change: { key: 'the patched image', recorded, there: result } }]
  })
  return found.slice(0, MOST_FOUND).map(({ set, change }) => ({ file: set.file, ...lineOf(set), ...change }))
}

// --- internal ---

/** A patch with the kustomization that has it, and that one where it is a component. */
type OwnedSet = PatchSet & { by: string; components: Kustomization[] }

/** More of them say no more. */
const MOST_FOUND = 20
/** Looked at, of one manifest. */
const MOST_SETS = 500
/** So deep resources are followed to what runs the image. */
const DEEPEST = 5

function readingOf({ file, kustomizations }: PatchedManifest, files: SeenFiles): Kustomization[] {
  const reading: Kustomization[] = []
  const read = [file]
  for (const path of kustomizations) {
    const one = files.kustomization(path)
    if (!one || (path !== file && !read.some(below => one.reads(below)))) continue
    read.push(path)
    reading.push(one)
  }
  return reading
}

function setsOf(kustomization: Kustomization, images: readonly string[], more: TextOf): OwnedSet[] {
  const { path, text } = kustomization
  if (!mayPatch(text)) return []
  const own = patchesIn(text, path, more).map(set => ({ ...set, by: path, components: [] }))
  const components = componentsOf(kustomization).flatMap(folder =>
    kustomizationIn(folder, more).flatMap(([at, found]) => {
      // Its own entries of `images` make another of what is named, as a patch would.
      const entries = images.map((value): PatchSet => ({ file: at, what: 'image', value }))
      const component = readKustomization(found, at)
      return [...patchesIn(found, at, more), ...entries].map(
        (set): OwnedSet => ({ ...set, by: at, components: component ? [component] : [] }),
      )
    }),
  )
  return [...own, ...components]
}

/** The image of the release as the manifest names it, or what a kustomization builds upon. */
function namedIn({ file, written, baseName }: PatchedManifest, textOf: TextOf): string[] {
  if (baseName !== undefined) return [baseName]
  const text = textOf(file)
  return text === undefined ? [] : (orNothing(() => referencesIn(text, file, written)) ?? [])
}

function kustomizationIn(folder: string, more: TextOf): [string, string][] {
  return KUSTOMIZATION_NAMES.map(name => join(folder, name)).flatMap((path): [string, string][] => {
    const text = more(path)
    return text === undefined ? [] : [[path, text]]
  })
}

/** The containers that run the image: those that name it in the manifest, or in what a kustomization builds upon. */
function carriersOf(
  { file, written: { image }, baseName }: PatchedManifest,
  reading: readonly Kustomization[],
  textOf: TextOf,
  more: TextOf,
): Container[] {
  if (!image) return []
  const text = textOf(file)
  if (text === undefined) return []
  if (baseName === undefined) return containersIn(text, file).filter(one => isReference(one.image, image))
  return reading
    .slice(0, 1)
    .flatMap(one => resourcesOf(one.text, one.path, more, DEEPEST))
    .filter(one => imageName(one.image) === baseName)
}

function resourcesOf(text: string, path: string, more: TextOf, deep: number): Container[] {
  const needed = orNothing(() => neededFiles(text, path))
  if (!needed || deep === 0) return []
  const inFiles = needed.files.flatMap(file => containersIn(more(file) ?? '', file))
  const inFolders = needed.folders.flatMap(folder =>
    kustomizationIn(folder, more).flatMap(([at, found]) => resourcesOf(found, at, more, deep - 1)),
  )
  return [...inFiles, ...inFolders]
}

/** Where nobody knows which container runs the release, an image of its repository is taken for it. */
function isOfRelease(set: PatchSet, result: string, name: string, carriers: readonly Container[]): boolean {
  if (carriers.length > 0) return carriers.some(one => isOf(set, one))
  const there = imageName(result)
  return isSameRepository(there, name) || isMirrorOf(there, name)
}

/** What is no YAML says nothing. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isAssayError(error, 'YAML_UNREADABLE')) return undefined
    throw error
  }
}
