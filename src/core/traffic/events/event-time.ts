import type { TrafficEvent } from './event.ts'

/** How far the time of an event may lie from now, in milliseconds. A batch of a logger waits for minutes at most. */
const LATE_MS = 60 * 60_000
export const AHEAD_MS = 5 * 60_000

/** Whether an event tells of now, as far as clocks and batches let one say. */
export function isOfNow({ time }: Pick<TrafficEvent, 'time'>, now: number): boolean {
  return time === undefined || (time >= now - LATE_MS && time <= now + AHEAD_MS)
}
