import type { MergeMethod, MergeReply, PullRequests } from '../pull-requests.ts'

/**
 * Merges exactly this head, in the first of the ways that the repository allows. What a repository does not allow it refuses
 * before it does anything, so asking for the next way is no second merge.
 */
export async function mergePromotion(
  pullRequests: PullRequests,
  number: number,
  head: string,
): Promise<MergeReply> {
  let refusal: MergeReply = { kind: 'refused', reason: 'no way to merge is allowed' }
  for (const method of WAYS) {
    const reply = await pullRequests.merge(number, head, { method, whenChecksPass: true })
    if (reply.kind !== 'refused') return reply
    refusal = reply
    if (!/not allowed/i.test(reply.reason)) return reply
  }
  return refusal
}

// --- internal ---

const WAYS: MergeMethod[] = ['merge', 'squash', 'rebase']
