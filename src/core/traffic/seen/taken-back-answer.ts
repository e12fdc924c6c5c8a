import * as z from 'zod'
import { isInstant } from '../../text/instant-words.ts'
import { type AskedComesYet, heldTo } from '../canary/taken-back.ts'

/** Which release that was taken back is asked about. */
export interface TakenBackOf {
  model: string
  /** Its version. */
  release: string
  /** Milliseconds: since when the way back is live. */
  live: number
}

/** What `POST /v1/taken-back` of a collector answers. Whether the numbers can be is for who judges by them. */
export function readComesYet(
  answer: unknown,
  { model, release, live }: TakenBackOf,
  now: number,
): AskedComesYet {
  const read = Answer.safeParse(answer)
  const found = read.success && read.data.counts.find(one => one.model === model && one.release === release)
  if (!found) return { failed: 'it answers what is none of its API' }
  const { since, asOf, own, all } = found
  return heldTo({ since, asOf, own, all }, { live, now })
}

// --- internal ---

const At = z.number().refine(isInstant)
const Answer = z.object({
  counts: z.array(
    z.object({
      model: z.string(),
      release: z.string(),
      since: At,
      asOf: At,
      own: z.number(),
      all: z.number(),
    }),
  ),
})
