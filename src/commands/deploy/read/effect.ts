import {
  ensureEffect,
  overridden,
  referencesIn,
  type Written,
  writtenIn,
} from '../../../core/promotion/effect/effect.ts'
import {
  type ImageOverride,
  imagesThrough,
  overrideOf,
  writtenImage,
} from '../../../core/promotion/effect/image-overrides.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { yamlDifferences } from '../../../core/yaml/edit/differences.ts'
import type { PatchedManifest } from './patched.ts'
import { type SeenFiles, seenFiles } from './seen-files.ts'
import type { EnvironmentPlace, PlacedWrite } from './state.ts'

interface Edited {
  place: Pick<EnvironmentPlace, 'recordFile' | 'writes' | 'manifests' | 'kustomizations' | 'above'>
  to: ReleaseRecord
}

type Texts = ReadonlyMap<string, string | undefined>

/**
 * The entry of `images` that makes another image of what the manifests of a place say of a release: of a kustomization beside
 * them, above them, or of themselves. Undefined: the release comes through.
 *
 * @throws AssayError `YAML_UNREADABLE` of a manifest
 */
export function overrideIn(
  { place, to }: Edited,
  files: SeenFiles,
): { file: string; written: Written; override: ImageOverride } | undefined {
  for (const { write, file } of manifestsOf(place)) {
    const written = writtenFor(write, to, files.text)
    const text = files.text(file)
    if (text === undefined || !written.image) continue
    const reading = kustomizationsOver(place, write, file).flatMap(path => files.kustomization(path) ?? [])
    const images = reading.length === 0 ? [] : imagesIn(write, text, file, written)
    const override = overrideOf(written.image, { file, images }, reading)
    if (override) return { file, written, override }
  }
  return undefined
}

/**
 * Refuses where an entry of `images` in a kustomization names another image than the release's for what the target writes, or makes
 * the same of what stood there and of what stands there now, whatever the target makes of a release.
 *
 * @throws AssayError `PROMOTION_WITHOUT_EFFECT`
 */
export function ensureNoOverride(edited: Edited, changes: readonly FileDifference[], texts: Texts): void {
  const files = seenFiles(afterOf(changes, texts))
  const found = overrideIn(edited, files) ?? unmovedIn(edited, changes, files)
  if (found) throw overridden(found.file, found.written, found.override)
}

/** By both renderings of a change, of what is written into the manifests that are rendered together. @throws AssayError `PROMOTION_WITHOUT_EFFECT` */
export function ensureRendered(
  { place, to, writes }: Edited & { writes: readonly PlacedWrite[] },
  changes: readonly FileDifference[],
  texts: Texts,
  rendered: { before: string; after: string },
  files: ReadonlyMap<string, string>,
): void {
  const own = writes.flatMap(({ manifests }) => manifests)
  const [edited] = own
  if (edited === undefined) return
  const changed = changes.some(({ path, before, after }) => own.includes(path) && before !== after)
  // The record says the release, and nothing is rendered from it.
  const manifests = new Map([...files].filter(([path]) => path !== place.recordFile))
  const written = writtenFor({ manifests: own }, to, afterOf(changes, texts))
  ensureEffect(written, rendered, { files: manifests, edited, changed })
}

/** The manifests of a place as patches see them. @throws AssayError `YAML_UNREADABLE` of a manifest */
export function patchedManifests({ place, to }: Edited, files: SeenFiles): PatchedManifest[] {
  return manifestsOf(place).map(({ write, file }) => {
    const { image } = write.options as { image?: string }
    return {
      file,
      written: writtenFor(write, to, files.text),
      kustomizations: kustomizationsOver(place, write, file),
      ...(write.target === 'kustomize' && image !== undefined && { baseName: image }),
    }
  })
}

// --- internal ---

/** An image that a target changes in a manifest, and that is the same as before once kustomizations were at it. */
function unmovedIn(
  { place, to }: Edited,
  changes: readonly FileDifference[],
  files: SeenFiles,
): ReturnType<typeof overrideIn> {
  for (const { write, file } of manifestsOf(place)) {
    const { before, after } = changes.find(({ path }) => path === file) ?? {}
    if (write.target === 'kustomize' || before === undefined || after === undefined) continue
    const reading = kustomizationsOver(place, write, file).flatMap(path => files.kustomization(path) ?? [])
    if (reading.length === 0) continue
    const through = imagesThrough(file, reading)
    for (const { key, before: from, after: now } of yamlDifferences(before, after, file)) {
      const image = now === undefined ? undefined : writtenImage(now)
      if (!/(^|\.)image$/.test(key) || from === undefined || !image || through(from) !== through(now!))
        continue
      const override = overrideOf(image, { file, images: [now!] }, reading)
      if (override) return { file, written: { version: to.version, image }, override }
    }
  }
  return undefined
}

/** Manifests with what writes them; a text alone is an object of nobody. */
function manifestsOf({ writes }: Pick<EnvironmentPlace, 'writes'>): { write: PlacedWrite; file: string }[] {
  return writes.flatMap(write =>
    write.target === 'text' ? [] : write.manifests.map(file => ({ write, file })),
  )
}

/** What may read a manifest, the nearest first; a kustomization reads itself. */
function kustomizationsOver(
  { kustomizations, above }: Edited['place'],
  { target }: PlacedWrite,
  file: string,
): string[] {
  return [...new Set([...(target === 'kustomize' ? [file] : []), ...kustomizations, ...above])]
}

function imagesIn({ target, options }: PlacedWrite, text: string, file: string, written: Written): string[] {
  if (target !== 'kustomize') return referencesIn(text, file, written)
  const { image } = options as { image?: string }
  return image === undefined ? [] : [image]
}

function afterOf(changes: readonly FileDifference[], texts: Texts): (path: string) => string | undefined {
  const changed = new Map(changes.map(({ path, after }) => [path, after]))
  return path => (changed.has(path) ? changed.get(path) : texts.get(path))
}

function writtenFor(
  { manifests }: Pick<PlacedWrite, 'manifests'>,
  to: ReleaseRecord,
  after: (path: string) => string | undefined,
): Written {
  return writtenIn(
    manifests.flatMap(path => after(path) ?? []),
    to,
  )
}
