import { count, formatCount } from '../../text/numbers.ts'
import { spanWords } from '../../text/span-words.ts'
import type { EventResult } from '../counts/results.ts'
import type { FlowDrift } from './verdict.ts'

/** Whether rows come at all, and whether those that come can be counted: what no share of a bin shows. */

/** So many that are not counted, or a smaller share of all events than this, are no fault yet. */
export const LEAST_UNCOUNTED = 30
export const MANY_UNCOUNTED = 0.1

/** What keeps an event that came from being counted; one that was counted before is none. */
export const UNCOUNTED: Partial<Record<EventResult, string>> = {
  mismatch: 'do not have the features of the profile',
  rejected: 'cannot be read',
  late: 'are more than an hour late, or ahead of the clock',
  dropped: 'found no room',
  unpaired: 'have no answer, or no request',
}

/** What a second source says of requests in the time that is called quiet, or in words why it says nothing. */
export type Requests = { value: number } | { failed: string }

interface Events {
  minutes: number
  /** Instants in milliseconds, where they are known: what began a moment ago is not silent. */
  since?: number
  until?: number
  events?: ReadonlyMap<string, number>
}

/** How many requests there were in the window of breakage, and the least share of them that is to be counted as rows. */
export interface Volume {
  least: number
  requests: Requests
}

/** Undefined where rows come as they should, and can be counted. @param rows in the window of breakage, where they are known */
export function flowOf({
  quiet,
  breakage,
  requests,
  rows,
  volume,
}: {
  quiet: Events
  breakage?: Events | undefined
  requests?: Requests
  rows?: number | undefined
  volume?: Volume
}): FlowDrift | undefined {
  const uncounted = uncountedIn(breakage)
  if (uncounted) return uncounted
  if (!isSilent(quiet)) return volume && rows !== undefined ? shortfall(rows, volume) : undefined
  // What came and could not be counted is no silence.
  return uncountedIn(quiet) ?? silenceOf(quiet.minutes, requests)
}

/** Whether as many rows as requests are to be there: of a window that began late nobody knows how many are missing. */
export function isMeasured({ quiet, breakage }: { quiet?: Events; breakage?: Events }): boolean {
  return quiet !== undefined && breakage !== undefined && !isSilent(quiet) && isWhole(breakage)
}

/** Whether no row came in it: only then it matters whether a second source says that there were requests. */
export function isSilent({ events, ...times }: Events): boolean {
  return events !== undefined && !((events.get('counted') ?? 0) > 0) && isWhole(times)
}

// --- internal ---

function uncountedIn(window: Events | undefined): FlowDrift | undefined {
  const of = (result: string) => window?.events?.get(result) ?? 0
  const lost = Object.entries(UNCOUNTED).flatMap(([result, words]) => {
    const events = of(result)
    return events > 0 ? [{ events, words }] : []
  })
  const all = lost.reduce((sum, { events }) => sum + events, 0)
  if (all < LEAST_UNCOUNTED || all < MANY_UNCOUNTED * (all + of('counted'))) return undefined
  const why = lost
    .sort((a, b) => b.events - a.events)
    .map(({ events, words }) => `${formatCount(events)} ${words}`)
  return {
    what: 'uncounted',
    state: 'critical',
    reason: `${formatCount(all)} of ${count(all + of('counted'), 'event')} are not counted: ${why.join(', ')}`,
  }
}

/** But for a tenth: how exactly a window begins depends on who counts. */
function isWhole({ minutes, since, until }: Omit<Events, 'events'>): boolean {
  return since === undefined || until === undefined || until - since >= 0.9 * minutes * 60_000
}

/** Standard deviations of a count: once in some hundred years of hours by chance. */
const SURE = 5

/** A request has a row or more: that rows are more than requests says nothing. */
function shortfall(rows: number, { least, requests }: Volume): FlowDrift | undefined {
  if ('failed' in requests) {
    const reason = `whether all requests are counted is not known: ${requests.failed}`
    return { what: 'volume', state: 'unknown', reason }
  }
  const expected = Math.max(0, least * requests.value)
  if (expected - rows <= SURE * Math.sqrt(expected)) return undefined
  return {
    what: 'volume',
    state: 'critical',
    reason: `${count(rows, 'row')} ${rows === 1 ? 'was' : 'were'} counted of ${count(Math.round(requests.value), 'request')}: much of what goes to the model does not reach the collector`,
  }
}

function silenceOf(minutes: number, requests: Requests | undefined): FlowDrift | undefined {
  const none = `no row was counted for ${spanWords(minutes)}`
  if (requests && 'value' in requests) {
    if (requests.value <= 0) return undefined
    return {
      what: 'silence',
      state: 'critical',
      reason: `${none}, and requests go on: what sends them to the collector is broken, or the collector`,
    }
  }
  const why = requests
    ? `whether requests go on is not known: ${requests.failed}`
    : 'nothing tells whether requests go on: name their query, `requests`'
  return { what: 'silence', state: 'unknown', reason: `${none}, and ${why}` }
}
