import type { OpenPromotion } from './facts.ts'
import { isRecorded, type Standing } from './standing.ts'

/**
 * What lets a release in that may enter: `now`: nobody is asked, and nothing is left to wait for. `after_checks`: nobody is asked,
 * and its checks are not green yet, or it is still to be weighed against what serves there. `by_approval`: a person.
 */
export type Landing = 'now' | 'after_checks' | 'by_approval'

/**
 * @param checks of the commit that would land; absent: nobody knows of any
 */
export function landingOf({
  merge,
  standing,
  weighed,
  checks = 'none',
}: {
  merge: 'auto' | 'approval'
  standing: Standing | undefined
  weighed: boolean
  checks?: OpenPromotion['checks']
}): Landing {
  // What somebody changed by hand is replaced only by a person's leave.
  if (merge !== 'auto' || !isRecorded(standing)) return 'by_approval'
  const isGreen = checks === 'none' || checks === 'success'
  return weighed && isGreen ? 'now' : 'after_checks'
}

/** `waits for …` */
export function landingWords(lands: Landing): string {
  return lands === 'by_approval' ? 'approval' : 'its checks'
}
