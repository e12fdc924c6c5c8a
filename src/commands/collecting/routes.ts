import { canaryData } from '../../core/traffic/canary/counts.ts'
import { UNDER_WAY_MS } from '../../core/traffic/canary/taken-back.ts'
import { KEPT_MINUTES } from '../../core/traffic/counts/release-counter.ts'
import type { Trust } from '../../core/traffic/counts/results.ts'
import type { Sender, Traffic } from '../../core/traffic/counts/traffic.ts'
import { countsData } from '../../core/traffic/counts/traffic-counts.ts'
import { MOST_UNPACKED, type Unpack } from '../../core/traffic/events/body-budget.ts'
import { instantOf } from '../../core/traffic/events/envelope.ts'
import type { ReceiptKeys } from '../../core/traffic/receipts/receipt.ts'
import { isGzip, saidUnpacked, unpackGzip } from '../../services/files/unpack.ts'
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
      name: 'canary-counts',
      method: 'GET',
      path: '/v1/canary-counts',
      refuse,
      answer: ({ query }) => canaryCounts(of, query.get('model') ?? undefined),
    },
    {
      name: 'canary-live',
      method: 'POST',
      path: '/v1/canary-counts',
      cap: 4096,
      refuse,
      answer: request => canaryLive(of, request),
    },
    {
      name: 'taken-back',
      method: 'POST',
      path: '/v1/taken-back',
      cap: 4096,
      refuse,
      answer: request => takenBack(of, request),
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
  return {
    name: 'events',
    method: 'POST',
    path,
    cap: BODY_CAP,
    brings: 'work',
    ...(refuse && { refuse }),
    onUnread: (head, status) =>
      traffic.lose(status === 413 ? 'rejected' : 'dropped', senderOf(head, 0, trust), now()),
    answer(request) {
      const { body } = request
      const weight = weightOf(body)
      const from = senderOf(request, weight, trust)
      // A name that nobody knows is no sender of its own: anybody can make up many.
      const of = from.model !== undefined && traffic.knows(from.model) ? from.model : ''
      if (queue.add(of, weight, () => traffic.take(body, from, now()))) return ACCEPTED
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
      const { body } = request
      const weight = weightOf(body)
      const from = senderOf(request, weight, 'token')
      const work = () => traffic.takeOutcomes(body, from, keys(), now())
      // Whoever sends it has it still: it is not lost.
      return queue.add('/v1/outcomes', weight, work) ? ACCEPTED : BUSY
    },
  }
}

/** Who sends, by the two names that may stand at the end of the path. */
function senderOf(head: RequestHead, weight: number, trust: Trust): Sender {
  const { rest } = head
  const cut = rest.indexOf('/')
  const model = cut < 0 ? undefined : decodedPart(rest.slice(0, cut))
  const release = cut < 0 ? undefined : decodedPart(rest.slice(cut + 1))
  return { model, release, trust, unpack, weight, header: name => head.header(name) }
}

const ACCEPTED: WebAnswer = { status: 202, text: '' }
const BUSY: WebAnswer = { status: 503, headers: { 'retry-after': '1' } }

/** Gzip by its first bytes: a logger passes on what was packed without the header that says so. */
const unpack: Unpack = (bytes, most) => (isGzip(bytes) ? unpackGzip(bytes, most) : bytes)

/**
 * What a body becomes, as it says itself, and it may become no more. Of several that are packed one behind the other only the last says it: what
 * becomes four times as much may be such.
 */
function weightOf(body: Uint8Array): number {
  if (!isGzip(body)) return body.length
  return Math.min(MOST_UNPACKED, Math.max(saidUnpacked(body), 4 * body.length))
}

/** Of a model that has no canary in progress there are none: that is an answer, and no error. */
function canaryCounts({ traffic, now }: RoutesOf, model: string | undefined): WebAnswer {
  if (model !== undefined && !traffic.knows(model))
    return { status: 404, text: 'this model is not counted here\n' }
  const found = traffic.canaries({ ...(model !== undefined && { model }) }, now())
  return {
    status: 200,
    text: `${JSON.stringify({ counts: found.map(canaryData) })}\n`,
    type: 'application/json',
  }
}

/**
 * The same by whoever knows since when the challenger is live: what was counted before that is forgotten. Another step is none that it
 * would be true of, and is answered as it is.
 */
function canaryLive(of: RoutesOf, { body }: WebRequest): WebAnswer {
  const form = formIn(body)
  const [model, key] = [form('model'), form('key')]
  const since = instantOf(form('live'))
  if (!isOver(since, of)) return NOT_OVER
  of.traffic.setLive({ model, key, since }, of.now())
  return canaryCounts(of, model)
}

/** What came to a release since the way back from it is live, as whoever asks knows it. Asked first, counting begins with it. */
function takenBack(of: RoutesOf, { body }: WebRequest): WebAnswer {
  const form = formIn(body)
  const [model, release] = [form('model'), form('release')]
  const live = instantOf(form('live'))
  if (!isOver(live, of)) return NOT_OVER
  const { traffic, now } = of
  if (!traffic.knows(model)) return { status: 404, text: 'this model is not counted here\n' }
  const since = live + UNDER_WAY_MS
  const counts = { model, release, ...traffic.comesYet({ model, release, since }, now()) }
  return { status: 200, text: `${JSON.stringify({ counts: [counts] })}\n`, type: 'application/json' }
}

function formIn(body: Uint8Array): (name: string) => string {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
  return name => form.get(name) ?? ''
}

function isOver(instant: number, { now }: RoutesOf): boolean {
  return Number.isFinite(instant) && instant <= now() + MOST_AHEAD_MS
}

const NOT_OVER: WebAnswer = {
  status: 400,
  text: 'live: an instant that is over, such as `2026-05-20T12:00:00Z`\n',
}

/** Clocks of two machines may differ by so much. */
const MOST_AHEAD_MS = 60_000

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
