import { fallbackTag, parseReferrers, subjectOf } from '../../../core/image/referrer.ts'
import {
  type FoundSignatures,
  SIGNATURE_TYPES,
  type SignatureFound,
  signatureLayers,
  signatureTag,
} from '../../../core/image/signature.ts'
import { type Manifest, readBlob, readManifest } from './manifests.ts'
import type { Remote } from './remote.ts'

/**
 * The signatures of an image, wherever cosign puts them: under the tag that is made of the digest, and among the artifacts that name
 * the image as their subject, which are listed by the registry or under the fallback tag.
 *
 * @throws AssayError REGISTRY_…: where a part cannot be read, nobody can tell what is in it
 */
export async function readSignatures(remote: Remote, digest: string): Promise<FoundSignatures> {
  const tagged = await readManifest(remote, signatureTag(digest))
  const { digests, isAll } = await artifactsOf(remote, digest)
  const read = digests.slice(0, MOST_MANIFESTS)
  const manifests: Manifest[] = tagged ? [tagged] : []
  for (const one of read) {
    const manifest = await readManifest(remote, one)
    // A list may name what is no artifact of this image: the parts of one of many platforms.
    if (manifest && subjectOf(manifest.bytes) === digest) manifests.push(manifest)
  }
  const layers = manifests.flatMap(({ bytes }) => signatureLayers(bytes))
  const found: SignatureFound[] = []
  for (const layer of layers.slice(0, MOST_SIGNATURES)) {
    const bytes = await readBlob(remote, layer.digest)
    found.push({ ...layer, bytes })
  }
  return { found, isAll: isAll && read.length === digests.length && found.length === layers.length }
}

// --- internal ---

const MOST_MANIFESTS = 50
const MOST_SIGNATURES = 50

/** Digests of what may name the image as its subject, those that say that they are signatures first. */
async function artifactsOf(remote: Remote, digest: string): Promise<{ digests: string[]; isAll: boolean }> {
  const request = { method: 'GET', url: remote.at(`referrers/${digest}`) } as const
  const answer = await remote.send(request)
  if (answer.status !== 200 && !NO_LIST.has(answer.status)) throw remote.refuse(request, answer)
  // Some answer 200 to any address: what is no list is none, and the tag is looked at in any case.
  const listed = (answer.status === 200 && parseReferrers(answer.bytes)) || []
  const fallback = await readManifest(remote, fallbackTag(digest))
  const all = [...listed, ...((fallback && parseReferrers(fallback.bytes)) ?? [])]
  const first = all.filter(({ artifactType }) => artifactType === SIGNATURE_TYPES.bundle)
  return {
    digests: [...new Set([...first, ...all].map(one => one.digest))],
    isAll: answer.headers.link === undefined,
  }
}

/** What registries answer that keep no list. */
const NO_LIST = new Set([400, 404, 405, 501])
