import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** Bytes to send, from the beginning each time. */
export interface Body {
  /** In bytes; what is streamed must be exactly as long. */
  length: number
  /** Pieces may share memory: one is good until the one after the next is asked for. */
  stream: () => AsyncIterable<Uint8Array>
}

export interface Outgoing {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: URL
  headers?: Record<string, string>
  body?: Body
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** At most 4 MiB of it. */
  bytes: Buffer
}

export interface Wire {
  /** The way to an address: its connections, through a proxy where one is set. */
  agentFor: (url: URL) => Agent
  signal: AbortSignal | undefined
  /** Milliseconds in which nothing moves before a connection is given up. There is no limit on the whole: layers are large. */
  idle: number
}

/**
 * One request by `node:http`, whose body is never in memory as a whole (`fetch` keeps it), and its answer. Redirects are answers.
 *
 * @throws the error of the connection; RangeError where a body is not as long as it says
 */
export async function exchange(outgoing: Outgoing, wire: Wire): Promise<Answer> {
  const { request, response } = await begin(outgoing, wire)
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > MOST_BYTES) break
    pieces.push(piece)
  }
  if (!request.writableFinished || length > MOST_BYTES) request.destroy()
  return { status: response.statusCode!, headers: response.headers, bytes: Buffer.concat(pieces) }
}

/** As `exchange`, with the answer's body as it comes. Whoever takes it reads it to its end, or destroys it. */
export async function begin(
  outgoing: Outgoing,
  wire: Wire,
): Promise<{ request: ClientRequest; response: IncomingMessage }> {
  const { method, url, headers, body } = outgoing
  const begun = url.protocol === 'https:' ? httpsRequest : httpRequest
  const request = begun(url, {
    method,
    agent: wire.agentFor(url),
    ...(wire.signal && { signal: wire.signal }),
    headers: {
      ...headers,
      ...(method !== 'GET' && method !== 'HEAD' && { 'content-length': body?.length ?? 0 }),
    },
  })
  request.setTimeout(wire.idle, () => request.destroy(new IdleError(wire.idle)))
  return new Promise((resolve, reject) => {
    let isAnswered = false
    request.once('response', response => {
      isAnswered = true
      resolve({ request, response })
    })
    request.on('error', reject)
    if (!body) request.end()
    else
      write(request, body, wire.idle, () => isAnswered).catch(error => {
        reject(error)
        request.destroy()
      })
  })
}

/** Nothing moved on a connection for so long. */
export class IdleError extends Error {
  constructor(milliseconds: number) {
    super(`nothing moved for ${milliseconds / 1000} s`)
    this.name = 'IdleError'
  }
}

// --- internal ---

const MOST_BYTES = 4 * 1024 * 1024
/** Whoever has all bytes may take long to look at them: a store hashes or moves gigabytes before it answers. */
const WAITS_LONGER = 10

/**
 * Stops where the answer is there before the end: nobody reads the rest. A piece is on its way while the next one is read, and has left
 * before the one after that is asked for: whoever streams may use its memory again.
 */
async function write(
  request: ClientRequest,
  body: Body,
  idle: number,
  isAnswered: () => boolean,
): Promise<void> {
  let sent = 0
  let leaving = Promise.resolve()
  for await (const piece of body.stream()) {
    await leaving
    if (isAnswered() || request.destroyed) return
    sent += piece.length
    if (sent > body.length) break
    leaving = left(request, piece)
  }
  await leaving
  if (isAnswered() || request.destroyed) return
  if (sent !== body.length) throw new RangeError(`${sent} bytes came of ${body.length}`)
  request.setTimeout(idle * WAITS_LONGER)
  request.end()
}

/** Writes a piece; done once it has left, or never will. */
function left(request: ClientRequest, piece: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      for (const event of ENDINGS) request.off(event, done)
      resolve()
    }
    for (const event of ENDINGS) request.on(event, done)
    request.write(piece, done)
  })
}

const ENDINGS = ['close', 'response'] as const
