import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sha256 } from '../../../support/registry.ts'

/** How a registry differs from others, as seen of hosted ones. */
export interface Quirks {
  /** Bodies of PATCH above this are answered 416: GHCR, 4 MiB. */
  mostPatch?: number
  /** Chunks below this, but for the last, are answered 400: ECR, 5 MB. */
  leastPatch?: number
  /** Bodies of PUT above this are answered with this status. */
  mostPut?: { bytes: number; status: number }
  /** What PATCH is answered with: 201 of ECR. */
  patched?: number
  /** The `Range` of answers to PATCH never moves: ECR. */
  stuckRange?: boolean
  /** `OCI-Chunk-Min-Length` of the answer to POST. */
  chunkMin?: number
  /** Where uploads go on: a path alone, or at another host. */
  locations?: 'path' | 'elsewhere'
  /** Tokens are good for so many requests. */
  tokenLasts?: number
  /** Keeps a list of referrers and says so. */
  subjects?: boolean
  /** Connections are cut after so many bytes of an upload, one by one. */
  cuts?: number[]
  /** What came before a cut is kept, and the status of an upload told. */
  resumes?: boolean
  /** Answers that come instead, by what asks: `PUT /v2/a/b/manifests/v1`; each once. */
  once?: Map<string, { status: number; headers?: Record<string, string>; body?: string }>
}

/** A request, with the bytes of its body that were taken. */
export interface Seen {
  method: string
  path: string
  host: string
  authorization: string | undefined
  bytes: number
}

