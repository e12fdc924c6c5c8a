import type { PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { countedVerdict, type Result } from '../../../core/verdict/result.ts'
import type { Proposal } from '../write/promotion.ts'

/** A result weighs one release against one champion: it is a verdict wherever that champion serves. */
export function verdictsOf(
  result: Result,
  releases: ReleaseRecord[],
  { stays }: Pick<PromotionFacts, 'stays'>,
) {
  const release = releases.find(({ commit }) => isCommit(commit, result.candidate.commit))
  if (!release) return []
  return stays
    .filter(stay => stay.until === undefined && isCommit(stay.release.commit, result.champion?.commit))
    .map(stay => ({
      environment: stay.environment,
      release: releaseKey(release),
      champion: releaseKey(stay.release),
      verdict: countedVerdict(result),
    }))
}

/** Whether it weighs the two of a proposal. */
export function isOf(result: Result, { from, to }: Proposal): boolean {
  return (
    isCommit(to.commit, result.candidate.commit) &&
    from !== undefined &&
    isCommit(from.commit, result.champion?.commit)
  )
}

// --- internal ---

function isCommit(whole: string, given: string | undefined): boolean {
  return given !== undefined && given.length >= 7 && whole.startsWith(given)
}
