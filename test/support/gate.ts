import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { operationName } from '../../emulator/github-graphql.ts'

/** A loopback server before another one, which can stop a request before it gets there, or its answer on the way back. */
export interface Gate {
  url: string
  /** `POST /graphql Move`, `GET /repos/…`, `POST /deploy.git/git-receive-pack`, in order. */
  requests: string[]
  /**
   * The `nth` request (from 0) that matches goes no further: before the server has it, or with its answer lost. Resolves when
   * it is there; nothing that comes after it is let through either, until `open`.
   */
  stall(request: RegExp, when: 'before' | 'after', nth?: number): Promise<void>
  /** Breaks what was stopped, and lets everything through again. */
  open(): void
  close(): Promise<void>
}

export async function openGate(target: () => string): Promise<Gate> {
  const requests: string[] = []
  let stop: { request: RegExp; when: 'before' | 'after'; left: number; reached: () => void } | undefined
  let shut = false
  const held = new Set<IncomingMessage['socket']>()
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const name = nameOf(request, body)
    if (shut) return void held.add(request.socket)
    requests.push(name)
    const hit = stop?.request.test(name) && stop.left-- === 0 ? stop : undefined
    if (hit?.when !== 'before') await pass(new URL(target()), request, body, hit ? undefined : response)
    if (!hit) return
    held.add(request.socket)
    shut = true
    hit.reached()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stall: (request, when, nth = 0) =>
      new Promise(reached => {
        stop = { request, when, left: nth, reached }
      }),
    open() {
      for (const socket of held) socket.destroy()
      held.clear()
      shut = false
      stop = undefined
      requests.length = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

// --- internal ---

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function nameOf({ method, url = '' }: IncomingMessage, body: Buffer): string {
  const operation = url === '/graphql' ? ` ${operationName(JSON.parse(body.toString()))}` : ''
  return `${method} ${url}${operation}`
}

/** Without a response the request takes effect and its answer is lost. */
function pass(
  target: URL,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, ...kept } = headers
    const sent = send(
      {
        host: target.hostname,
        port: target.port,
        path: url,
        method,
        headers: { ...kept, host: target.host },
        // A kept connection may be closed just as it is used again.
        agent: false,
      },
      answer => {
        if (response) {
          response.writeHead(answer.statusCode!, answer.headers)
          answer.pipe(response)
        } else answer.resume()
        answer.on('end', resolve)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
