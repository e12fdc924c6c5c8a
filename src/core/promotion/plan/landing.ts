import type { OpenPromotion } from './facts.ts'
import { isRecorded, type Standing } from './standing.ts'

/**
 * What lets a release in that may enter: `now`: nobody is asked, and nothing is left to wait for. `after_checks`: nobody is asked,
 * and its checks are not green yet, or it is still to be weighed against what serves there. `by_approval`: a person.
 */
export type Landing = 'now' | 'after_checks' | 'by_approval'

/** What an environment, and what stands there, let in by whose leave. */
export interface LandingRules {
  merge: 'auto' | 'approval'
  standing: Standing | undefined
  /** The first release of a model: nobody has let it in yet. */
  isNew: boolean
}

/**
 * @param checks of the commit that would land; absent: nobody knows of any
 */
export function landingOf({
  merge,
  standing,
  weighed,
  isNew,
  checks = 'none',
}: LandingRules & {
  weighed: boolean
  checks?: OpenPromotion['checks']
}): Landing {
  // What somebody changed by hand is replaced only by a person's leave, and a new model enters only by it.
  const isChanged = !isRecorded(standing) || standing?.kind === 'rules'
  if (merge !== 'auto' || isChanged || isNew) return 'by_approval'
  const isGreen = checks === 'none' || checks === 'success'
  return weighed && isGreen ? 'now' : 'after_checks'
}

/**
 * What a proposed release waits for, if for anything, to follow its version; `about` follows what that is. Whether it was weighed stands in it: an
 * approver has to know that before anything else. `weighed` is absent of a rollback.
 */
export function landingWords(
  { lands, weighed = true }: { lands: Landing; weighed?: boolean },
  about = '',
): string {
  if (lands === 'now') return `is to be merged${about}`
  if (lands === 'by_approval') return `waits for approval${about}${unweighedWords({ weighed })}`
  return `${weighed ? 'waits for its checks' : 'waits to be weighed against what serves there'}${about}`
}

/** What follows words on a release that nobody has weighed against what serves there; of any other it is empty. */
export function unweighedWords({ weighed = true }: { weighed?: boolean }): string {
  return weighed ? '' : '; not weighed against what serves there'
}
