import * as z from 'zod'
import { minuteOf } from './instant-words.ts'

/** A time in the past that a person asks about, in milliseconds. */
export interface AskedTime {
  /** The instant that counts: the end of a day, or the instant itself. */
  at: number
  /** The whole day in UTC, its end excluded; absent where an instant was asked for. */
  day?: { from: number; to: number }
}

/** `2026-05-20` (that day in UTC, as far as it has passed) or `2026-05-20T14:00:00Z`; undefined for anything else, and for the future. */
export function parseAskedTime(text: string, now: number): AskedTime | undefined {
  if (z.iso.date().safeParse(text).success) {
    const from = Date.parse(`${text}T00:00:00Z`)
    const to = from + DAY
    return from > now ? undefined : { at: Math.min(to - 1, now), day: { from, to } }
  }
  if (!z.iso.datetime({ offset: true }).safeParse(text).success) return undefined
  const at = Date.parse(text)
  return at <= now ? { at } : undefined
}

/** What is wrong with a text that is none, to follow it. */
export function whyNotAsked(text: string, now: number): string {
  const later = parseAskedTime(text, Number.POSITIVE_INFINITY)
  if (!later) return 'is neither a day nor an instant'
  return `is still to come: it is ${minuteOf(now)} in UTC now`
}

// --- internal ---

const DAY = 86_400_000
