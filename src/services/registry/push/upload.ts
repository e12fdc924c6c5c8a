import { isAssayError } from '../../../core/errors/errors.ts'
import type { Blob, KeptUploads } from './blob.ts'
import type { Answer, Outgoing } from './exchange.ts'
import { errorCodeOf, isPassing } from './push-error.ts'
import type { Remote } from './remote.ts'

export type Uploaded = 'there' | 'mounted' | 'sent'

/**
 * Brings a blob into a repository by the OCI distribution specification 1.1. What is there is not sent again; what another
 * repository has is mounted; the rest goes by one PUT, in chunks only where a registry takes no more at once, and one that is cut
 * goes on where the registry says how much it has.
 *
 * @throws AssayError REGISTRY_…
 */
export async function upload(remote: Remote, blob: Blob, kept: KeptUploads): Promise<Uploaded> {
  if (await isThere(remote, blob)) return 'there'
  let session = (await left(remote, blob, kept)) ?? (await mounted(remote, blob))
  if (session === 'mounted') return 'mounted'
  let chunk: number | undefined
  let furthest = session.offset
  let ended = 0
  for (let failures = 0; ; ) {
    await kept.keep(blob.digest, session.location.href)
    const end = await attempt(remote, blob, session, chunk)
    if (end === 'done') break
    if (end.why === 'size') {
      const next = nextChunk(chunk, session)
      if (next === undefined) throw end.error
      chunk = next
    } else if (++failures > (end.why === 'digest' ? 1 : MOST_FAILURES) || ++ended > MOST_ENDED)
      throw end.error
    else if (end.why === 'cut') await remote.wait(Math.min(1_000 * 3 ** (failures - 1), 30_000))
    // The last answer may be what was lost.
    if (end.why !== 'size' && (await isThere(remote, blob))) break
    const again: Session | 'mounted' =
      (end.why === 'cut' ? await resumed(remote, blob, session) : undefined) ??
      (await start(remote, blob, undefined))
    if (again === 'mounted') break
    if (again.offset > furthest) failures = 0
    furthest = Math.max(furthest, again.offset)
    session = again
  }
  await kept.drop(blob.digest)
  return 'sent'
}

// --- internal ---

/** Tries in a row that bring nothing. */
const MOST_FAILURES = 4
/** Of one layer, in all: a registry that has one byte more each time would be asked for ever. */
const MOST_ENDED = 100
/** Where all at once is too much: GHCR takes 4 MiB and no more, ECR nothing below 5 MB. */
const CHUNKS = [4_000_000, 8_000_000]

/** An upload that the registry has begun. */
interface Session {
  location: URL
  /** Bytes that the registry has. */
  offset: number
  /** Bytes that a chunk must have at least. */
  least: number
}

/** `size`: a body of another size may be taken; `gone`: the registry has forgotten the upload. */
type Ended = { why: 'cut' | 'size' | 'digest' | 'gone'; error: Error }

/** Asks for the mount where there is somewhere to mount from: who may not read there, or gets a refusal, sends the bytes. */
async function mounted(remote: Remote, blob: Blob): Promise<Session | 'mounted'> {
  if (blob.mountFrom === undefined) return start(remote, blob, undefined)
  try {
    return await start(remote, blob, blob.mountFrom)
  } catch (error) {
    if (!isAssayError(error, 'REGISTRY_DENIED', 'REGISTRY_NOT_FOUND', 'REGISTRY_ANSWER')) throw error
    return start(remote, blob, undefined)
  }
}

async function start(
  remote: Remote,
  { digest }: Blob,
  from: string | undefined,
): Promise<Session | 'mounted'> {
  const url = remote.at('blobs/uploads/')
  if (from !== undefined) url.search = `?mount=${digest}&from=${encodeURIComponent(from)}`
  const request: Outgoing = { method: 'POST', url }
  const answer = await remote.send(request, from === undefined ? [] : [`repository:${from}:pull`])
  if (answer.status === 201 && from !== undefined) return 'mounted'
  if (answer.status !== 202) throw remote.refuse(request, answer)
  return {
    location: locationOf(remote, request, answer),
    offset: 0,
    least: Number(answer.headers['oci-chunk-min-length']) || 0,
  }
}

/** Sends what is left of the blob; how far that went is in the session. */
async function attempt(
  remote: Remote,
  blob: Blob,
  session: Session,
  chunk: number | undefined,
): Promise<'done' | Ended> {
  try {
    const end = await sendRest(remote, blob, session, chunk)
    // A registry that wants larger chunks says so at the end, or by a code of its own.
    return chunk !== undefined && end !== 'done' && end.why === 'gone' ? { ...end, why: 'size' } : end
  } catch (error) {
    if (isAssayError(error)) throw error
    return { why: 'cut', error: remote.lost({ method: 'PUT', url: session.location }, error) }
  }
}

async function sendRest(
  remote: Remote,
  blob: Blob,
  session: Session,
  chunk: number | undefined,
): Promise<'done' | Ended> {
  while (session.offset < blob.size && (chunk !== undefined || session.offset > 0)) {
    const end = await patch(remote, blob, session, Math.min(chunk ?? blob.size, blob.size - session.offset))
    if (end) return end
  }
  return finish(remote, blob, session)
}

