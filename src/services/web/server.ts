import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BodyBudget, bodyBudget, readBody } from './body.ts'
import {
  EVENT_STREAM,
  type Events,
  openStreams,
  STREAM_LIMITS,
  type StreamLimits,
  type Streams,
} from './streams.ts'

/** What is known of a request before its body is read. */
export interface RequestHead {
  /** One text each, by lower-case name; a header that came twice is the first. */
  header(name: string): string | undefined
  /** Every time that a header came, by lower-case name: who trusts one must see that nobody added a second. */
  headers(name: string): readonly string[]
  /** What stands for the `*` in the path of the route, as it was sent, with the slashes between. */
  rest: string
  query: URLSearchParams
}

/** What a route is asked. */
export interface WebRequest extends RequestHead {
  body: Buffer
}

/** What it answers. Without a text it is the usual one of the status, and never one of somebody else. */
export interface WebAnswer {
  status: number
  text?: string
  type?: string
  headers?: Readonly<Record<string, string | readonly string[]>>
  /** In place of a text, where the status is 200: a stream. */
  events?: Events
}

export interface Route {
  /** For log and metrics: paths may hold what is nobody's business. */
  name: string
  method: 'GET' | 'POST'
  /** The whole path; for each `/*` at its end there is one more part, whatever it is. */
  path: string
  /** Bytes of a body. Absent: it takes none. */
  cap?: number
  /** Brings work: not taken any more while the server drains. */
  brings?: 'work'
  /** Whoever may not send is answered so, and nothing of a body is kept. */
  refuse?(head: RequestHead): WebAnswer | undefined
  /** Told of each body that could not be read, with the status that was answered. */
  onUnread?(head: RequestHead, status: number): void
  answer(request: WebRequest): WebAnswer | Promise<WebAnswer>
}

/** One answered request, by what is allowed to be known of it: no header, no query, no body. */
export interface Answered {
  method: string
  route: string
  status: number
  ms: number
}

export interface ServerOptions {
  routes: readonly Route[]
  host: string
  /** 0: any that is free. */
  port: number
  onAnswer?: (answered: Answered) => void
  /** A fault of ours: the sender learns no more than that there was one. */
  onFault?: (route: string, error: unknown) => void
  /** Milliseconds for the head of a request, and for all of it. */
  deadlines?: { head: number; request: number }
  /** Bytes of small bodies that each route holds at once, and of large ones. */
  bodies?: number
  streams?: Partial<StreamLimits>
}

export interface WebServer {
  port: number
  /** From now on what brings work is answered 503, and so is who asks for events; streams of them end. */
  drain(): void
  /** Takes no more connections; those that are open may end within the time, then they are cut. */
  close(milliseconds: number): Promise<void>
}

/** Starts an HTTP server for a few routes by their whole path. */
export async function startServer(options: ServerOptions): Promise<WebServer> {
  const { host, port, deadlines = { head: 10_000, request: 15_000 } } = options
  const state: State = {
    draining: false,
    bodies: new Map(options.routes.map(route => [route, bodyBudget(route.cap ?? 0, options.bodies)])),
    streams: openStreams({ ...STREAM_LIMITS, ...options.streams }),
  }
  const server = createServer(
    {
      headersTimeout: deadlines.head,
      requestTimeout: deadlines.request,
      connectionsCheckingInterval: Math.min(1000, deadlines.head),
    },
    (request, response) => void serve(options, state, request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
  return {
    port: (server.address() as AddressInfo).port,
    drain() {
      state.draining = true
      state.streams.end()
    },
    async close(milliseconds) {
      state.draining = true
      state.streams.end()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), milliseconds)
      await closed
      clearTimeout(cut)
    },
  }
}

// --- internal ---

interface State {
  draining: boolean
  /** Each route its own: who fills that of one keeps nobody from another. */
  bodies: ReadonlyMap<Route, BodyBudget>
  streams: Streams
}

async function serve(
  { routes, onAnswer, onFault }: ServerOptions,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now()
  const route = routeOf(routes, request)
  const name = 'name' in route ? route.name : 'none'
  let answer: WebAnswer
  const done = (status: number) =>
    onAnswer?.({ method: request.method ?? '', route: name, status, ms: performance.now() - started })
  try {
    answer = 'name' in route ? await answerOf(route, state, request) : route
  } catch (error) {
    onFault?.(name, error)
    answer = { status: 500 }
  }
  if (answer.events) {
    const isFree = !state.draining && !response.destroyed
    const isHead = request.method === 'HEAD'
    if (isFree && !isHead && state.streams.add(response, answer.events, () => done(200))) return
    answer =
      isFree && isHead
        ? { status: 200, text: '', type: EVENT_STREAM }
        : { status: 503, headers: { 'retry-after': '30' } }
  }
  const { status, text = `${STATUS_CODES[status]}\n`, type = 'text/plain; charset=utf-8', headers } = answer
  if (!response.destroyed)
    response
      .writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...(state.draining && { connection: 'close' }),
        ...headers,
      })
      .end(text)
  done(status)
}

function routeOf(routes: readonly Route[], { method, url = '' }: IncomingMessage): Route | WebAnswer {
  const [path] = url.split('?', 1)
  const here = routes.filter(route => isAt(route.path, path!))
  const found = here.find(route => route.method === (method === 'HEAD' ? 'GET' : method))
  if (found) return found
  if (here.length === 0) return { status: 404 }
  return { status: 405, headers: { allow: here.map(route => route.method).join(', ') } }
}

async function answerOf(route: Route, state: State, request: IncomingMessage): Promise<WebAnswer> {
  const head = headOf(route, request)
  const refused = route.refuse?.(head)
  if (refused) {
    request.resume()
    return refused
  }
  if (state.draining && route.brings) {
    route.onUnread?.(head, 503)
    return { status: 503, headers: { 'retry-after': '30' } }
  }
  const read =
    route.cap === undefined ? { body: EMPTY } : await readBody(request, route.cap, state.bodies.get(route)!)
  if ('body' in read) return route.answer({ ...head, body: read.body })
  route.onUnread?.(head, read.status)
  return read
}

function headOf(route: Route, request: IncomingMessage): RequestHead {
  const headers = (name: string) => request.headersDistinct[name] ?? []
  const { url = '' } = request
  const [path = '', ...asked] = url.split('?')
  return {
    header: name => headers(name)[0],
    headers,
    rest: path.slice(route.path.replace(WILD, '').length + 1),
    query: new URLSearchParams(asked.join('?')),
  }
}

function isAt(pattern: string, path: string): boolean {
  const [wild] = WILD.exec(pattern) ?? []
  if (wild === undefined) return pattern === path
  const above = pattern.slice(0, -wild.length)
  if (!path.startsWith(`${above}/`)) return false
  const parts = path.slice(above.length + 1).split('/')
  return parts.length === wild.length / 2 && parts.every(part => part !== '')
}

const WILD = /(?:\/\*)+$/
const EMPTY = Buffer.alloc(0)
