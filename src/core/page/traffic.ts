import * as z from 'zod'
import { htmlWords } from '../report/html/text.ts'
import { VERDICT_WORDS } from '../report/words/words.ts'
import { minuteWords } from '../text/instant-words.ts'
import { DRIFT_STATES, type DriftState } from '../traffic/drift/verdict.ts'
import { STATE_SIGNS } from '../traffic/report/words.ts'
import { type CanaryWatching, canaryNow } from '../traffic/watch/canary-watching.ts'
import { linkOut } from './words.ts'

/** How it stands with the live traffic of a cell, by `assay watch`, whose verdict it is: the page shows it and judges nothing. */
export interface CellTraffic {
  state: DriftState
  /** Of what is critical or a warning. */
  kind?: string | undefined
  words: string
  /** Its page there. */
  url?: string
  /** What is said of a canary in progress there; absent where there is none. */
  canary?: string
}

/** A model in an environment. */
interface TrafficPlace {
  model: string
  environment: string
  version?: string
  traffic?: CellTraffic
}

/** All that `assay watch` looks at, or in words why nobody knows. */
export type WatchedTraffic = { all: z.infer<typeof Answer>['models'] } | { failed: string }

/** What `GET /v1/drift` answers. */
export function readTraffic(answer: unknown): WatchedTraffic {
  const read = Answer.safeParse(answer)
  return read.success ? { all: read.data.models } : { failed: 'it answers what assay watch does not' }
}

/** The report of one model that `GET /v1/drift` answers, in Markdown; undefined where it answers something else. */
export function readReport(answer: unknown): string | undefined {
  return Reported.safeParse(answer).data?.report
}

/**
 * Cells with what is known of their traffic. Nothing is ever taken for steady: what is not looked at, or of another release, is not
 * known.
 *
 * @param page where people open the page of `assay watch`
 */
export function withTraffic<Cell extends TrafficPlace>(
  cells: readonly Cell[],
  watched: WatchedTraffic | undefined,
  page: string | undefined,
): Cell[] {
  if (!watched) return [...cells]
  const all = 'failed' in watched ? [] : watched.all
  const known = new Map(all.map(one => [placeOf(one), one]))
  return cells.map(cell => {
    if (cell.version === undefined) return cell
    if ('failed' in watched) return { ...cell, traffic: { state: 'unknown', words: watched.failed } }
    const url = page === undefined ? {} : { url: `${page}${watchedPath(cell)}` }
    return { ...cell, traffic: { ...trafficOf(cell, known.get(placeOf(cell))), ...url } }
  })
}

/** What was read too long ago says nothing of traffic. */
export function trafficAsOf<T extends { readAt: number; cells: TrafficPlace[] }>(read: T, now: number): T {
  if (now - read.readAt <= OLD_MS) return read
  const words = `it was last asked at ${minuteWords(read.readAt)}`
  return {
    ...read,
    cells: read.cells.map(cell =>
      cell.traffic ? { ...cell, traffic: { ...cell.traffic, state: 'unknown' as const, words } } : cell,
    ),
  }
}

/** `🔴 traffic critical: shift`, with a link to the page that says more. */
export function trafficHtml({ state, kind, url }: CellTraffic): string {
  const words = `traffic ${WORDS[state]}${kind === undefined || state === 'unknown' ? '' : `: ${kind}`}`
  const sign = `<span aria-hidden=true>${STATE_SIGNS[state]}</span>`
  return `${sign} ${url === undefined ? htmlWords(words) : linkOut(url, words)}`
}

/** Where a model in an environment has its page in `assay watch`. */
export function watchedPath({ model, environment }: { model: string; environment: string }): string {
  return `/drift/${encodeURIComponent(model)}/${encodeURIComponent(environment)}`
}

/** Where a canary in progress has its page there. */
export function canaryPath({ model, environment }: { model: string; environment: string }): string {
  return `/canary/${encodeURIComponent(model)}/${encodeURIComponent(environment)}`
}

/** `canary at 5 %: pass`: what a link to the page says. */
export function canaryLabel(watching: CanaryWatching, now: number): string {
  const weight = 'failed' in watching.step ? '' : ` at ${watching.step.file.weight} %`
  const kind = 'failed' in watching.step || watching.step.file.decide === undefined ? 'canary' : 'experiment'
  return `${kind}${weight}: ${VERDICT_WORDS[canaryNow(watching, now).verdict]}`
}

export const TRAFFIC_TONES: Record<DriftState, string> = {
  critical: 'bad',
  unknown: 'open',
  warn: 'open',
  steady: 'good',
}

// --- internal ---

const OLD_MS = 600_000
const WORDS = { steady: 'steady', warn: 'warns', critical: 'critical', unknown: 'not known' } as const

const Answer = z.object({
  models: z.array(
    z.object({
      model: z.string(),
      environment: z.string(),
      release: z.string().optional(),
      state: z.enum(DRIFT_STATES),
      kind: z.string().max(40).optional(),
      words: z.string(),
      canary: z.string().max(100).optional(),
    }),
  ),
})

const Reported = z.object({ report: z.string() })

function placeOf({ model, environment }: Pick<TrafficPlace, 'model' | 'environment'>): string {
  return `${model} ${environment}`
}

function trafficOf(
  { version }: TrafficPlace,
  one: z.infer<typeof Answer>['models'][number] | undefined,
): Omit<CellTraffic, 'url'> {
  if (!one) return { state: 'unknown', words: 'assay watch does not look at it' }
  const { state, kind, words, release, canary } = one
  if (release !== version)
    return { state: 'unknown', words: `assay watch looks at ${release ?? 'another release'} still` }
  return { state, ...(kind !== undefined && { kind }), words, ...(canary !== undefined && { canary }) }
}
