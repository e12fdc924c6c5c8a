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
  const { environment, manifests, kustomizations } = place
  const written = writtenFor({ place, to }, after)
  const beside = new Map(
    kustomizations.flatMap(path => {
      const text = after(path)
      return text === undefined ? [] : [[path, text] as const]
    }),
  )
  for (const file of manifests) {
    const text = after(file)
    if (text === undefined) continue
    if (environment.target !== 'kustomize') {
      const images = beside.size === 0 ? [] : referencesIn(text, file, written)
      ensureNotOverridden(written, { file, images }, beside)
      continue
    }
    const { image } = optionsFor(environment, to.model) as { image?: string }
    const images = image === undefined ? [] : [image]
    ensureNotOverridden(written, { file, images }, new Map([[file, text]]))
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
  // Nothing is deployed from there yet, so nothing can be in the release's place.
  if (edited === undefined || rendered.after.trim() === '') return
  const changed = changes.some(
    ({ path, before, after }) => place.manifests.includes(path) && before !== after,
  )
  ensureEffect(writtenFor({ place, to }, afterOf(changes, texts)), rendered, { files, edited, changed })
}

// --- internal ---

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
