import type { TrafficEvent } from '../events/event.ts'
import { isObject, own } from '../events/json-text.ts'
import { latencyIn } from '../events/latency.ts'
import type { Receipt } from '../receipts/receipt.ts'
import type { Answered, CanaryStep, Contact } from './step.ts'

/**
 * What an event says of a unit. What was answered is known of plain ones alone: the halves of a logger hold what users sent.
 *
 * @param isOwn whether the server that answered tells it
 */
export function contactIn(event: TrafficEvent, step: CanaryStep, isOwn: boolean): Contact {
  const { release = '', unit, id, time, part, data } = event
  const whole = part === 'whole' && isObject(data) ? data : NOTHING
  const latency = latencyIn(event)
  return {
    release,
    unit: step.unit === 'request' ? (unit ?? id) : unit,
    time,
    isError: own(whole, 'error') === true,
    isOwn,
    ...(latency !== undefined && { latency }),
  }
}

/**
 * What an outcome says. The id in a receipt, or the one that is said, is the request's; whom it was for nothing but `unit` says.
 *
 * @param at when it happened, in milliseconds; absent: now
 */
export function answeredIn(
  { release, unit, id, data }: TrafficEvent,
  receipt: Receipt | undefined,
  step: CanaryStep,
  at: number | undefined,
): Answered {
  const said = isObject(data) ? data : NOTHING
  const label = own(said, 'label')
  const asked = receipt?.id ? decoded(receipt.id) : id
  return {
    release: receipt?.release ?? release,
    unit: step.unit === 'request' ? (unit ?? asked) : unit,
    time: at,
    converts: own(said, 'outcome') === step.outcome && (label === undefined || TRUE.has(label)),
  }
}

// --- internal ---

const NOTHING = {}
const TRUE: ReadonlySet<unknown> = new Set([true, 1, 'true', '1'])

/** Percent-encoded where it is written as it should be. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
