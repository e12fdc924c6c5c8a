import type { Descriptor } from '../../../core/image/manifest.ts'
import { TYPES } from '../../../core/image/manifest.ts'
import {
  EMPTY,
  fallbackTag,
  parseReferrers,
  type RunFacts,
  referrersIndex,
  runManifest,
  subjectOf,
} from '../../../core/image/referrer.ts'
import { inMemory, type KeptUploads } from './blob.ts'
import { digestOf, readManifest, writeManifest } from './manifests.ts'
import type { Remote } from './remote.ts'
import { upload } from './upload.ts'

/**
 * Says of an image which run made it: an artifact that names it as its subject. A registry that keeps no list of those (it answers
 * without `OCI-Subject`) gets one under the fallback tag, with what was in it and truly names this image.
 *
 * @throws AssayError REGISTRY_…
 */
export async function pushRunFacts(
  remote: Remote,
  subject: Descriptor,
  facts: RunFacts,
  kept: KeptUploads,
): Promise<void> {
  const blob = inMemory(EMPTY.bytes)
  const empty = { mediaType: EMPTY.mediaType, digest: blob.digest, size: blob.size }
  await upload(remote, blob, kept)
  const bytes = runManifest(subject, facts, empty)
  const digest = digestOf(bytes)
  const { subject: said } = await writeManifest(remote, digest, { mediaType: TYPES.manifest, bytes })
  // What a registry answers where its list is asked for proves nothing: some answer 200 to any address.
  if (said === subject.digest) return
  const tag = fallbackTag(subject.digest)
  const listed = parseReferrers((await readManifest(remote, tag))?.bytes ?? Buffer.alloc(0)) ?? []
  const own: typeof listed = []
  for (const entry of listed) {
    if (entry.digest === digest) continue
    // Some registries answer with the image itself: what its index names are its parts, and speak of nothing.
    const manifest = await readManifest(remote, entry.digest)
    if (manifest && subjectOf(manifest.bytes) === subject.digest) own.push(entry)
  }
  const { artifactType, annotations } = JSON.parse(bytes.toString('utf8')) as {
    artifactType: string
    annotations: Record<string, string>
  }
  const entry = { mediaType: TYPES.manifest, digest, size: bytes.length, artifactType, annotations }
  await writeManifest(remote, tag, { mediaType: TYPES.index, bytes: referrersIndex([...own, entry]) })
}
