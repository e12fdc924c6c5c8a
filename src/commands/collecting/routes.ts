import type { Trust } from '../../core/traffic/counts/results.ts'
import type { Sender } from '../../core/traffic/counts/traffic.ts'
import { MOST_UNPACKED, type Unpack } from '../../core/traffic/events/body-budget.ts'
import type { ReceiptKeys } from '../../core/traffic/receipts/receipt.ts'
import { isGzip, saidUnpacked, unpackGzip } from '../../services/files/unpack.ts'
import { decodedPart } from '../../services/web/places.ts'
import type { RequestHead, Route, WebAnswer } from '../../services/web/server.ts'
import {
  type AnswersOf,
  canaryCounts,
  canaryLive,
  counts,
  maySee,
  NOT_HERE,
  scopeIn,
  takenBack,
} from './answers.ts'
import type { WorkQueue } from './work-queue.ts'

export interface RoutesOf extends AnswersOf {
  queue: WorkQueue
  /** The keys that are good now. */
  keys(): ReceiptKeys
  ready(): boolean
}

/** What is behind a token, and the two that say how it goes. */
export function routesWithToken(of: RoutesOf): Route[] {
  const refuse = (head: RequestHead) => (scopeIn(of, head) ? undefined : UNAUTHORIZED)
  /** What says its model in the body alone, or tells of all of them, takes a token that is for everything. */
  const whole = (head: RequestHead) => refuse(head) ?? (scopeIn(of, head)?.isWhole ? undefined : FOR_SOME)
  /** Of another's model nothing is taken, as of one that is not there. */
  const own = (head: RequestHead) => {
    const { model = '' } = senderOf(head, 0, 'token')
    return refuse(head) ?? (maySee(of, head, model) ? undefined : NOT_HERE)
  }
  return [
    ...healthRoutes(of),
    eventRoute(of, '/v1/events', 'token', whole),
    eventRoute(of, '/v1/events/*/*', 'token', own),
    outcomeRoute(of, whole),
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
      answer: request => canaryCounts(of, request, request.query.get('model') ?? undefined),
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
      refuse: whole,
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
const FOR_SOME: WebAnswer = {
  status: 403,
  text: 'this token is for some models: events of theirs go to /v1/events/MODEL/RELEASE\n',
}

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
