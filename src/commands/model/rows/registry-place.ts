import { TYPES } from '../../../core/image/manifest.ts'
import { EMPTY } from '../../../core/image/referrer.ts'
import { rowsManifest } from '../../../core/image/rows.ts'
import { MOST_KEPT_BYTES } from '../../../core/inputs/kept/kept-rows.ts'
import { registryOf } from '../../../core/release/image-reference.ts'
import { whyNoToken } from '../../../core/secrets/token-use.ts'
import { proxyFetch, proxyFor } from '../../../forges/http/proxy.ts'
import { inMemory } from '../../../services/registry/push/blob.ts'
import { keptUploads } from '../../../services/registry/push/kept-uploads.ts'
import { pushImage } from '../../../services/registry/push/push-image.ts'
import { type Remote, remoteAt } from '../../../services/registry/push/remote.ts'
import type { ModelWork } from '../../project/project.ts'
import type { RowsPlace } from './rows-place.ts'

/** Rows in a repository of a registry: an artifact of their own, tagged by their hash. */
export function inRegistry({ context, project }: ModelWork, name: string): RowsPlace {
  const { env, signal, ci } = context
  const refused = whyNoToken(ci, project.configuration.source)
  const reach = async <T>(
    what: string,
    actions: 'pull' | 'pull,push',
    ask: (remote: Remote) => Promise<T>,
  ) => {
    const remote = remoteAt(
      { ...registryOf(name), actions, title: `The rows could not be ${what} ${name}` },
      {
        env,
        signal,
        fetchFor: url => proxyFetch(url, env),
        proxyFor: url => proxyFor(url, env),
        ...(refused !== undefined && { refused }),
      },
    )
    try {
      return await ask(remote)
    } finally {
      remote.close()
    }
  }
  return {
    name,
    nameOf: () => ({}),
    async keep({ hash }, bytes) {
      const rows = inMemory(bytes)
      const empty = inMemory(EMPTY.bytes)
      const manifest = rowsManifest(rows, {
        mediaType: EMPTY.mediaType,
        digest: empty.digest,
        size: empty.size,
      })
      const image = {
        blobs: [rows, empty],
        manifests: [{ mediaType: TYPES.manifest, bytes: manifest }],
      }
      await reach('written to', 'pull,push', remote =>
        pushImage(remote, image, `rows-${hash}`, { kept: keptUploads(name, env), told: () => {} }),
      )
    },
    take: ({ hash }) => reach('fetched from', 'pull', remote => downloaded(remote, hash)),
  }
}

// --- internal ---

async function downloaded(remote: Remote, hash: string): Promise<Buffer | undefined> {
  const digest = `sha256:${hash}`
  const url = remote.at(`blobs/${digest}`)
  const { status } = await remote.send({ method: 'HEAD', url })
  if (status === 404) return undefined
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of remote.download(digest)) {
    length += piece.length
    if (length > MOST_KEPT_BYTES) throw remote.fail({ method: 'GET', url }, 'it sends more than rows can be')
    pieces.push(piece)
  }
  return Buffer.concat(pieces, length)
}
