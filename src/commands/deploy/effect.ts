import {
  ensureEffect,
  ensureNotOverridden,
  referencesIn,
  type Written,
  writtenIn,
} from '../../core/promotion/effect.ts'
import type { FileDifference } from '../../core/promotion/rollback.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import { type EnvironmentPlace, optionsFor } from './state.ts'

interface Edited {
  place: EnvironmentPlace
  to: ReleaseRecord
}

type Texts = ReadonlyMap<string, string | undefined>

/**
 * Refuses where an entry of `images` in a kustomization names another image than the release's for what the target writes.
 *
 * @throws AssayError `PROMOTION_WITHOUT_EFFECT`
 */
export function ensureNoOverride(
  { place, to }: Edited,
  changes: readonly FileDifference[],
  texts: Texts,
): void {
  const after = afterOf(changes, texts)
  const written = writtenFor({ place, to }, after)
  for (const file of place.manifests) {
    const text = after(file)
    if (text === undefined) continue
    const reading = new Map(
      kustomizationsOver(place, file).flatMap(path => {
        const one = after(path)
        return one === undefined ? [] : [[path, one] as const]
      }),
    )
    const images = reading.size === 0 ? [] : imagesIn({ place, to }, text, file, written)
    ensureNotOverridden(written, { file, images }, reading)
  }
}

/** By both renderings of a change. @throws AssayError `PROMOTION_WITHOUT_EFFECT` */
export function ensureRendered(
  { place, to }: Edited,
  changes: readonly FileDifference[],
  texts: Texts,
  rendered: { before: string; after: string },
  files: ReadonlyMap<string, string>,
): void {
  const [edited] = place.manifests
  if (edited === undefined) return
  const changed = changes.some(
    ({ path, before, after }) => place.manifests.includes(path) && before !== after,
  )
  // The record says the release, and nothing is rendered from it.
  const manifests = new Map([...files].filter(([path]) => path !== place.record))
  const written = writtenFor({ place, to }, afterOf(changes, texts))
  ensureEffect(written, rendered, { files: manifests, edited, changed })
}

// --- internal ---

/** What may read a manifest, the nearest first; a kustomization reads itself. */
function kustomizationsOver(
  { environment, kustomizations, above }: EnvironmentPlace,
  file: string,
): string[] {
  return [...(environment.target === 'kustomize' ? [file] : []), ...kustomizations, ...above]
}

function imagesIn({ place, to }: Edited, text: string, file: string, written: Written): string[] {
  const { environment } = place
  if (environment.target !== 'kustomize') return referencesIn(text, file, written)
  const { image } = optionsFor(environment, to.model) as { image?: string }
  return image === undefined ? [] : [image]
}

function afterOf(changes: readonly FileDifference[], texts: Texts): (path: string) => string | undefined {
  const changed = new Map(changes.map(({ path, after }) => [path, after]))
  return path => (changed.has(path) ? changed.get(path) : texts.get(path))
}

function writtenFor({ place, to }: Edited, after: (path: string) => string | undefined): Written {
  return writtenIn(
    place.manifests.flatMap(path => after(path) ?? []),
    to,
  )
}
