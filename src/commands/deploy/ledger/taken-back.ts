import { faultWords, isFault } from '../../../core/errors/fault.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { ChallengerLive } from '../../../core/traffic/canary/live.ts'
import type { AskAlone } from '../live/ask-tried.ts'
import { canaryOrNone } from '../read/canaries.ts'
import { type EnvironmentPlace, type Histories, manifestPlaces } from '../read/state.ts'
import type { Ledger } from './ledger.ts'

/** A release that was taken back lately, and whether the way back is live; absent where nobody is asked. */
export interface TakenBackThere {
  /** Its version. */
  release: string
  /** Milliseconds. */
  at: number
  live?: ChallengerLive
}

export interface AskedBack {
  askAlone: AskAlone
  /** Milliseconds. */
  now: number
}

/**
 * Rows with what was taken back lately where nothing is tried now: one call for all of them, by the versions of the files that a
 * canary and its record stand in.
 */
export async function withTakenBack<
  R extends {
    model: string
    environment: string
    champion?: ReleaseRecord
    canary?: unknown
    takenBack?: TakenBackThere
  },
>(ledger: Ledger, all: R[], { askAlone, now }: AskedBack): Promise<R[]> {
  const placeOf = manifestPlaces(ledger.config)
  const known = all.flatMap(one => {
    const { champion, canary } = one
    const place = champion && !canary ? placeOf(one) : undefined
    return champion && place ? [{ one, champion, place }] : []
  })
  if (known.length === 0) return all
  const files = known.flatMap(({ place }) => [place.recordFile, ...place.triedFiles])
  const versions = await ledger.past.fileHistory(ledger.commit, files, 2)
  const found = new Map<R, TakenBackThere>()
  const ask = async ({ one, champion, place }: (typeof known)[number]) => {
    const [record] = versions.get(place.recordFile) ?? []
    const ended = endedIn(place, versions, one.model)
    if (!ended || !record || now - ended.at > NEWS_MS) return
    const { release, at, commit } = ended
    // A record that came with it or later is a promotion, or a rollback of its own: what was tried came to serve in between.
    if (record.commit === commit || record.at > at || release === champion.version) return
    const live = await askAlone(place, { champion, commit }).catch((error: unknown) => {
      if (!isFault(error)) throw error
      return { unknown: faultWords(error) }
    })
    found.set(one, { release, at, ...(live && { live }) })
  }
  await Promise.all(known.map(ask))
  return all.map(one => {
    const takenBack = found.get(one)
    return takenBack ? { ...one, takenBack } : one
  })
}

// --- internal ---

/** As long as a promotion says it. */
const NEWS_MS = 3 * 86_400_000

/** The last that was tried, where the newest commit to its file took that away. */
function endedIn({ triedFiles }: EnvironmentPlace, versions: Histories, model: string) {
  const ended = triedFiles.flatMap(path => {
    const [last, before] = versions.get(path) ?? []
    const textOf = (one: string) => (one === path ? before?.text : undefined)
    const tried = canaryOrNone({ triedFiles }, textOf, model)
    if (!last || last.text !== undefined || !tried) return []
    return [{ release: tried.challenger.version, commit: last.commit, at: last.at }]
  })
  return ended.sort((a, b) => b.at - a.at)[0]
}
