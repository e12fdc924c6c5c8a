import { canaryRow, renderCanaryPage } from '../../core/page/canary/canary-page.ts'
import { renderTakenBackPage } from '../../core/page/canary/taken-back-page.ts'
import { renderDriftPage } from '../../core/page/drift.ts'
import { canaryLabel } from '../../core/page/traffic.ts'
import { nextFor } from '../../core/promotion/canary/next.ts'
import type { TokenScope } from '../../core/secrets/token-scope.ts'
import { renderDriftHtml } from '../../core/traffic/report/html.ts'
import { verdictData } from '../../core/traffic/report/json.ts'
import { renderDriftMarkdown } from '../../core/traffic/report/markdown.ts'
import { verdictWords } from '../../core/traffic/report/words.ts'
import { canaryTold } from '../../core/traffic/watch/canary-told.ts'
import {
  type CanaryWatching,
  canaryAnswer,
  canarySaid,
  slowSaid,
} from '../../core/traffic/watch/canary-watching.ts'
import { gaugesText } from '../../core/traffic/watch/gauges.ts'
import { takenBackSaid } from '../../core/traffic/watch/taken-back-watching.ts'
import { verdictNow, type Watching } from '../../core/traffic/watch/watching.ts'
import { LIVE_SCRIPT } from '../../services/web/live-script.ts'
import { PAGE_HEADERS } from '../../services/web/page-headers.ts'
import { decodedPart } from '../../services/web/places.ts'
import type { RequestHead, Route, WebAnswer, WebRequest } from '../../services/web/server.ts'
import type { Watcher } from './watcher.ts'

export interface WatchRoutesOf {
  watcher: Pick<Watcher, 'all' | 'canaries' | 'slow' | 'takenBack' | 'notes' | 'show'>
  /** What whoever asks may look at; undefined: nothing. */
  scopeOf(head: RequestHead): TokenScope | undefined
  /** Calls back with what there is to be asked for anew: ids of rows, or `*` for all. */
  onChange(call: (ids: string) => void): () => void
  startedAt: number
  now(): number
  ready(): boolean
  version: string
}

/** Everything but the two that say how it goes is for whoever may look, as far as they may. */
export function watchRoutes(of: WatchRoutesOf): Route[] {
  const { startedAt, now, ready, version } = of
  const refuse = (head: RequestHead) => (of.scopeOf(head) ? undefined : UNAUTHORIZED)
  const get = (
    name: string,
    path: string,
    answer: (request: WebRequest, view: Viewed) => WebAnswer,
  ): Route => ({
    name,
    method: 'GET',
    path,
    refuse,
    answer(request) {
      const scope = of.scopeOf(request)
      return scope ? answer(request, viewFor(of, scope)) : UNAUTHORIZED
    },
  })
  return [
    { name: 'healthz', method: 'GET', path: '/healthz', answer: () => ({ status: 200 }) },
    { name: 'readyz', method: 'GET', path: '/readyz', answer: () => ({ status: ready() ? 200 : 503 }) },
    get('metrics', '/metrics', (_, watcher) => ({
      status: 200,
      text: gaugesText(watcher.all(), { canaries: watcher.canaries(), startedAt, now: now() }),
      type: 'text/plain; version=0.0.4; charset=utf-8',
    })),
    get('drift', '/v1/drift', ({ query }, watcher) => {
      if (!query.has('model') && !query.has('environment'))
        return json({ models: watcher.all().map(one => briefOf(one, canaryIn(watcher, one), now())) })
      const found = find(watcher.all(), query.get('model'), query.get('environment'))
      if ('status' in found) return found
      return json(dataOf(found, canaryIn(watcher, found), now()))
    }),
    get('canary', '/v1/canary', ({ query }, watcher) => {
      const found = find(watcher.all(), query.get('model'), query.get('environment'), '/v1/canary')
      if ('status' in found) return found
      const own = canaryIn(watcher, found)
      const asked = {
        release: query.get('release') ?? undefined,
        weight: query.get('weight') ?? undefined,
      }
      const said = canarySaid(own, asked, now())
      const slow = watcher.slow(found)
      const back = watcher.takenBack(found)
      const answer = {
        ...canaryAnswer(found, own, said),
        next: nextFor(own, said, now()),
        ...(slow && { slow: slowSaid(slow, now()) }),
        ...(back && { takenBack: takenBackSaid(back, now()) }),
      }
      if (!own || !query.has('course')) return json(answer)
      // Somebody has a page of it before them, wherever that is.
      watcher.show(own)
      return json({ ...answer, page: canaryTold(own) })
    }),
    get('canary-page', '/canary/*/*', ({ rest }, watcher) => {
      const [model = '', environment = ''] = rest.split('/').map(decodedPart)
      const own = canaryIn(watcher, { model, environment })
      const back = watcher.takenBack({ model, environment })
      const frame = { now: now(), version, script: LIVE_SCRIPT }
      if (own) watcher.show(own)
      else if (!back) return { status: 404, text: 'no release enters this environment in steps now\n' }
      const text = own ? renderCanaryPage(own, frame) : renderTakenBackPage(back!, frame)
      return { status: 200, text, type: HTML, headers: PAGE_HEADERS }
    }),
    get('page', '/', (_, watcher) => ({
      status: 200,
      text: renderDriftPage(watcher.all(), {
        startedAt,
        now: now(),
        version,
        script: LIVE_SCRIPT,
        notes: watcher.notes(),
        canaries: watcher.canaries(),
      }),
      type: HTML,
      headers: PAGE_HEADERS,
    })),
    get('model', '/drift/*/*', ({ rest }, watcher) => {
      const [model = '', environment = ''] = rest.split('/').map(decodedPart)
      const found = find(watcher.all(), model, environment)
      if ('status' in found) return found
      return {
        status: 200,
        text: renderDriftHtml(verdictNow(found, now())),
        type: HTML,
        headers: REPORT_HEADERS,
      }
    }),
    get('events', '/events', (_, { onChange }) => ({
      status: 200,
      events: { open: onChange },
    })),
  ]
}