/** One chunk. What counts is what was sent: a `Range` may stand still though all is stored (ECR). */
async function patch(
  remote: Remote,
  blob: Blob,
  session: Session,
  length: number,
): Promise<Ended | undefined> {
  const { offset } = session
  const request: Outgoing = {
    method: 'PATCH',
    url: session.location,
    headers: { ...OCTETS, 'content-range': `${offset}-${offset + length - 1}` },
    body: { length, stream: () => limited(blob.read(offset), length) },
  }
  const answer = await remote.once(request)
  if (answer.status !== 201 && answer.status !== 202) return endedBy(remote, request, answer)
  session.location = locationOf(remote, request, answer)
  session.offset = offset + length
  return undefined
}

/** The last PUT, with the bytes where none was sent yet. */
async function finish(remote: Remote, blob: Blob, session: Session): Promise<'done' | Ended> {
  const url = new URL(session.location)
  // Put on as text: what else stands there is the registry's, and stays as it wrote it.
  url.search = `${url.search === '' ? '?' : `${url.search}&`}digest=${encodeURIComponent(blob.digest)}`
  const request: Outgoing = {
    method: 'PUT',
    url,
    headers: OCTETS,
    ...(session.offset === 0 && { body: { length: blob.size, stream: () => blob.read(0) } }),
  }
  const answer = await remote.once(request)
  if (answer.status !== 201 && answer.status !== 204) return endedBy(remote, request, answer)
  const said = answer.headers['docker-content-digest']
  if (typeof said === 'string' && said.startsWith('sha256:') && said !== blob.digest)
    throw remote.fail(request, 'it says that it has another digest than what was sent')
  session.offset = blob.size
  return 'done'
}

function endedBy(remote: Remote, request: Outgoing, answer: Answer): Ended {
  const error = remote.refuse(request, answer)
  const { status } = answer
  if (isPassing(status) && status !== 507) return { why: 'cut', error }
  if (status === 413 || status === 416) return { why: 'size', error }
  if (status === 400 && errorCodeOf(answer) === 'DIGEST_INVALID') return { why: 'digest', error }
  // The session is gone, as after a restart of the registry or a token that ended in the middle.
  if (status === 404 || status === 400 || status === 401) return { why: 'gone', error }
  throw error
}

function nextChunk(chunk: number | undefined, { least }: Session): number | undefined {
  return CHUNKS.map(size => Math.max(size, least)).find(size => chunk === undefined || size > chunk)
}

async function isThere(remote: Remote, { digest }: Blob): Promise<boolean> {
  const request: Outgoing = { method: 'HEAD', url: remote.at(`blobs/${digest}`) }
  const answer = await remote.send(request)
  if (answer.status === 404) return false
  // Some send elsewhere for the bytes, and only for those that they have.
  if (answer.status === 200 || (answer.status >= 300 && answer.status < 400)) return true
  throw remote.refuse(request, answer)
}

/** The upload that a process before this one has left, where the registry still has of it. */
async function left(remote: Remote, blob: Blob, kept: KeptUploads): Promise<Session | undefined> {
  const location = await kept.take(blob.digest)
  if (location === undefined || !URL.canParse(location)) return undefined
  return resumed(remote, blob, { location: new URL(location), offset: 0, least: 0 })
}

/** How much of a cut upload the registry has; undefined where it does not say so, or not truly. */
async function resumed(remote: Remote, { size }: Blob, session: Session): Promise<Session | undefined> {
  const request: Outgoing = { method: 'GET', url: session.location }
  const answer = await remote.send(request).catch((error: unknown) => {
    // Begun anew; where nothing else works either, that says why.
    if (isAssayError(error, 'REGISTRY_UNREACHABLE', 'REGISTRY_DENIED', 'REGISTRY_ANSWER')) return undefined
    throw error
  })
  if (answer?.status !== 204) return undefined
  const last = /^(?:bytes=)?0-(\d+)$/.exec(`${answer.headers.range ?? ''}`)?.[1]
  if (last === undefined) return undefined
  // `0-0` stands for one byte and for none.
  const offset = Number(last) === 0 ? 0 : Number(last) + 1
  if (offset === 0 || offset > size) return undefined
  const location =
    answer.headers.location === undefined ? session.location : locationOf(remote, request, answer)
  return { ...session, location, offset }
}

/** Where the upload goes on: relative or not, with a query, on another host too. */
function locationOf(remote: Remote, request: Outgoing, { headers }: Answer): URL {
  const { location } = headers
  if (location === undefined || !URL.canParse(location, request.url.href))
    throw remote.fail(request, 'it does not say where the upload goes on')
  const url = new URL(location, request.url)
  url.username = ''
  url.password = ''
  return url
}

async function* limited(stream: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let left = length
  for await (const piece of stream) {
    yield piece.length > left ? piece.subarray(0, left) : piece
    left -= Math.min(left, piece.length)
    if (left === 0) return
  }
}

const OCTETS = { 'content-type': 'application/octet-stream' }
