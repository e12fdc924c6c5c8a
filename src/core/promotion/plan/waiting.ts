import { isNewer, type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { OpenPromotion } from './facts.ts'
import { type Reason, reasonWords } from './reasons.ts'

/** A release that may not enter yet, with everything against it. */
export interface Waiting {
  release: ReleaseRecord
  reasons: Reason[]
}

interface Told {
  /** What a plan is about; absent where its open promotion is. */
  release?: ReleaseRecord
  waiting?: readonly Waiting[]
  open?: OpenPromotion
}

/**
 * What else waits in the place that a plan is about, to follow words on its own release: releases newer than that, and the one
 * that is proposed where it is another. Empty: nothing, or `; the newer 2026-05-02-bbb waits: soak in staging until …`. Plain.
 */
export function othersWords({ release, waiting = [], open }: Told): string {
  const about = release ?? open?.release
  return waiting
    .map(one => {
      const isProposed = isSame(one.release, open?.release)
      if (!isProposed && (!about || !isNewer(one.release, about))) return ''
      const which = isProposed
        ? `${one.release.version}, proposed already,`
        : `the newer ${one.release.version}`
      return `; ${which} waits: ${reasonsWords(one.reasons)}`
    })
    .join('')
}

/** Everything against the release of an open promotion, which may be another than the one that a plan holds back. */
export function reasonsOfOpen({ release, reasons, waiting, open }: Told & Waiting): {
  version?: string
  reasons: Reason[]
} {
  const own = waiting?.find(one => isSame(one.release, open?.release))
  if (own) return { reasons: own.reasons }
  return isSame(release, open?.release) ? { reasons } : { version: release.version, reasons }
}

export function reasonsWords(reasons: readonly Reason[]): string {
  return reasons.map(reasonWords).join('; ')
}

// --- internal ---

function isSame(a: ReleaseRecord, b: ReleaseRecord | undefined): boolean {
  return b !== undefined && releaseKey(a) === releaseKey(b)
}
