import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BodyBudget, bodyBudget, readBody } from './body.ts'
import { Asked, type Place, placeOf, routeOf } from './places.ts'
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
    (request, response) => serve(options, state, request, response),
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

/** A request on its way to its answer. */
interface Exchange {
  options: ServerOptions
  state: State
  request: IncomingMessage
  response: ServerResponse
  /** Of its route. */
  name: string
  started: number
}

/** Without a promise where the route needs none: of many small requests they would be a good part of the cost. */
function serve(
  options: ServerOptions,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const place = routeOf(state.places, request)
  const name = 'route' in place ? place.route.name : 'none'
  const started = options.onAnswer ? performance.now() : 0
  const of = { options, state, request, response, name, started }
  attempt(of, () => ('route' in place ? begin(of, place) : place))
}

/** Sends what a step answers, or that it has a fault of ours. Undefined: a later step does. */
function attempt(of: Exchange, step: () => WebAnswer | Promise<WebAnswer> | undefined): void {
  const fail = (error: unknown) => {
    of.options.onFault?.(of.name, error)
    if (of.response.headersSent) of.response.destroy()
    else send(of, { status: 500 })
  }
  try {
    const answer = step()
    if (answer instanceof Promise) answer.then(later => send(of, later)).catch(fail)
    else if (answer) send(of, answer)
  } catch (error) {
    fail(error)
  }
}

function begin(of: Exchange, place: Place): WebAnswer | Promise<WebAnswer> | undefined {
  const { state, request } = of
  const { route } = place
  const asked = new Asked(place, request)
  const refused = route.refuse?.(asked)
  if (refused) {
    request.resume()
    return refused
  }
  if (state.draining && route.brings) {
    route.onUnread?.(asked, 503)
    return UNAVAILABLE
  }
  if (route.cap === undefined) return route.answer(asked)
  readBody(request, route.cap, state.bodies.get(route)!, read =>
    attempt(of, () => {
      if ('body' in read) return route.answer(asked.with(read.body))
      route.onUnread?.(asked, read.status)
      return read
    }),
  )
  return undefined
}

function send(of: Exchange, answer: WebAnswer): void {
  const { state, request, response } = of
  if (!answer.events) write(of, answer)
  else if (state.draining || response.destroyed) write(of, UNAVAILABLE)
  else if (request.method === 'HEAD') write(of, { status: 200, text: '', type: EVENT_STREAM })
  else if (!state.streams.add(response, answer.events, () => tell(of, 200))) write(of, UNAVAILABLE)
}

function write(of: Exchange, { status, text = `${STATUS_CODES[status]}\n`, type, headers }: WebAnswer): void {
  const { state, response } = of
  if (!response.destroyed) {
    const isBare = text === '' && type === undefined && !headers && !state.draining
    // What it writes by itself is all that such an answer needs, and the cheapest.
    if (isBare) response.statusCode = status
    else
      response.writeHead(status, {
        ...(text === '' && type === undefined ? NOTHING : headersOf(text, type)),
        ...(state.draining && { connection: 'close' }),
        ...headers,
      })
    response.end(text)
  }
  tell(of, status)
}

function tell({ options, request, name, started }: Exchange, status: number): void {
  options.onAnswer?.({ method: request.method ?? '', route: name, status, ms: performance.now() - started })
}

const UNAVAILABLE: WebAnswer = { status: 503, headers: { 'retry-after': '30' } }

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
