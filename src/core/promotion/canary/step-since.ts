/**
 * When a step began, in milliseconds: a commit that is dated ahead tells nothing of it, so there it is when its evidence began, or now. A
 * verdict is of this step by its key then.
 *
 * @param at.key of the arms that are there now
 */
export function stepSince(
  {
    since,
    fact,
  }: { since: number; fact?: { key: string; asOf: number; since?: number } | { unknown: string } },
  { key, now }: { key: string; now: number },
): number {
  if (since <= now) return since
  if (!fact || 'unknown' in fact || fact.key !== key) return now
  return Math.min(fact.since ?? fact.asOf, fact.asOf, now)
}
