import * as z from 'zod'
import { isInstant, minuteWords } from '../../text/instant-words.ts'
import { OLDEST_COUNTS } from '../canary/judge.ts'
import type { ChallengerLive } from '../canary/live.ts'
import { type AskedComesYet, comesYetWords, heldTo, silenceOf } from '../canary/taken-back.ts'

/** A release that was taken back lately, where nothing is tried now, and what still comes to it. */
export interface TakenBackWatching {
  model: string
  environment: string
  /** Versions: of what was taken back, and of what serves alone again. */
  release: string
  champion: string
  /** Milliseconds: when a commit took it back. */
  at: number
  /** Whether the way back is live; absent: nobody is asked. */
  live?: ChallengerLive
  /** Absent before the first look. */
  looked?: { comesYet: AskedComesYet; at: number }
}

/** What can be said of now. @param now milliseconds */
export function comesYetNow({ live, looked }: TakenBackWatching, now: number): AskedComesYet {
  if (!live) return { failed: 'nobody is asked since when the way back is live' }
  if ('not' in live) return { failed: `the way back is not live: ${live.not}` }
  if ('unknown' in live) return { failed: `whether the way back is live is not known: ${live.unknown}` }
  if (!looked) return { failed: 'it has not been looked at yet' }
  if (now - looked.at > OLDEST_COUNTS)
    return { failed: `it was last looked at at ${minuteWords(looked.at)}: what looks has come to a halt` }
  return heldTo(looked.comesYet, { live: live.since, now })
}

/** What `GET /v1/canary` answers besides, under `takenBack`, where no canary is in progress. */
export function takenBackSaid(watching: TakenBackWatching, now: number): object {
  const comesYet = comesYetNow(watching, now)
  return {
    release: watching.release,
    silence: silenceOf(comesYet),
    reason: comesYetWords(comesYet),
    ...comesYet,
  }
}

/**
 * That read again.
 *
 * @param release version that it is asked about: of another one it tells nothing
 * @param now milliseconds
 */
export function readTakenBack(answer: unknown, release: string, now: number): AskedComesYet {
  const read = Answer.safeParse(answer)
  const told = read.success ? read.data.takenBack : undefined
  if (told?.release !== release) return { failed: 'assay watch does not look at it' }
  if ('failed' in told) return { failed: told.failed, ...(told.nobody && { nobody: true }) }
  const { since, asOf, own, all } = told
  return heldTo({ since, asOf, own, all }, { now })
}

// --- internal ---

const At = z.number().refine(isInstant)
const Release = z.string().max(200)
const Answer = z.object({
  takenBack: z.union([
    z.object({ release: Release, since: At, asOf: At, own: z.number(), all: z.number() }),
    z.object({ release: Release, failed: z.string().max(10_000), nobody: z.literal(true).optional() }),
  ]),
})
