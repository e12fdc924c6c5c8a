import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { KeptAt } from '../../../core/config/release.ts'
import { TYPES } from '../../../core/image/manifest.ts'
import { EMPTY } from '../../../core/image/referrer.ts'
import { rowsManifest } from '../../../core/image/rows.ts'
import { MOST_KEPT_BYTES } from '../../../core/inputs/kept/kept-rows.ts'
import { registryOf } from '../../../core/release/image-reference.ts'
import { type NamedBy, whyNoToken } from '../../../core/secrets/token-use.ts'
import { proxyFetch, proxyFor } from '../../../forges/http/proxy.ts'
import { keepFile, takeFile } from '../../../services/files/hashed-files.ts'
import { inMemory } from '../../../services/registry/push/blob.ts'
import { keptUploads } from '../../../services/registry/push/kept-uploads.ts'
import { digestOf } from '../../../services/registry/push/manifests.ts'
import { pushImage } from '../../../services/registry/push/push-image.ts'
import { type Remote, remoteAt } from '../../../services/registry/push/remote.ts'
import type { Context } from '../../command/context.ts'

/** Where rows lie by the sha256 of their file, in hex. Whoever takes them looks whether they are of it. */
export interface RowsPlace {
  /** As it is written, for people. */
  name: string
  /** What is there already is left as it is. @throws AssayError FILE_REFUSED, REGISTRY_… */
  keep: (hash: string, bytes: Buffer) => Promise<void>
  /** undefined: there are none. @throws AssayError FILE_…, REGISTRY_… */
  take: (hash: string) => Promise<Buffer | undefined>
}

/** @param namedBy whose configuration names the place, which decides whether a registry is shown a password */
export function rowsPlace(context: Context, at: KeptAt, namedBy: NamedBy): RowsPlace {
  switch (at.kind) {
    case 'folder': {
      const folder = resolve(context.folder, at.path)
      return {
        name: at.path,
        keep: (hash, bytes) => keepFile(folder, fileOf(hash), bytes),
        take: hash => takeFile(folder, fileOf(hash), MOST_KEPT_BYTES),
      }
    }
    case 'registry':
      return cached(context, inRegistry(context, at.repository, namedBy))
  }
}

// --- internal ---

const fileOf = (hash: string) => `${hash}.rows`

/** What was fetched is not fetched again on this machine, nor on the next where a CI keeps the folder. */
function cached({ env }: Context, place: RowsPlace): RowsPlace {
  const folder = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'assay', 'rows')
  return {
    ...place,
    async take(hash) {
      const here = await takeFile(folder, fileOf(hash), MOST_KEPT_BYTES)
      if (here && digestOf(here) === `sha256:${hash}`) return here
      const fetched = await place.take(hash)
      if (fetched && digestOf(fetched) === `sha256:${hash}`) await keepFile(folder, fileOf(hash), fetched)
      return fetched
    },
  }
}

function inRegistry(context: Context, name: string, namedBy: NamedBy): RowsPlace {
  const { env, signal, ci } = context
  const refused = whyNoToken(ci, namedBy)
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
    async keep(hash, bytes) {
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
    take: hash => reach('fetched from', 'pull', remote => downloaded(remote, hash)),
  }
}

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
