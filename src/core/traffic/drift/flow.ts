import { count, formatCount } from '../../text/numbers.ts'
import { spanWords } from '../../text/span-words.ts'
import type { FlowDrift } from './verdict.ts'

/** Whether rows come at all, and whether those that come can be counted: what no share of a bin shows. */

/** What a second source says of requests in the time that is called quiet, or in words why it says nothing. */
export type Requests = { value: number } | { failed: string }

interface Events {
  minutes: number
  /** Instants in milliseconds, where they are known: what began a moment ago is not silent. */
  since?: number
  until?: number
  events?: ReadonlyMap<string, number>
}

/** Undefined where rows come, and can be counted. */
export function flowOf({
  quiet,
  breakage,
  requests,
}: {
  quiet: Events
  breakage?: Events | undefined
  requests?: Requests
}): FlowDrift | undefined {
  if (isSilent(quiet)) return silenceOf(quiet.minutes, requests)
  const counted = breakage?.events?.get('counted') ?? 0
  const mismatched = breakage?.events?.get('mismatch') ?? 0
  if (mismatched < LEAST_EVENTS || mismatched < MANY * (mismatched + counted)) return undefined
  return {
    what: 'width',
    state: 'critical',
    reason: `${formatCount(mismatched)} of ${count(mismatched + counted, 'event')} do not have the features of the profile, and are not counted`,
  }
}

/** Whether no row came in it: only then it matters what a second source says. */
export function isSilent({ events, ...times }: Events): boolean {
  return events !== undefined && !((events.get('counted') ?? 0) > 0) && isWhole(times)
}

// --- internal ---

const LEAST_EVENTS = 30
/** Of the events: what is not counted is not judged. */
const MANY = 0.1

/** But for a tenth: how exactly a window begins depends on who counts. */
function isWhole({ minutes, since, until }: Omit<Events, 'events'>): boolean {
  return since === undefined || until === undefined || until - since >= 0.9 * minutes * 60_000
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
