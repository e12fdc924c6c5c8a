import type { TrafficEvent } from './event.ts'
import { isObject, own } from './json-text.ts'

/** How long an answer took, in milliseconds. Plain events alone say it: the halves of a logger hold what users sent. */
export function latencyIn({ part, data }: TrafficEvent): number | undefined {
  const latency = part === 'whole' && isObject(data) ? own(data, 'latency_ms') : undefined
  return typeof latency === 'number' && Number.isFinite(latency) && latency >= 0 ? latency : undefined
}
