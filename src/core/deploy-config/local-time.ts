import { dayOf } from '../text/instant-words.ts'

/** Wall clocks of time zones: what they show at an instant, and at which instants they show something. */

const DAY = 86_400_000

/** The day that a clock in the zone shows, as `2026-12-20`. */
export function localDay(instant: number, zone: string): string {
  return dayOf(instant + offset(instant, zone))
}

/**
 * The instants at which a clock in the zone shows this reading: two where it is put back, and for an hour that it leaves out,
 * the reading of the clock before and of the clock after. Otherwise both are one.
 */
export function instantsOf(day: string, time: string, zone: string): { earliest: number; latest: number } {
  const asUtc = Date.parse(`${day}T${time}:00Z`)
  const candidates = [-DAY, DAY].map(shift => asUtc - offset(asUtc + shift, zone))
  const right = candidates.filter(instant => instant + offset(instant, zone) === asUtc)
  const instants = right.length > 0 ? right : candidates
  return { earliest: Math.min(...instants), latest: Math.max(...instants) }
}

export function addDays(day: string, days: number): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + days * DAY)
}

/** 0 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}

// --- internal ---

const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  clocks.set(zone, clock)
  return clock
}

/** A plan asks for the same few instants once for each release, and to read a clock is most of the work of a plan. */
const offsets = new Map<string, number>()
const MOST_OFFSETS = 10_000

/** Milliseconds that the clock is ahead of UTC. */
function offset(instant: number, zone: string): number {
  const whole = Math.floor(instant / 1000) * 1000
  const key = `${zone} ${whole}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  if (offsets.size >= MOST_OFFSETS) offsets.clear()
  const read = readOffset(whole, zone)
  offsets.set(key, read)
  return read
}

function readOffset(whole: number, zone: string): number {
  const part: Record<string, number> = {}
  for (const { type, value } of clockOf(zone).formatToParts(whole)) part[type] = Number(value)
  const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second)
  return shown - whole
}
