import { KEPT_MINUTES } from '../../core/traffic/counts/release-counter.ts'
import type { Trust } from '../../core/traffic/counts/results.ts'
import type { Sender, Traffic } from '../../core/traffic/counts/traffic.ts'
import { countsData } from '../../core/traffic/counts/traffic-counts.ts'
import type { ReceiptKeys } from '../../core/traffic/receipts/receipt.ts'
import { unpackGzip } from '../../services/files/unpack.ts'
import { decodedPart } from '../../services/web/places.ts'
import type { RequestHead, Route, WebAnswer, WebRequest } from '../../services/web/server.ts'
import { spanMinutes } from './span.ts'
import type { WorkQueue } from './work-queue.ts'

export interface RoutesOf {
  traffic: Traffic
  queue: WorkQueue
  /** Whether a header `authorization` is that of somebody who may. */
  admit(authorization: string | undefined): boolean
  /** The keys that are good now. */
  keys(): ReceiptKeys
  now(): number
  ready(): boolean
}

/** What is behind a token, and the two that say how it goes. */
export function routesWithToken(of: RoutesOf): Route[] {
  const refuse = (head: RequestHead) => (of.admit(head.header('authorization')) ? undefined : UNAUTHORIZED)
  return [
    ...healthRoutes(of),
    ...['/v1/events', `/v1/events/*/*`].map(path => eventRoute(of, path, 'token', refuse)),
    outcomeRoute(of, refuse),
    {
      name: 'counts',
      method: 'GET',
      path: '/v1/counts',
      refuse,
      answer: request => counts(of, request),
    },
    {
      name: 'metrics',
      method: 'GET',
      path: '/metrics',
      refuse,
      answer: () => ({
        status: 200,
        text: of.traffic.metrics(),
        type: 'text/plain; version=0.0.4; charset=utf-8',
      }),
    },
  ]
}

/** What whoever reaches it may do: events alone. */
export function routesOfNetwork(of: RoutesOf): Route[] {
  return [...healthRoutes(of), eventRoute(of, '/v1/events/*/*', 'network')]
}

// --- internal ---

const BODY_CAP = 4 * 1024 * 1024
/** Of what was packed. */
const UNPACKED_CAP = 2 * BODY_CAP
const UNAUTHORIZED: WebAnswer = { status: 401, headers: { 'www-authenticate': 'Bearer' } }

function healthRoutes({ ready }: RoutesOf): Route[] {
  return [
    { name: 'healthz', method: 'GET', path: '/healthz', answer: () => ({ status: 200 }) },
    { name: 'readyz', method: 'GET', path: '/readyz', answer: () => ({ status: ready() ? 200 : 503 }) },
  ]
}

/** Answers before anything of the body is read: what becomes of it is counted, and the sender waits for nothing. */
function eventRoute(
  { traffic, queue, now }: RoutesOf,
  path: string,
  trust: Trust,
  refuse?: Route['refuse'],
): Route {
  const placeIn = ({ rest }: RequestHead) => {
    const cut = rest.indexOf('/')
    return cut < 0
      ? {}
      : { model: decodedPart(rest.slice(0, cut)), release: decodedPart(rest.slice(cut + 1)) }
  }
  return {
    name: 'events',
    method: 'POST',
    path,
    cap: BODY_CAP,
    brings: 'work',
    ...(refuse && { refuse }),
    onUnread: (head, status) =>
      traffic.lose(status === 413 ? 'rejected' : 'dropped', { ...placeIn(head), trust }, now()),
    answer(request) {
      const place = placeIn(request)
      const from = { ...place, trust, unpack, header: request.header }
      if (queue.add(place.model ?? '', request.body.length, () => traffic.take(request.body, from, now())))
        return ACCEPTED
      traffic.lose('dropped', from, now())
      return BUSY
    },
  }
}

/** As an event: a label is nothing to wait for either. */
function outcomeRoute({ traffic, queue, keys, now }: RoutesOf, refuse: Route['refuse']): Route {
  return {
    name: 'outcomes',
    method: 'POST',
    path: '/v1/outcomes',
    cap: BODY_CAP,
    brings: 'work',
    ...(refuse && { refuse }),
    answer(request) {
      const from: Sender = { trust: 'token', unpack, header: request.header }
      const work = () => traffic.takeOutcomes(request.body, from, keys(), now())
      // Whoever sends it has it still: it is not lost.
      return queue.add('outcomes', request.body.length, work) ? ACCEPTED : BUSY
    },
  }
}

const ACCEPTED: WebAnswer = { status: 202, text: '' }
const BUSY: WebAnswer = { status: 503, headers: { 'retry-after': '1' } }

/**
 * Gzip by its first bytes: a logger passes on what was packed without the header that says so. Undefined for what is none, or is
 * more than is taken.
 */
function unpack(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  return unpackGzip(bytes, UNPACKED_CAP)
}

function counts({ traffic, now }: RoutesOf, { query }: WebRequest): WebAnswer {
  const minutes = spanMinutes(query.get('window') ?? '1h')
  if (minutes === undefined || minutes > KEPT_MINUTES)
    return { status: 400, text: 'window: minutes, hours or a day, such as `15m`, `1h` or `1d`, at most 1d\n' }
  const model = query.get('model') ?? undefined
  if (model !== undefined && !traffic.knows(model))
    return { status: 404, text: 'no release of this model has a profile here\n' }
  const found = traffic.counts({ ...(model !== undefined && { model }), minutes }, now())
  return {
    status: 200,
    text: `${JSON.stringify({ counts: found.map(countsData) })}\n`,
    type: 'application/json',
  }
}