// --- internal ---

type Viewed = WatchRoutesOf['watcher'] & Pick<WatchRoutesOf, 'onChange'>

/** What there is for somebody: of all else they are told what whoever asks for a model that is not there is. */
function viewFor({ watcher, onChange }: WatchRoutesOf, scope: TokenScope): Viewed {
  if (scope.isWhole) return { ...watcher, onChange }
  const isSeen = (one: { model: string; environment: string }) => scope.covers(one.model, one.environment)
  return {
    ...watcher,
    all: () => watcher.all().filter(isSeen),
    canaries: () => watcher.canaries().filter(isSeen),
    // Why tells of files of other models.
    notes: () => watcher.notes('briefly'),
    takenBack: of => (isSeen(of) ? watcher.takenBack(of) : undefined),
    onChange: call =>
      onChange(ids => {
        const rows = new Set(['*', ...watcher.canaries().filter(isSeen).map(canaryRow)])
        const own = ids.split(' ').filter(id => rows.has(id))
        if (own.length > 0) call(own.join(' '))
      }),
  }
}

/** A browser asks its user, whose name does not matter: the token is the password. */
const UNAUTHORIZED: WebAnswer = {
  status: 401,
  headers: { 'www-authenticate': ['Bearer', 'Basic realm="Assay", charset="UTF-8"'] },
}
const HTML = 'text/html; charset=utf-8'
const json = (value: object): WebAnswer => ({
  status: 200,
  text: `${JSON.stringify(value)}\n`,
  type: 'application/json',
})
/** The report brings its style along, and nothing else. */
const REPORT_HEADERS = {
  ...PAGE_HEADERS,
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
}

function canaryIn(
  watcher: Pick<Watcher, 'canaries'>,
  { model, environment }: { model: string; environment: string },
): CanaryWatching | undefined {
  return watcher.canaries().find(one => one.model === model && one.environment === environment)
}

function find(
  all: readonly Watching[],
  model: string | null,
  environment: string | null,
  path = '/v1/drift',
): Watching | WebAnswer {
  const own = all.filter(one => one.model === model)
  const found =
    environment === null && own.length === 1 ? own[0] : own.find(one => one.environment === environment)
  if (found) return found
  if (model === null || (environment === null && own.length > 1))
    return { status: 400, text: `name both: ${path}?model=churn&environment=production\n` }
  return { status: 404, text: 'no release of this model serves in this environment\n' }
}

/** Every state of the model is an answer: whoever asks whether a model is well must not take one for a fault. */
function dataOf(one: Watching, canary: CanaryWatching | undefined, now: number): object {
  const verdict = verdictNow(one, now)
  return { ...briefOf(one, canary, now), report: renderDriftMarkdown(verdict), verdict: verdictData(verdict) }
}

function briefOf(one: Watching, canary: CanaryWatching | undefined, now: number): object {
  const verdict = verdictNow(one, now)
  const instant = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())
  return {
    model: one.model,
    environment: one.environment,
    release: one.release,
    state: verdict.state,
    kind: verdict.kind,
    words: verdictWords(verdict),
    lookedAt: instant(one.lookedAt),
    asOf: instant(one.asOf),
    canary: canary && canaryLabel(canary, now),
    alarms: one.alarms.map(({ kind, level, since, features }) => ({
      kind,
      level,
      since: instant(since),
      features: features.map(({ name }) => name),
    })),
  }
}
