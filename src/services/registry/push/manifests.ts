import { createHash } from 'node:crypto'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { Outgoing } from './exchange.ts'
import type { Remote } from './remote.ts'

export interface Manifest {
  mediaType: string
  bytes: Buffer
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * A manifest, with the digest of its own bytes; undefined where there is none.
 *
 * @throws AssayError REGISTRY_ANSWER where they are not those of the digest that was asked for or that the registry says
 */
export async function readManifest(
  remote: Remote,
  reference: string,
): Promise<(Manifest & { digest: string }) | undefined> {
  const request: Outgoing = {
    method: 'GET',
    url: remote.at(`manifests/${reference}`),
    headers: { accept: MANIFESTS.join(', ') },
  }
  const answer = await remote.send(request)
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw remote.refuse(request, answer)
  const digest = digestOf(answer.bytes)
  const said = reference.startsWith('sha256:') ? reference : answer.headers['docker-content-digest']
  if (said !== undefined && said !== digest)
    throw remote.fail(
      request,
      'the manifest was changed on its way: it does not have the digest that it should',
    )
  const mediaType = `${answer.headers['content-type'] ?? ''}`.split(';')[0]!.trim().toLowerCase()
  return { mediaType, bytes: answer.bytes, digest }
}

/**
 * Puts a manifest under a tag or its own digest.
 *
 * @returns what the registry says of its `subject`, where it keeps a list of those who name one
 */
export async function writeManifest(
  remote: Remote,
  reference: string,
  { mediaType, bytes }: Manifest,
): Promise<{ subject: string | undefined }> {
  const request: Outgoing = {
    method: 'PUT',
    url: remote.at(`manifests/${reference}`),
    headers: { 'content-type': mediaType },
    body: {
      length: bytes.length,
      async *stream() {
        yield bytes
      },
    },
  }
  const answer = await remote.send(request)
  if (answer.status !== 201) throw remote.refuse(request, answer)
  const said = answer.headers['docker-content-digest']
  if (said !== undefined && said !== digestOf(bytes))
    throw remote.fail(request, 'it says that it has another digest than what was sent')
  const subject = answer.headers['oci-subject']
  return { subject: typeof subject === 'string' ? subject : undefined }
}

/**
 * A blob in memory, held to its digest.
 *
 * @throws AssayError REGISTRY_ANSWER where it has another, or more than 4 MiB; REGISTRY_UNREACHABLE where the connection breaks
 */
export async function readBlob(remote: Remote, digest: string): Promise<Buffer> {
  const request = { method: 'GET', url: remote.at(`blobs/${digest}`) } as const
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of remote.download(digest)) {
      length += piece.length
      if (length > MOST_BYTES) break
      pieces.push(piece)
    }
  } catch (error) {
    throw isAssayError(error) ? error : remote.lost(request, error)
  }
  const bytes = Buffer.concat(pieces)
  if (length <= MOST_BYTES && digestOf(bytes) === digest) return bytes
  throw remote.fail(request, 'what came does not have the digest that it should')
}

// --- internal ---

const MOST_BYTES = 4 * 1024 * 1024

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
