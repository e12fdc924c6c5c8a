import * as z from 'zod'
import { type Descriptor, json, TYPES } from './manifest.ts'

/** What is said of an image afterwards: by which run, for which pull request, when. The image itself is the same without it. */

export interface RunFacts {
  /** Address of the run. */
  run?: string
  pullRequest?: number
  /** ISO 8601 in UTC. */
  created: string
  /** Version of Assay. */
  assay: string
}

/** The empty object that stands where an artifact has neither configuration nor content (OCI image specification 1.1). */
export const EMPTY = { bytes: Buffer.from('{}'), mediaType: 'application/vnd.oci.empty.v1+json' }

export const RUN_TYPE = 'application/vnd.assay.run.v1+json'

/** The manifest of an artifact that names the image as its subject. */
export function runManifest(
  subject: Descriptor,
  { run, pullRequest, created, assay }: RunFacts,
  empty: Descriptor,
): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: TYPES.manifest,
    artifactType: RUN_TYPE,
    config: empty,
    layers: [empty],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: {
      'dev.assay.version': assay,
      ...(pullRequest !== undefined && { 'dev.assay.pull-request': `${pullRequest}` }),
      ...(run !== undefined && { 'dev.assay.run': run }),
      'org.opencontainers.image.created': created,
    },
  })
}

/** The tag under which an image's artifacts are listed where a registry lists none (OCI distribution specification 1.1). */
export function fallbackTag(digest: string): string {
  return digest.replace(':', '-').slice(0, 128)
}

/** What such a list names; undefined where the bytes are no list. */
export function parseReferrers(bytes: Buffer): Listed[] | undefined {
  try {
    return Referrers.safeParse(JSON.parse(bytes.toString('utf8'))).data?.manifests
  } catch {
    return undefined
  }
}

/** The digest of what a manifest names as its subject. */
export function subjectOf(bytes: Buffer): string | undefined {
  try {
    return Subject.safeParse(JSON.parse(bytes.toString('utf8'))).data?.subject.digest
  } catch {
    return undefined
  }
}

export function referrersIndex(manifests: readonly Listed[]): Buffer {
  return json({ schemaVersion: 2, mediaType: TYPES.index, manifests })
}

// --- internal ---

const Listed = z.looseObject({
  mediaType: z.string().max(200),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
})
type Listed = z.infer<typeof Listed>

const Referrers = z.object({ manifests: z.array(Listed).max(1000) })
const Subject = z.object({ subject: z.object({ digest: z.string().max(200) }) })