/** A registry on loopback with quirks, which notes what it was asked. */
export async function quirkyRegistry(quirks: Quirks = {}) {
  const uploads = new Map<string, Buffer[]>()
  const chunks = new Map<string, number[]>()
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, { bytes: Buffer; type: string }>()
  const seen: Seen[] = []
  const tokens: { scopes: string[] }[] = []
  let left = 0
  const length = (pieces: Buffer[]) => pieces.reduce((all, { length: one }) => all + one, 0)

  const servers = [0, 1].map(() =>
    createServer((request, response) => {
      void answer(request, response).catch(error => {
        // Cut by us, or by the other end.
        if (!['cut', 'aborted'].includes(error.message)) throw error
      })
    }),
  )
  const [host, elsewhere] = await Promise.all(
    servers.map(async server => {
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return `127.0.0.1:${(server.address() as AddressInfo).port}`
    }),
  )

  /** The body, unless the connection is to be cut in it. */
  async function read(request: IncomingMessage, kept: Buffer[]): Promise<number> {
    const cut = request.method === 'PUT' || request.method === 'PATCH' ? quirks.cuts?.[0] : undefined
    let got = 0
    for await (const piece of request as AsyncIterable<Buffer>) {
      kept.push(piece)
      got += piece.length
      if (cut !== undefined && got > cut && request.url!.includes('/uploads/')) {
        quirks.cuts!.shift()
        if (!quirks.resumes) kept.length = 0
        request.socket.destroy()
        throw new Error('cut')
      }
    }
    return got
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, `http://${host}`)
    const method = request.method!
    const { authorization } = request.headers
    const note: Seen = { method, path: url.pathname, host: request.headers.host!, authorization, bytes: 0 }
    seen.push(note)
    const end = (status: number, headers: Record<string, string | number> = {}, body: string | Buffer = '') =>
      void response.writeHead(status, headers).end(method === 'HEAD' ? undefined : body)
    const refuse = (status: number, code: string) =>
      end(status, {}, JSON.stringify({ errors: [{ code, message: 'CANARY' }] }))
    if (url.pathname === '/token') {
      tokens.push({ scopes: url.searchParams.getAll('scope') })
      left = quirks.tokenLasts ?? 0
      return end(200, {}, JSON.stringify({ token: `token-${tokens.length}` }))
    }
    const planned = quirks.once?.get(`${method} ${url.pathname}`)
    if (planned) {
      quirks.once!.delete(`${method} ${url.pathname}`)
      request.resume()
      return end(planned.status, planned.headers, planned.body)
    }
    if (
      note.host === host &&
      quirks.tokenLasts !== undefined &&
      (left-- <= 0 || note.authorization !== `Bearer token-${tokens.length}`)
    ) {
      request.resume()
      return end(401, { 'www-authenticate': `Bearer realm="http://${host}/token",service="quirky"` })
    }
    const [, repository = '', kind = '', rest = ''] =
      /^\/v2\/(.+?)\/(blobs|manifests)\/(.+)$/.exec(url.pathname) ?? []
    const place = (id: string) => {
      const path = `/v2/${repository}/blobs/uploads/${id}?_state=a%2Bb~c%3D`
      return quirks.locations === 'path'
        ? path
        : `http://${quirks.locations === 'elsewhere' ? elsewhere : host}${path}`
    }
    if (kind === 'manifests') {
      if (method === 'PUT') {
        const pieces: Buffer[] = []
        await read(request, pieces)
        const bytes = Buffer.concat(pieces)
        const entry = { bytes, type: request.headers['content-type']! }
        manifests.set(`${repository}@${sha256(bytes)}`, entry)
        manifests.set(`${repository}@${rest}`, entry)
        const subject = JSON.parse(bytes.toString()).subject?.digest as string | undefined
        return end(201, {
          'docker-content-digest': sha256(bytes),
          ...(quirks.subjects && subject && { 'oci-subject': subject }),
        })
      }
      const found = manifests.get(`${repository}@${rest}`)
      if (!found) return refuse(404, 'MANIFEST_UNKNOWN')
      return end(
        200,
        { 'content-type': found.type, 'docker-content-digest': sha256(found.bytes) },
        found.bytes,
      )
    }
    if (method === 'POST') {
      request.resume()
      const id = randomUUID()
      uploads.set(id, [])
      return end(202, {
        location: place(id),
        range: '0-0',
        ...(quirks.chunkMin && { 'oci-chunk-min-length': quirks.chunkMin }),
      })
    }
    if (!rest.startsWith('uploads/')) {
      const blob = blobs.get(`${repository}@${rest}`)
      return blob ? end(200, { 'content-length': blob.length }, blob) : refuse(404, 'BLOB_UNKNOWN')
    }
    const id = rest.slice('uploads/'.length)
    const pieces = uploads.get(id)
    if (!pieces || url.searchParams.get('_state') !== 'a+b~c=') return refuse(404, 'BLOB_UPLOAD_UNKNOWN')
    if (method === 'GET')
      return quirks.resumes
        ? end(204, { location: place(id), range: `0-${Math.max(0, length(pieces) - 1)}` })
        : refuse(404, 'BLOB_UPLOAD_INVALID')
    const announced = Number(request.headers['content-length'])
    const limit =
      method === 'PUT'
        ? quirks.mostPut
        : quirks.mostPatch === undefined
          ? undefined
          : { bytes: quirks.mostPatch, status: 416 }
    if (limit && announced > limit.bytes) return refuse(limit.status, 'SIZE_INVALID')
    const before = length(pieces)
    if (method === 'PATCH') {
      const [from] = /^\d+/.exec(`${request.headers['content-range']}`) ?? []
      if (Number(from) !== before) return refuse(416, 'RANGE_INVALID')
    }
    note.bytes = await read(request, pieces)
    if (method === 'PATCH') {
      chunks.set(id, [...(chunks.get(id) ?? []), announced])
      const range = quirks.stuckRange ? `0-${announced - 1}` : `0-${length(pieces) - 1}`
      return end(quirks.patched ?? 202, { location: place(id), range })
    }
    const bytes = Buffer.concat(pieces)
    if ((chunks.get(id) ?? []).slice(0, -1).some(size => size < (quirks.leastPatch ?? 0)))
      return refuse(400, 'BLOB_UPLOAD_INVALID')
    const digest = url.searchParams.get('digest')!
    if (sha256(bytes) !== digest) return refuse(400, 'DIGEST_INVALID')
    uploads.delete(id)
    blobs.set(`${repository}@${digest}`, bytes)
    return end(201, { 'docker-content-digest': digest })
  }

  return {
    host: host!,
    elsewhere: elsewhere!,
    seen,
    tokens,
    blobs,
    manifests,
    close() {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}
