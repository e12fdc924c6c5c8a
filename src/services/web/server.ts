import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BodyBudget, bodyBudget, readBody } from './body.ts'
import { headOf, type Place, placeOf, routeOf } from './places.ts'
import type { Route, WebAnswer } from './route.ts'
import { EVENT_STREAM, openStreams, STREAM_LIMITS, type StreamLimits, type Streams } from './streams.ts'

export type { RequestHead, Route, WebAnswer, WebRequest } from './route.ts'

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
    places: options.routes.map(placeOf),
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
  places: readonly Place[]
  /** Each route its own: who fills that of one keeps nobody from another. */
  bodies: ReadonlyMap<Route, BodyBudget>
  streams: Streams
}

async function serve(
  { onAnswer, onFault }: ServerOptions,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now()
  const place = routeOf(state.places, request)
  const name = 'route' in place ? place.route.name : 'none'
  let answer: WebAnswer
  const done = (status: number) =>
    onAnswer?.({ method: request.method ?? '', route: name, status, ms: performance.now() - started })
  try {
    answer = 'route' in place ? await answerOf(place, state, request) : place
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
  const { status, text = `${STATUS_CODES[status]}\n`, type, headers } = answer
  if (!response.destroyed)
    response
      .writeHead(status, {
        ...(text === '' && type === undefined ? NOTHING : headersOf(text, type)),
        ...(state.draining && { connection: 'close' }),
        ...headers,
      })
      .end(text)
  done(status)
}

async function answerOf(place: Place, state: State, request: IncomingMessage): Promise<WebAnswer> {
  const { route } = place
  const head = headOf(place, request)
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
  if ('body' in read) return route.answer(Object.assign(head, { body: read.body }))
  route.onUnread?.(head, read.status)
  return read
}

/** Of an answer without a text or a type: nothing to keep, nothing to guess a type of. */
const NOTHING = { 'content-length': 0 }

function headersOf(text: string, type = 'text/plain; charset=utf-8'): Record<string, string | number> {
  return {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
}

const EMPTY = Buffer.alloc(0)
