import type { ComesYet } from '../canary/taken-back.ts'
import type { TrafficEvent } from '../events/event.ts'
import { isOfNow } from '../events/event-time.ts'
import { type Seen, seenIds } from '../events/seen.ts'

/** Counts what still comes to releases that were taken back: of each model the one that was last. */
export interface TakenBack {
  /** From now on its requests are counted; where they are already, nothing is done. */
  begin(of: { model: string; release: string; champion?: string }, now: number): void
  /** Of a release that does not serve, and of an id that came before, it proves nothing. @param isKnown whether its release is counted here */
  take(event: TrafficEvent, isKnown: boolean, now: number): void
  /** Whether one of a model is counted. */
  knows(model: string): boolean
  /**
   * What came since then, in whole minutes. Where nobody has begun to count it, that begins now.
   *
   * @param of.since milliseconds
   */
  since(of: { model: string; release: string; since: number }, now: number): ComesYet
}

/** @param seed drawn for each process */
export function countTakenBack(seed: number): TakenBack {
  const known = new Map<string, Counted>()
  const begin: TakenBack['begin'] = ({ model, release, champion }, now) => {
    if (known.get(model)?.release === release) return
    known.set(model, { release, champion, began: now, minutes: new Map(), seen: seenIds(SEEN, seed) })
  }
  return {
    begin,
    take(event, isKnown, now) {
      const counted = known.get(event.model ?? '')
      // A logger tells of an answer beside its request.
      if (!counted || event.part === 'response' || !isOfNow(event, now)) return
      const serves = isKnown || event.release === counted.champion
      if (event.release !== counted.release && !serves) return
      if (event.id !== undefined && counted.seen.add(event.id, now)) return
      const minute = minuteOf(Math.min(event.time ?? now, now))
      const { minutes } = counted
      const so = minutes.get(minute) ?? { own: 0, all: 0 }
      minutes.set(minute, so)
      so.all++
      if (event.release === counted.release) so.own++
      if (minutes.size > KEPT_MINUTES)
        for (const one of minutes.keys()) if (one < minute - KEPT_MINUTES) minutes.delete(one)
    },
    knows: model => known.has(model),
    since({ model, release, since }, now) {
      begin({ model, release }, now)
      const { began, minutes } = known.get(model)!
      // Of the minute that it begins in, nobody knows which part is before.
      const first = Math.ceil(Math.max(since, began, now - KEPT_MINUTES * MINUTE_MS) / MINUTE_MS)
      const sum = { own: 0, all: 0 }
      for (const [minute, { own, all }] of minutes) {
        if (minute < first) continue
        sum.own += own
        sum.all += all
      }
      return { since: first * MINUTE_MS, asOf: now, ...sum }
    },
  }
}

// --- internal ---

interface Counted {
  release: string
  /** What served beside it, where that is known. */
  champion: string | undefined
  /** Milliseconds. */
  began: number
  minutes: Map<number, { own: number; all: number }>
  seen: Seen
}

const MINUTE_MS = 60_000
/** An event is late by an hour at most. */
const SEEN = { most: 65_536, age: 60 * MINUTE_MS }
/** A day. */
const KEPT_MINUTES = 24 * 60

function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / MINUTE_MS)
}
