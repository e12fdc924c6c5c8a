import type { CanaryCause } from './causes.ts'

/**
 * What is known by whoever runs the challenger of whether it serves: since when, in milliseconds; or in words why it does not, or why
 * nobody knows.
 */
export type ChallengerLive = { since: number } | { not: string } | { unknown: string }

/** What is known of a step besides its counts. */
export interface StepSeen {
  /** Absent: nobody is asked. */
  live?: ChallengerLive
  causes?: readonly CanaryCause[]
}

/** The same with more that is known to have moved it. */
export function withCauses({ live, causes = [] }: StepSeen, more: readonly CanaryCause[]): StepSeen {
  return { ...(live && { live }), causes: [...causes, ...more] }
}

/**
 * From when on what is counted can be of the challenger at its share and by its rules: since it is live, since its route was put back last,
 * and since somebody changed the rules. Undefined where none of these is known. A commit that is dated ahead tells nothing of when, so all
 * that is counted stays: nothing passes by rules that were changed, and harm is told.
 *
 * @param now milliseconds
 */
export function countedFrom({ live, causes = [] }: StepSeen, now: number): number | undefined {
  const times = [
    ...(live && 'since' in live ? [live.since] : []),
    ...causes.flatMap(one => ('at' in one && one.at <= now ? [one.at] : [])),
  ]
  return times.length === 0 ? undefined : Math.max(...times)
}
