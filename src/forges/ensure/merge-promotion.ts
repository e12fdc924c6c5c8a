import type { MergeMethod, MergeOutcome, PullRequests } from '../pull-requests.ts'

/**
 * Merges exactly this head, in the first of the ways that the repository allows. What a repository does not allow it refuses
 * before it does anything, so asking for the next way is no second merge.
 */
export async function mergePromotion(
  pullRequests: PullRequests,
  number: number,
  head: string,
): Promise<MergeOutcome> {
  let refusal: MergeOutcome = { kind: 'refused', reason: 'no way to merge is allowed' }
  for (const method of WAYS) {
    const outcome = await pullRequests.merge(number, head, { method, whenChecksPass: true })
    if (outcome.kind !== 'refused') return outcome
    refusal = outcome
    if (!/not allowed/i.test(outcome.reason)) return outcome
  }
  return refusal
}

// --- internal ---

const WAYS: MergeMethod[] = ['merge', 'squash', 'rebase']
