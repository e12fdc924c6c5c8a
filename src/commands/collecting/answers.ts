import type { TokenScope } from '../../core/secrets/token-scope.ts'
import { canaryData } from '../../core/traffic/canary/counts.ts'
import { UNDER_WAY_MS } from '../../core/traffic/canary/taken-back.ts'
import { KEPT_MINUTES } from '../../core/traffic/counts/release-counter.ts'
import type { Traffic } from '../../core/traffic/counts/traffic.ts'
import { countsData } from '../../core/traffic/counts/traffic-counts.ts'
import { instantOf } from '../../core/traffic/events/envelope.ts'
import type { RequestHead, WebAnswer, WebRequest } from '../../services/web/server.ts'
import { spanMinutes } from './span.ts'

/** What the collector answers of what it has counted, to whom. */

export interface AnswersOf {
  traffic: Traffic
  /** What the token in a header `authorization` is for; undefined: it is none. */
  scopeOf(authorization: string | undefined): TokenScope | undefined
  /** Where all that is counted here serves; absent: nobody has said. */
  environment: string | undefined
  now(): number
}

/** Of another's model as of one that is not there. */
export const NOT_HERE: WebAnswer = { status: 404, text: 'this model is not counted here\n' }

/** What whoever asks may see; undefined: their token is none. */
export function scopeIn({ scopeOf }: AnswersOf, head: RequestHead): TokenScope | undefined {
  return scopeOf(head.header('authorization'))
}

/** Whether a model of here is among it. */
export function maySee(of: AnswersOf, head: RequestHead, model: string): boolean {
  return scopeIn(of, head)?.covers(model, of.environment) === true
}

/** Of a model that has no canary in progress there are none: that is an answer, and no error. */
export function canaryCounts(of: AnswersOf, head: RequestHead, model: string | undefined): WebAnswer {
  const { traffic, now } = of
  if (model !== undefined && !(traffic.knows(model) && maySee(of, head, model))) return NOT_HERE
  const all = traffic.canaries({ ...(model !== undefined && { model }) }, now())
  const found = all.filter(one => maySee(of, head, one.model))
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
export function canaryLive(of: AnswersOf, request: WebRequest): WebAnswer {
  const form = formIn(request.body)
  const [model, key] = [form('model'), form('key')]
  const since = instantOf(form('live'))
  if (!isOver(since, of)) return NOT_OVER
  if (!maySee(of, request, model)) return NOT_HERE
  of.traffic.setLive({ model, key, since }, of.now())
  return canaryCounts(of, request, model)
}

/** What came to a release since the way back from it is live, as whoever asks knows it. Asked first, counting begins with it. */
export function takenBack(of: AnswersOf, request: WebRequest): WebAnswer {
  const form = formIn(request.body)
  const [model, release] = [form('model'), form('release')]
  const live = instantOf(form('live'))
  if (!isOver(live, of)) return NOT_OVER
  const { traffic, now } = of
  if (!traffic.knows(model) || !maySee(of, request, model)) return NOT_HERE
  const since = live + UNDER_WAY_MS
  const counts = { model, release, ...traffic.comesYet({ model, release, since }, now()) }
  return { status: 200, text: `${JSON.stringify({ counts: [counts] })}\n`, type: 'application/json' }
}

/** Counts of a window of the models that whoever asks may see. */
export function counts(of: AnswersOf, request: WebRequest): WebAnswer {
  const { traffic, now } = of
  const { query } = request
  const minutes = spanMinutes(query.get('window') ?? '1h')
  if (minutes === undefined || minutes > KEPT_MINUTES)
    return { status: 400, text: 'window: minutes, hours or a day, such as `15m`, `1h` or `1d`, at most 1d\n' }
  const model = query.get('model') ?? undefined
  if (model !== undefined && !(traffic.knows(model) && maySee(of, request, model)))
    return { status: 404, text: 'no release of this model has a profile here\n' }
  const all = traffic.counts({ ...(model !== undefined && { model }), minutes }, now())
  const found = all.filter(one => maySee(of, request, one.model))
  return {
    status: 200,
    text: `${JSON.stringify({ counts: found.map(countsData) })}\n`,
    type: 'application/json',
  }
}

// --- internal ---

function formIn(body: Uint8Array): (name: string) => string {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
  return name => form.get(name) ?? ''
}

function isOver(instant: number, { now }: AnswersOf): boolean {
  return Number.isFinite(instant) && instant <= now() + MOST_AHEAD_MS
}

const NOT_OVER: WebAnswer = {
  status: 400,
  text: 'live: an instant that is over, such as `2026-05-20T12:00:00Z`\n',
}

/** Clocks of two machines may differ by so much. */
const MOST_AHEAD_MS = 60_000
