import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Agent, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string
}

export interface Told {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

/**
 * One request to a server on this machine, and its whole answer: without a socket where `knowServer` knows the server. `fetch`
 * takes three times the work of a request by socket, and that three times the work of one without; a promotion asks often.
 */
export function ask(url: string, asked: Asked): Promise<Told> {
  const { origin } = new URL(url)
  const server = known.get(origin)
  return server?.listening ? askInside(server, url.slice(origin.length), asked) : askBySocket(url, asked)
}

/** From now on requests to a server of this process, at its address, go to it without a socket. */
export async function knowServer(url: string): Promise<void> {
  const { origin, port } = new URL(url)
  const look = (message: unknown) => {
    const { server } = message as { server: Server }
    if ((server.address() as AddressInfo | null)?.port !== Number(port)) return
    known.set(origin, server)
    server.once('close', () => known.delete(origin))
  }
  subscribe(REQUESTS, look)
  await askBySocket(url, {}).finally(() => unsubscribe(REQUESTS, look))
}

// --- internal ---

const known = new Map<string, Server>()
/** Node tells here of each request that a server of this process gets, and which server that is. */
const REQUESTS = 'http.server.request.start'
const agent = new Agent({ keepAlive: true })

async function askBySocket(url: string, { method = 'GET', headers = {}, body = '' }: Asked): Promise<Told> {
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = () => {
      const sent = request(url, { agent, method, headers: { ...headers, ...length } }, resolve)
      // A connection that was kept may be closed by the server just as it is used again: then nothing was taken.
      sent.on('error', (error: NodeJS.ErrnoException) =>
        sent.reusedSocket && error.code === 'ECONNRESET' ? send() : reject(error),
      )
      sent.end(body)
    }
    send()
  })
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }
}

/** What a listener of node uses of a request and an answer; the npm package `emulate` makes no more of them. */
function askInside(
  server: Server,
  target: string,
  { method = 'GET', headers = {}, body = '' }: Asked,
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const asked = {
      method,
      url: target,
      headers: { host: 'inside', ...headers },
      async *[Symbol.asyncIterator]() {
        if (body !== '') yield Buffer.from(body)
      },
    }
    const told: Told = { status: 200, headers: {}, body: '' }
    const chunks: Uint8Array[] = []
    const answer = {
      statusCode: 200,
      setHeader(name: string, value: string) {
        told.headers[name.toLowerCase()] = value
      },
      write: (piece: Uint8Array) => chunks.push(piece) > 0,
      end(piece?: string) {
        const text = piece ?? Buffer.concat(chunks).toString('utf8')
        resolve({ ...told, status: answer.statusCode, body: text })
      },
      destroy: (error?: Error) => reject(error ?? new Error(`${method} ${target}: no answer`)),
    }
    server.emit('request', asked, answer)
  })
}
