/**
 * Whether a number of milliseconds is a time that can be written, in a year of four digits: none of the words below is made of anything
 * else, and a span of some years before or after one can be written still.
 */
export function isInstant(milliseconds: number): boolean {
  return milliseconds >= YEAR_0 && milliseconds < YEAR_10000
}

/** `2026-05-20 16:00 UTC`: the minute that an instant, in milliseconds, lies in. */
export function minuteWords(instant: number): string {
  return `${minuteOf(instant)} UTC`
}

/** The same without saying that it is UTC: whoever puts it into a sentence says so. */
export function minuteOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ')
}

/** `2026-05-20 16:00 UTC`, rounded up to the minute: at that time it is over. */
export function overWords(instant: number): string {
  const minute = 60_000
  return minuteWords(Math.ceil(instant / minute) * minute)
}

/** `2026-05-20 11:40:00 UTC` */
export function secondWords(instant: number): string {
  return `${toSecond(instant).slice(0, -1).replace('T', ' ')} UTC`
}

/** `2026-05-20T16:00:00Z`: the same instant is written the same. In milliseconds. */
export function toSecond(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`
}

/** `2026-05-20`, the day in UTC. */
export function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}

// --- internal ---

const YEAR_0 = Date.parse('0000-01-01T00:00:00Z')
const YEAR_10000 = Date.parse('+010000-01-01T00:00:00Z')
