/**
 * What is known by whoever runs the challenger of whether it serves: since when, in milliseconds; or in words why it does not, or why
 * nobody knows.
 */
export type ChallengerLive = { since: number } | { not: string } | { unknown: string }

/** From when on what is counted can be of the challenger; undefined where that is not known. */
export function sinceOf(live: ChallengerLive | undefined): number | undefined {
  return live && 'since' in live ? live.since : undefined
}
